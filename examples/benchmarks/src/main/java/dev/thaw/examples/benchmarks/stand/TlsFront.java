package dev.thaw.examples.benchmarks.stand;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** Ends TLS in front of a server that speaks plain HTTP. */
public final class TlsFront implements AutoCloseable {
  private static final int BACKLOG = 1024;

  private final ServerSocket listener;
  private final URI server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "tls-front");
            thread.setDaemon(true);
            return thread;
          });

  private TlsFront(ServerSocket listener, URI server) {
    this.listener = listener;
    this.server = server;
  }

  /**
   * Starts it on a free port of the loopback interface.
   *
   * @param context has the certificate
   * @param server where the plain bytes go
   */
  static TlsFront start(SSLContext context, URI server) throws IOException {
    TlsFront front =
        new TlsFront(
            context
                .getServerSocketFactory()
                .createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()),
            server);
    front.threads.execute(front::accept);
    return front;
  }

  /** Returns the address for clients; the certificate is for this name. */
  public URI endpoint() {
    return URI.create("https://localhost:" + listener.getLocalPort());
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        client.setTcpNoDelay(true);
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket plain = new Socket(server.getHost(), server.getPort())) {
      plain.setTcpNoDelay(true);
      threads.execute(() -> copy(plain, client));
      copy(client, plain);
    } catch (IOException e) {
      // The client or the server has gone, which is how every exchange ends.
      return;
    }
  }

  private static void copy(Socket from, Socket to) {
    byte[] buffer = new byte[16 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
      to.close();
    } catch (IOException e) {
      closeQuietly(to);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
      return;
    }
  }

  /** Closes the port. Idempotent. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
