package dev.thaw.secrets;

import dev.thaw.Deadline;
import dev.thaw.internal.net.ChannelSocket;
import dev.thaw.internal.net.TcpConnector;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;

/**
 * A client of HTTP/1.1 for one request at a time, each on a connection of its own, within an
 * absolute deadline: the lookup of the name, the connect, the handshake of TLS and every single
 * read ask how much time is left.
 *
 * <p>{@link java.net.HttpURLConnection} bounds each read, but not all of them, and no lookup;
 * {@code java.net.http} starts threads and takes longer to load. The socket is the one that
 * connections to MySQL use, so a cold start loads little for this alone. No redirect is followed,
 * and no proxy is used. Thread-safe.
 */
final class HttpClient {
  // The defaults of AWS's SDK: what is lost on the way is sent again while there is time.
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(2);
  private static final int LONGEST_READ_MILLIS = 30_000;

  private final HttpEndpoint endpoint;
  private final HttpTls tls = new HttpTls();

  HttpClient(HttpEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * Sends a request and reads the answer.
   *
   * @throws java.net.SocketTimeoutException if the deadline passes first, or nothing comes for long
   * @throws java.io.InterruptedIOException if the calling thread is interrupted meanwhile
   * @throws IOException if there is no answer, or none that can be read
   */
  HttpAnswer send(HttpRequest request, Deadline deadline) throws IOException {
    ChannelSocket socket =
        TcpConnector.connect(
            endpoint.addresses(deadline),
            endpoint.port(),
            Deadline.after(shorter(deadline.remaining(), LONGEST_CONNECT)),
            () -> {},
            opened -> {});
    try {
      socket.deadline(deadline);
      socket.setSoTimeout(LONGEST_READ_MILLIS);
      Socket connection = endpoint.secure() ? tls.handshake(socket, endpoint) : socket;
      OutputStream out = connection.getOutputStream();
      out.write(request.bytes(endpoint.header()));
      out.flush();
      return HttpAnswerReader.read(connection.getInputStream());
    } finally {
      // Below TLS, whose close would wait for the peer.
      socket.abort();
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
