package dev.thaw.testing.internal.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoopbackHttpServerTest {
  private final CopyOnWriteArrayList<WireRequest> requests = new CopyOnWriteArrayList<>();

  @AutoClose
  private final LoopbackHttpServer server =
      LoopbackHttpServer.start("test", 0, request -> answer(request));

  private WireAnswer answer(WireRequest request) {
    requests.add(request);
    if (request.path().equals("/fail")) {
      throw new IllegalStateException("on purpose");
    }
    return WireAnswer.text(
        200, "text/plain", "<" + request.text() + ">", Map.of("X-Note", "two\r\nlines"));
  }

  @Test
  void one_connection_carries_several_requests() throws IOException {
    String answers =
        send(
            "POST /a?x=%C3%BC&y= HTTP/1.1\r\nContent-Length: 3\r\nX-Name: Value \r\n\r\none"
                + "GET /b HTTP/1.1\r\nConnection: close\r\n\r\n");

    assertThat(answers).contains("<one>").endsWith("<>");
    assertThat(requests).extracting(WireRequest::toString).containsExactly("POST /a", "GET /b");
    assertThat(requests.get(0).query("x")).contains("ü");
    assertThat(requests.get(0).query("y")).contains("");
    assertThat(requests.get(0).query("z")).isEmpty();
    assertThat(requests.get(0).header("x-NAME")).contains("Value");
    assertThat(requests.get(1).query("x")).isEmpty();
  }

  @Test
  void a_chunked_body_is_put_together() throws IOException {
    send(
        """
        POST / HTTP/1.1\r
        Transfer-Encoding: chunked\r
        Connection: close\r
        \r
        3;ext=1\r
        abc\r
        A\r
        0123456789\r
        0\r
        Trailer: x\r
        \r
        """);

    assertThat(requests.get(0).text()).isEqualTo("abc0123456789");
  }

  @Test
  void a_client_that_waits_for_100_continue_gets_it() throws IOException {
    String answer =
        send(
            "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n"
                + "Connection: close\r\n\r\nx");

    assertThat(answer).startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ");
  }

  @Test
  void a_line_break_in_a_header_does_not_begin_another() throws IOException {
    assertThat(send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"))
        .contains("X-Note: two lines\r\n");
  }

  @Test
  void what_is_not_http_ends_the_connection_without_reaching_the_handler() throws IOException {
    assertThat(send("nonsense\r\n\r\n")).isEmpty();
    assertThat(send("GET / HTTP/1.1\r\n: no name\r\n\r\n")).isEmpty();
    assertThat(send("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n")).isEmpty();
    assertThat(send("POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n")).isEmpty();
    assertThat(requests).isEmpty();
  }

  @Test
  void a_handler_that_fails_answers_500() throws IOException {
    assertThat(send("GET /fail HTTP/1.1\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 500 ");
  }

  @Test
  void a_port_that_is_taken_is_reported_with_its_number() {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(
            () -> LoopbackHttpServer.start("second", server.port(), request -> answer(request)))
        .withMessage("port " + server.port() + " for second cannot be opened");
  }

  private String send(String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(text.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
