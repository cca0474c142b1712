package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.thaw.Deadline;
import dev.thaw.fixture.ClosedPort;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpServiceTest {
  private static final HttpRequest GET = HttpRequest.get("/", Map.of());

  private static HttpService service(HttpEndpoint endpoint) {
    return HttpService.of("Secret x", "the service", "look at this", endpoint);
  }

  private static HttpEndpoint closedPort() throws Exception {
    return new HttpEndpoint(false, "127.0.0.1", ClosedPort.next());
  }

  @Test
  void what_may_pass_is_asked_again_and_all_else_is_not() throws SQLException {
    try (ScriptedHttp server = ScriptedHttp.sending(ScriptedHttp.answer("x"))) {
      HttpService service = service(server.endpoint());
      String body =
          service.ask(
              () -> GET,
              answer -> {
                if (server.requests().size() < 3) {
                  throw SourceFailures.passing("busy", null);
                }
                return answer.body();
              },
              soon());
      assertThat(body).isEqualTo("x");

      assertThatExceptionOfType(SQLTransientConnectionException.class)
          .isThrownBy(
              () ->
                  service.ask(
                      () -> GET,
                      answer -> {
                        throw SourceFailures.passing("busy", null);
                      },
                      soon()))
          .withMessage("busy");
      assertThat(server.requests()).hasSize(6);
      assertThatExceptionOfType(SQLNonTransientConnectionException.class)
          .isThrownBy(
              () ->
                  service.ask(
                      () -> GET,
                      answer -> {
                        throw SourceFailures.lasting("no", null);
                      },
                      soon()));
      assertThat(server.requests()).hasSize(7);
    }
  }

  @Test
  void a_port_that_refuses_says_what_to_look_at() throws Exception {
    HttpEndpoint endpoint = closedPort();
    assertThatExceptionOfType(SQLTransientConnectionException.class)
        .isThrownBy(() -> service(endpoint).ask(() -> GET, HttpAnswer::body, soon()))
        .withMessageContainingAll(
            "Secret x", "the service cannot be reached", "ConnectException", "look at this");
  }

  @Test
  void another_machine_is_not_asked_over_http() {
    assertThatExceptionOfType(SQLNonTransientConnectionException.class)
        .isThrownBy(
            () ->
                service(new HttpEndpoint(false, "192.0.2.1", 80))
                    .ask(() -> GET, HttpAnswer::body, soon()))
        .withMessageContainingAll("Secret x", "http://192.0.2.1", "not on this machine");
  }

  @Test
  void nobody_is_asked_after_the_close_or_the_deadline() {
    try (ScriptedHttp server = ScriptedHttp.sending(ScriptedHttp.answer("x"))) {
      HttpService service = service(server.endpoint());
      assertThatExceptionOfType(SQLTimeoutException.class)
          .isThrownBy(
              () -> service.ask(() -> GET, HttpAnswer::body, Deadline.after(Duration.ZERO)));
      service.close();
      assertThatExceptionOfType(SQLNonTransientConnectionException.class)
          .isThrownBy(() -> service.ask(() -> GET, HttpAnswer::body, soon()))
          .withMessageContaining("closed");
      assertThat(server.requests()).isEmpty();
    }
  }
}
