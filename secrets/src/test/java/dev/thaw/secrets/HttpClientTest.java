package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.WAIT;
import static dev.thaw.secrets.SourceFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.util.Throwables.getStackTrace;

import dev.thaw.Deadline;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Elapsed;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpClientTest {
  private static final HttpRequest GET = HttpRequest.get("/a?b=c", Map.of("X-Token", "t"));
  private static final String LONG_TEXT = "x".repeat(2000);

  private static HttpAnswer ask(ScriptedHttp server) throws IOException {
    return new HttpClient(server.endpoint()).send(GET, soon());
  }

  @Test
  void a_request_is_sent_as_it_is() throws IOException {
    try (ScriptedHttp server = ScriptedHttp.sending(ScriptedHttp.answer("ok"))) {
      assertThat(ask(server).body()).isEqualTo("ok");
      assertThat(server.requests())
          .singleElement()
          .asString()
          .startsWith("GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\n")
          .contains("X-Token: t\r\n")
          .endsWith("Connection: close\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more",
        "HTTP/1.0 200 \r\n\r\nhello",
        "HTTP/1.1 200\nContent-length:5\n\nhello",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n"
      })
  void an_answer_is_read_to_its_end(String answer) throws IOException {
    try (ScriptedHttp server = ScriptedHttp.sending(answer)) {
      assertThat(ask(server)).isEqualTo(new HttpAnswer(200, ask(server).headers(), "hello"));
    }
  }

  @Test
  void a_redirect_is_an_answer_and_not_followed() throws IOException {
    try (ScriptedHttp other = ScriptedHttp.sending(ScriptedHttp.answer("secret"));
        ScriptedHttp server =
            ScriptedHttp.sending(
                "HTTP/1.1 307 x\r\nLocation: " + other.uri() + "\r\nContent-Length: 0\r\n\r\n")) {
      HttpAnswer answer = ask(server);
      assertThat(answer.status()).isEqualTo(307);
      assertThat(answer.header("location")).isEqualTo(other.uri().toString());
      assertThat(other.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "220 mail.example ESMTP\r\n\r\n",
        "HTTP/1.1 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n"
      })
  void what_is_no_answer_is_refused(String answer) {
    try (ScriptedHttp server = ScriptedHttp.sending(answer)) {
      assertThatExceptionOfType(ProtocolException.class)
          .isThrownBy(() -> ask(server))
          .satisfies(e -> assertThat(getStackTrace(e)).doesNotContain("hello", "mail.example"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello"
      })
  void an_answer_that_ends_too_early_is_none(String answer) {
    try (ScriptedHttp server = ScriptedHttp.sending(answer)) {
      assertThatExceptionOfType(EOFException.class).isThrownBy(() -> ask(server));
    }
  }

  private enum Endless {
    LINE("HTTP/1.1 200 OK\r\nX: ", "y"),
    HEAD("HTTP/1.1 200 OK\r\n", "X: y\r\n"),
    INTERIM("", "HTTP/1.1 100 Continue\r\n\r\n"),
    BODY("HTTP/1.1 200 OK\r\n\r\n", "y"),
    CHUNKS("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\ny\r\n");

    private final String start;
    private final String more;

    Endless(String start, String more) {
      this.start = start;
      this.more = more;
    }
  }

  @ParameterizedTest
  @EnumSource(Endless.class)
  void an_answer_without_an_end_is_given_up(Endless endless) {
    byte[] more = ScriptedHttp.bytes(endless.more.repeat(8192));
    try (ScriptedHttp server =
        ScriptedHttp.start(
            (out, self) -> {
              out.write(ScriptedHttp.bytes(endless.start));
              while (true) {
                out.write(more);
              }
            })) {
      assertThatExceptionOfType(ProtocolException.class)
          .isThrownBy(() -> ask(server))
          .withMessageContaining("longer");
    }
  }

  private enum Slow {
    HEAD("", "HTTP/1.1 200 OK\r\nX: " + LONG_TEXT),
    BODY("HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n", LONG_TEXT),
    CHUNK_SIZE("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "0".repeat(2000)),
    CHUNK("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2000\r\n", LONG_TEXT);

    private final String start;
    private final String drops;

    Slow(String start, String drops) {
      this.start = start;
      this.drops = drops;
    }
  }

  @ParameterizedTest
  @EnumSource(Slow.class)
  void an_answer_in_drops_ends_at_the_deadline(Slow slow) {
    try (ScriptedHttp server =
        ScriptedHttp.start(
            (out, self) -> {
              out.write(ScriptedHttp.bytes(slow.start));
              self.drip(out, slow.drops);
            })) {
      assertEndsAtDeadline(new HttpClient(server.endpoint()));
    }
  }

  @Test
  void a_handshake_in_drops_ends_at_the_deadline() {
    // The beginning of a message of the handshake, 2,000 bytes long.
    try (ScriptedHttp server =
        ScriptedHttp.start(
            (out, self) -> {
              out.write(new byte[] {22, 3, 3, 7, (byte) 0xd0});
              self.drip(out, LONG_TEXT);
            })) {
      HttpClient client = new HttpClient(new HttpEndpoint(true, "127.0.0.1", server.port()));
      // The first handshake of a JVM loads the classes of TLS.
      assertThatThrownBy(() -> client.send(GET, Deadline.after(Background.LONG.dividedBy(10))))
          .isInstanceOf(SocketTimeoutException.class);
      assertEndsAtDeadline(client);
    }
  }

  private static void assertEndsAtDeadline(HttpClient client) {
    Duration limit = Duration.ofMillis(500);
    Elapsed.assertTakesAtMost(
        limit,
        () ->
            assertThatThrownBy(() -> client.send(GET, Deadline.after(limit)))
                .isInstanceOf(SocketTimeoutException.class));
  }

  @Test
  void an_interrupt_ends_the_wait_and_stays() throws Exception {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    try (ScriptedHttp server =
        ScriptedHttp.start(
            (out, self) -> {
              asked.complete(null);
              self.drip(out, LONG_TEXT);
            })) {
      Background<Boolean> caller =
          Background.run(
              () -> {
                assertThatThrownBy(() -> ask(server)).isInstanceOf(InterruptedIOException.class);
                return Thread.currentThread().isInterrupted();
              });
      asked.get(WAIT.toSeconds(), TimeUnit.SECONDS);
      caller.thread().interrupt();
      assertThat(caller.join()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost.:8080, true",
    "http://10.0.0.1.:8080, false",
    "https://secrets.example, true",
    "https://10.0.0.1:8443, true",
    "http://127.0.0.1:4566, true",
    "http://127.8.9.1, true",
    "http://[::1]:80, true",
    "http://localhost:4566, true",
    "http://10.0.0.1, false",
    "http://0.0.0.0, false",
    "http://[fe80::1], false",
    "http://[::ffff:10.0.0.1], false",
    "ftp://127.0.0.1, false",
    "/relative, false"
  })
  void over_http_only_this_machine_may_be_asked(String uri, boolean allowed) {
    assertThat(HttpEndpoint.isAllowed(URI.create(uri))).isEqualTo(allowed);
  }

  @Test
  void a_header_cannot_hold_another() {
    HttpRequest request = HttpRequest.get("/", Map.of("X-Token", "s3cret\r\nX: y"));
    assertThatThrownBy(() -> request.bytes("h"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("X-Token")
        .hasMessageNotContaining("s3cret");
  }
}
