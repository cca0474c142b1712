package dev.thaw.testing.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP/1.1 server on the loopback interface.
 *
 * <p>The JDK's {@code com.sun.net.httpserver} hides its sockets, so that it cannot reset a
 * connection, takes three times as long to its first answer, and on JDK 17 delays each by 40 ms
 * unless a property of the whole JVM is set. One daemon thread serves one connection.
 */
public final class LoopbackHttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoopbackHttpServer.class);
  private static final int ACCEPT_BACKLOG = 1024;

  private final String name;
  private final String scheme;
  private final Handler handler;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads;

  /** Decides what happens to a request. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Decides what happens to a request; called by several threads at once.
     *
     * @throws InterruptedException if the server is being closed
     */
    WireAnswer answer(WireRequest request) throws InterruptedException;
  }

  private LoopbackHttpServer(
      String name, String scheme, int port, ServerSocketFactory factory, Handler handler) {
    this.name = name;
    this.scheme = scheme;
    this.handler = handler;
    try {
      this.listener =
          factory.createServerSocket(port, ACCEPT_BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port + " for " + name + " cannot be opened", e);
    }
    AtomicInteger count = new AtomicInteger();
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts a server that speaks plain HTTP.
   *
   * @param name names the threads
   * @param port the port; zero for any free one
   * @param handler decides what happens to a request
   * @throws UncheckedIOException if the port cannot be opened
   */
  public static LoopbackHttpServer start(String name, int port, Handler handler) {
    LoopbackHttpServer server =
        new LoopbackHttpServer(name, "http", port, ServerSocketFactory.getDefault(), handler);
    server.threads.execute(server::accept);
    return server;
  }

  /** Returns the address of the server, without a path. */
  public URI endpoint() {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    return URI.create(scheme + "://" + host + ":" + port());
  }

  /** Returns the port that the server listens on. */
  public int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        sockets.add(socket);
        socket.setTcpNoDelay(true);
        if (listener.isClosed()) {
          socket.close(); // close() may have missed it
        }
        threads.execute(() -> serve(socket));
      } catch (IOException | RejectedExecutionException e) {
        if (!listener.isClosed()) {
          LOG.warn("{} could not accept a connection", name, e);
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = new BufferedOutputStream(socket.getOutputStream());
      WireReader reader = new WireReader(in, out);
      boolean open = true;
      while (open) {
        WireRequest request = reader.next();
        open = request != null && serve(request, socket, in, out);
      }
    } catch (IOException e) {
      LOG.debug("{}: a client's connection broke: {}", name, e.toString());
    } catch (InterruptedException e) {
      LOG.debug("{}: closed while a request was waiting", name);
    } finally {
      sockets.remove(socket);
    }
  }

  private boolean serve(WireRequest request, Socket socket, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    WireAnswer answer = answer(request);
    if (answer instanceof WireAnswer.Response response) {
      boolean keepAlive = !"close".equalsIgnoreCase(request.header("Connection").orElse(""));
      write(response, keepAlive, out);
      return keepAlive;
    }
    if (answer instanceof WireAnswer.Reset) {
      socket.setSoLinger(true, 0);
    } else {
      in.transferTo(OutputStream.nullOutputStream()); // until the client gives up
    }
    return false;
  }

  private WireAnswer answer(WireRequest request) throws InterruptedException {
    try {
      return handler.answer(request);
    } catch (RuntimeException e) {
      LOG.error("{} failed at {}", name, request, e);
      return WireAnswer.text(500, "text/plain", name + " failed: see the log", Map.of());
    }
  }

  private static void write(WireAnswer.Response response, boolean keepAlive, OutputStream out)
      throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + response.status() + " \r\n");
    header(head, "Content-Type", response.contentType());
    header(head, "Content-Length", String.valueOf(response.body().length));
    for (Map.Entry<String, String> entry : response.headers().entrySet()) {
      header(head, entry.getKey(), entry.getValue());
    }
    if (!keepAlive) {
      header(head, "Connection", "close");
    }
    out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
    out.write(response.body());
    out.flush();
  }

  private static void header(StringBuilder head, String name, String value) {
    // A line break in a value, as from a client's own text, must not begin another header.
    head.append(name).append(": ").append(value.replaceAll("[\r\n]+", " ")).append("\r\n");
  }

  /** Closes the port and every connection. Idempotent. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      LOG.debug("{}: the port could not be closed", name, e);
    }
    threads.shutdownNow();
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.debug("{}: a connection could not be closed", name, e);
      }
    }
  }
}
