package dev.thaw.testing.internal.server;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A Docker engine's socket that answers what a test wants; no real engine lacks this or that. */
final class FakeEngine implements AutoCloseable {
  private final ServerSocketChannel server;
  private final Path path;
  private final Function<String, String> answers;
  private final List<SocketChannel> silent = new CopyOnWriteArrayList<>();

  /**
   * Listens on a socket.
   *
   * @param answers gives the answer to a request line; an empty one is never sent
   */
  FakeEngine(Path path, Function<String, String> answers) throws IOException {
    this.path = path;
    this.answers = answers;
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Thread thread = new Thread(this::serve, "fake-engine");
    thread.setDaemon(true);
    thread.start();
  }

  static String response(int status, String body) {
    return "HTTP/1.0 " + status + " Something\r\nContent-Type: application/json\r\n\r\n" + body;
  }

  String place() {
    return "unix://" + path;
  }

  private void serve() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        ByteBuffer request = ByteBuffer.allocate(1024);
        client.read(request);
        String line = StandardCharsets.US_ASCII.decode(request.flip()).toString();
        String answer = answers.apply(line.substring(4, line.indexOf(" HTTP")));
        if (answer.isEmpty()) {
          silent.add(client);
        } else {
          client.write(StandardCharsets.UTF_8.encode(answer));
          client.close();
        }
      } catch (IOException e) {
        // The client has gone, or this engine has been closed.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel client : silent) {
      client.close();
    }
  }
}
