package dev.thaw.secrets;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;

/** A server on the loopback interface that sends bytes as a test has them. */
final class ScriptedHttp implements AutoCloseable {
  private final ServerSocket listener;
  private final String scheme;
  private final Script script;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** What happens once a request has come. */
  @FunctionalInterface
  interface Script {
    void answer(OutputStream out, ScriptedHttp server) throws IOException;
  }

  private ScriptedHttp(ServerSocketFactory factory, String scheme, Script script) {
    this.scheme = scheme;
    this.script = script;
    try {
      this.listener = factory.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  /** Starts a server that does what a script says. */
  static ScriptedHttp start(Script script) {
    return new ScriptedHttp(ServerSocketFactory.getDefault(), "http", script);
  }

  /** Starts a server that always sends the same, and closes. */
  static ScriptedHttp sending(String answer) {
    return start((out, server) -> out.write(bytes(answer)));
  }

  /** Starts a server that speaks TLS and always sends the same. */
  static ScriptedHttp sending(ServerSocketFactory factory, String answer) {
    return new ScriptedHttp(factory, "https", (out, server) -> out.write(bytes(answer)));
  }

  /** Returns an answer with a body. */
  static String answer(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + bytes(body).length + "\r\n\r\n" + body;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "scripted-http");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        sockets.add(socket);
        start(() -> serve(socket));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      byte[] request = new byte[65_536];
      InputStream in = socket.getInputStream();
      int length = in.read(request);
      if (length > 0) {
        requests.add(new String(request, 0, length, StandardCharsets.UTF_8));
        OutputStream out = socket.getOutputStream();
        script.answer(out, this);
        out.flush();
      }
    } catch (IOException e) {
      // The client has gone, or will not have TLS with this server.
    }
  }

  /** Sends a text in drops of which each comes soon, but all take very long. */
  void drip(OutputStream out, String text) throws IOException {
    try {
      for (byte one : bytes(text)) {
        out.write(one);
        out.flush();
        if (closed.await(50, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  List<String> requests() {
    return requests;
  }

  int port() {
    return listener.getLocalPort();
  }

  URI uri() {
    return URI.create(scheme + "://127.0.0.1:" + port());
  }

  HttpEndpoint endpoint() {
    return HttpEndpoint.of(uri());
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
