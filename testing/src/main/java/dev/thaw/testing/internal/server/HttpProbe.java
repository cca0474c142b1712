package dev.thaw.testing.internal.server;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends one request to an HTTP server, over TCP or a Unix domain socket, which {@code
 * java.net.http} cannot use.
 */
final class HttpProbe {
  private static final Pattern RESPONSE =
      Pattern.compile("HTTP/1\\.[01] (\\d{3})[\\s\\S]*?(?:\\r\\n\\r\\n([\\s\\S]*))?");

  /** The status and the beginning of a short body; the rest of a long one is not read. */
  private static final int ENOUGH = 4096;

  private HttpProbe() {}

  /**
   * An answer.
   *
   * @param status the status code
   * @param body the first few kilobytes of the body
   */
  record Response(int status, String body) {}

  /**
   * Sends a GET request.
   *
   * @param timeout bounds connecting, sending and reading together
   * @throws IOException if there is no answer in time, or one that is not HTTP
   */
  static Response get(SocketAddress server, String path, Duration timeout) throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    ByteBuffer request =
        StandardCharsets.US_ASCII.encode("GET " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n");
    ByteBuffer response = ByteBuffer.allocate(ENOUGH);
    try (SocketChannel channel = open(server);
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, 0);
      if (!channel.connect(server)) {
        await(selector, key, SelectionKey.OP_CONNECT, end);
        channel.finishConnect();
      }
      while (request.hasRemaining()) {
        await(selector, key, SelectionKey.OP_WRITE, end);
        channel.write(request);
      }
      do {
        await(selector, key, SelectionKey.OP_READ, end);
      } while (channel.read(response) >= 0 && response.hasRemaining());
    }
    return parse(StandardCharsets.UTF_8.decode(response.flip()).toString(), server);
  }

  private static Response parse(String text, SocketAddress server) throws IOException {
    Matcher response = RESPONSE.matcher(text);
    if (!response.matches()) {
      throw new IOException("no HTTP answer from " + server);
    }
    String body = response.group(2);
    return new Response(Integer.parseInt(response.group(1)), body == null ? "" : body.strip());
  }

  private static SocketChannel open(SocketAddress server) throws IOException {
    return server instanceof UnixDomainSocketAddress
        ? SocketChannel.open(StandardProtocolFamily.UNIX)
        : SocketChannel.open();
  }

  private static void await(Selector selector, SelectionKey key, int operation, long end)
      throws IOException {
    key.interestOps(operation);
    long millis;
    do {
      millis = (end - System.nanoTime()) / 1_000_000;
      if (millis <= 0 || Thread.currentThread().isInterrupted()) {
        throw new SocketTimeoutException("no answer in time");
      }
      selector.selectedKeys().clear();
    } while (selector.select(millis) == 0);
  }
}
