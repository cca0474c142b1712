package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.LAMBDA;
import static dev.thaw.secrets.SourceFixture.NAME;
import static dev.thaw.secrets.SourceFixture.soon;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.util.Throwables.getStackTrace;

import dev.thaw.Deadline;
import dev.thaw.secrets.RoleKeys.Keys;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.SecretsManagerFault;
import dev.thaw.testing.fault.MovableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoleKeysTest {
  private static final Instant START = Instant.parse("2026-11-24T08:00:00Z");
  private static final String URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  private static final String TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
  private static final String TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

  private final MovableClock clock = new MovableClock(START);

  private RoleKeys keys(Map<String, String> variables) {
    return requireNonNull(RoleKeys.of(variables, new ElapsedClock(clock, clock::nanoTime)));
  }

  private static Map<String, String> at(ScriptedHttp server) {
    return Map.of(URI, server.uri() + "/credentials?a=b", TOKEN, "auth0rization");
  }

  private static ScriptedHttp container(Duration validity) {
    return ScriptedHttp.sending(
        ScriptedHttp.answer(
            "{\"AccessKeyId\":\"id\",\"SecretAccessKey\":\"s3cret\",\"Token\":\"t0ken\","
                + "\"Expiration\":\""
                + START.plus(validity)
                + "\"}"));
  }

  @Test
  void are_those_of_the_variables() throws SQLException {
    assertThat(keys(LAMBDA).keys(NAME, soon()))
        .isEqualTo(new Keys("AKIAIOSFODNN7EXAMPLE", "thaw-fake-secrets-manager", "session", null));
    Map<String, String> lasting = Map.of("AWS_ACCESS_KEY_ID", "a", "AWS_SECRET_ACCESS_KEY", "b\n");
    assertThat(keys(lasting).keys(NAME, soon())).isEqualTo(new Keys("a", "b", null, null));
  }

  @Test
  void are_asked_for_where_lambda_sets_none_and_kept_until_shortly_before_their_end()
      throws SQLException {
    try (ScriptedHttp server = container(Duration.ofHours(1))) {
      RoleKeys keys = keys(at(server));
      assertThat(keys.keys(NAME, soon()))
          .isEqualTo(new Keys("id", "s3cret", "t0ken", START.plus(Duration.ofHours(1))));
      assertThat(server.requests())
          .singleElement()
          .asString()
          .startsWith("GET /credentials?a=b HTTP/1.1\r\n")
          .contains("Authorization: auth0rization\r\n");

      clock.advance(Duration.ofMinutes(58));
      assertThat(keys.keys(NAME, soon()))
          .isEqualTo(new Keys("id", "s3cret", "t0ken", START.plus(Duration.ofHours(1))));
      assertThat(server.requests()).hasSize(1);
      clock.advance(Duration.ofSeconds(90));
      keys.keys(NAME, soon());
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void age_by_the_clock_that_runs_on_in_a_freeze() throws SQLException {
    try (ScriptedHttp server = container(Duration.ofHours(1))) {
      RoleKeys byWall = keys(at(server));
      byWall.keys(NAME, soon());
      clock.advanceWall(Duration.ofMinutes(59));
      byWall.keys(NAME, soon());
      assertThat(server.requests()).hasSize(2);

      clock.advanceWall(Duration.ofMinutes(-59));
      RoleKeys byMonotonic = keys(at(server));
      byMonotonic.keys(NAME, soon());
      clock.advanceMonotonic(Duration.ofHours(1));
      byMonotonic.keys(NAME, soon());
      assertThat(server.requests()).hasSize(4);
    }
  }

  @Test
  void are_not_kept_beyond_what_is_known_of_their_end() throws SQLException {
    try (ScriptedHttp server =
        ScriptedHttp.sending(
            ScriptedHttp.answer("{\"AccessKeyId\":\"id\",\"SecretAccessKey\":\"s\"}"))) {
      RoleKeys keys = keys(at(server));
      assertThat(keys.keys(NAME, soon())).isEqualTo(new Keys("id", "s", null, null));
      keys.keys(NAME, soon());
      assertThat(server.requests()).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-24T09:00:00Z, 2026-11-24T09:00:00Z",
    "2026-11-24T09:00:00.5Z, 2026-11-24T09:00:00.5Z",
    "2026-11-24T09:00:00.123456789Z, 2026-11-24T09:00:00.123456789Z",
    "2026-11-24T09:00Z, 2026-11-24T09:00:00Z",
    "2026-11-24t09:00:00z, 2026-11-24T09:00:00Z",
    "2026-11-24T11:00:00+02:00, 2026-11-24T09:00:00Z",
    "2026-11-24T11:00:00+0200, 2026-11-24T09:00:00Z",
    "2026-11-24T09:00:00.25+0000, 2026-11-24T09:00:00.25Z",
    "2026-11-24T03:30:00-05:30, 2026-11-24T09:00:00Z",
    "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z",
    "292278994-08-17T07:12:55.807Z, +292278994-08-17T07:12:55.807Z",
    "+292278994-08-17T07:12:55.807Z, +292278994-08-17T07:12:55.807Z",
  })
  void end_when_it_is_said_in_any_form_of_iso_8601(String written, Instant end)
      throws SQLException {
    try (ScriptedHttp server = ending(written)) {
      RoleKeys keys = keys(at(server));
      assertThat(keys.keys(NAME, soon()).expiry()).isEqualTo(end);
      assertThat(keys.keys(NAME, soon()).expiry()).isEqualTo(end);
      assertThat(server.requests()).hasSize(1);
    }
  }

  private static ScriptedHttp ending(String expiration) {
    return ScriptedHttp.sending(
        ScriptedHttp.answer(
            "{\"AccessKeyId\":\"id\",\"SecretAccessKey\":\"s3cret\",\"Expiration\":\""
                + expiration
                + "\"}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-11-24T08:00:00Z", "2026-11-24T07:59:59Z", "0001-01-01T00:00:00Z"})
  void that_have_expired_are_an_error_that_says_so(String expiration) {
    try (ScriptedHttp server = ending(expiration)) {
      assertThatExceptionOfType(SQLTransientConnectionException.class)
          .isThrownBy(() -> keys(at(server)).keys(NAME, soon()))
          .withMessageContainingAll(
              NAME, "the AWS keys to sign with expired at " + expiration, "now is " + START)
          .satisfies(e -> assertThat(getStackTrace(e)).doesNotContain("s3cret"));
    }
  }

  @Test
  void are_forgotten_also_if_they_are_under_way() throws SQLException {
    RoleKeys[] asked = new RoleKeys[1];
    String answer =
        ScriptedHttp.answer(
            "{\"AccessKeyId\":\"id\",\"SecretAccessKey\":\"s\",\"Expiration\":\"2026-11-25T00:00:00Z\"}");
    try (ScriptedHttp server =
        ScriptedHttp.start(
            (out, self) -> {
              if (self.requests().size() == 1) {
                asked[0].forget();
              }
              out.write(ScriptedHttp.bytes(answer));
            })) {
      asked[0] = keys(at(server));
      asked[0].keys(NAME, soon());
      asked[0].keys(NAME, soon());
      asked[0].keys(NAME, soon());
      assertThat(server.requests()).hasSize(2);
      asked[0].forget();
      asked[0].keys(NAME, soon());
      assertThat(server.requests()).hasSize(3);
    }
  }

  @Test
  void are_asked_for_with_the_token_of_a_file_that_may_change(@TempDir Path folder)
      throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "one\n");
    try (ScriptedHttp server = container(Duration.ofSeconds(30))) {
      RoleKeys keys =
          keys(Map.of(URI, server.uri().toString(), TOKEN, "another", TOKEN_FILE, file.toString()));
      keys.keys(NAME, soon());
      Files.writeString(file, "two");
      keys.keys(NAME, soon());
      assertThat(server.requests().get(0)).contains("Authorization: one\r\n");
      assertThat(server.requests().get(1)).contains("Authorization: two\r\n");
    }
  }

  @Test
  void need_a_token_file_that_is_one(@TempDir Path folder) {
    RoleKeys keys = keys(Map.of(URI, "http://127.0.0.1:1/", TOKEN_FILE, folder.toString()));
    assertThatExceptionOfType(SQLTransientConnectionException.class)
        .isThrownBy(() -> keys.keys(NAME, soon()))
        .withMessageContainingAll(NAME, TOKEN_FILE, "no regular file");
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_CONTAINER_CREDENTIALS_FULL_URI,http://169.254.170.23/v1/credentials",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI,https://127.0.0.1/v1/credentials",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI,no address",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI,/v2/credentials",
    "AWS_WEB_IDENTITY_TOKEN_FILE,/token",
    "AWS_PROFILE,prod",
    "AWS_SECRET_ACCESS_KEY,only"
  })
  void are_the_sdks_where_it_has_others(String name, String value) {
    Map<String, String> variables = new HashMap<>();
    if (!name.equals("AWS_SECRET_ACCESS_KEY")) {
      variables.put(URI, "http://127.0.0.1:9001/credentials");
    }
    variables.put(name, value);
    assertThat(RoleKeys.of(variables, new ElapsedClock(clock, clock::nanoTime))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_ACCESS_KEY_ID,SESSION\u0000token5544",
    "AWS_SECRET_ACCESS_KEY,'SESSIONtoken5544\n x'",
    "AWS_SESSION_TOKEN,'SESSIONtoken5544\r\nX: y'",
    "AWS_SESSION_TOKEN,SESSIONtoken5544\u00e4"
  })
  void that_cannot_be_sent_are_named_and_not_shown(String name, String value) {
    Map<String, String> variables = new HashMap<>(LAMBDA);
    variables.put(name, value);
    assertThatExceptionOfType(SQLNonTransientConnectionException.class)
        .isThrownBy(() -> keys(variables).keys(NAME, soon()))
        .withMessageContainingAll(NAME, name, "cannot be sent")
        .satisfies(e -> assertThat(getStackTrace(e)).doesNotContain("5544"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"AccessKeyId\":\"nothunter2\"}",
        "{\"AccessKeyId\":\"nothunter2\",\"SecretAccessKey\":\"s\",\"Expiration\":\"soon\"}"
      })
  void that_cannot_be_read_are_not_shown(String body) {
    try (ScriptedHttp server = ScriptedHttp.sending(ScriptedHttp.answer(body))) {
      assertThatExceptionOfType(SQLTransientConnectionException.class)
          .isThrownBy(() -> keys(at(server)).keys(NAME, soon()))
          .withMessageContainingAll(NAME, URI)
          .satisfies(
              e -> assertThat(getStackTrace(e)).doesNotContain("nothunter2", "auth0rization"));
    }
  }

  @Test
  void that_are_refused_are_an_error_that_stays() {
    try (ScriptedHttp server =
        ScriptedHttp.sending("HTTP/1.1 404 x\r\nContent-Length: 2\r\n\r\nno")) {
      assertThatExceptionOfType(SQLNonTransientConnectionException.class)
          .isThrownBy(() -> keys(at(server)).keys(NAME, soon()))
          .withMessageContainingAll(NAME, URI, "HTTP 404")
          .satisfies(e -> assertThat(getStackTrace(e)).doesNotContain("auth0rization"));
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void that_do_not_come_end_at_the_deadline() {
    try (ScriptedHttp server =
        ScriptedHttp.start((out, self) -> self.drip(out, "HTTP/1.1 200 OK\r\n".repeat(100)))) {
      assertThatExceptionOfType(SQLTimeoutException.class)
          .isThrownBy(() -> keys(at(server)).keys(NAME, Deadline.after(Duration.ofMillis(300))))
          .withMessageContainingAll(NAME, URI);
    }
  }

  @Test
  void that_secrets_manager_calls_expired_are_asked_for_anew() throws SQLException {
    try (FakeSecretsManager aws = FakeSecretsManager.start();
        ScriptedHttp server = container(Duration.ofHours(1))) {
      aws.createSecret(NAME, SourceFixture.secret("p"));
      aws.inject(SecretsManagerFault.error("ExpiredTokenException", 400, "expired"), 1);
      Map<String, String> variables = new HashMap<>(at(server));
      variables.put("AWS_LAMBDA_FUNCTION_NAME", "f");
      try (SecretsManagerCredentialsSource source =
          SecretsManagerCredentialsSource.builder()
              .secretId(NAME)
              .region("us-east-1")
              .endpoint(aws.endpoint())
              .environment(variables)
              .wallClock(clock)
              .nanoClock(clock::nanoTime)
              .build()) {
        assertThat(SourceFixture.password(source)).isEqualTo("p");
        assertThat(server.requests()).hasSize(2);
        // As before a snapshot.
        source.invalidate();
        SourceFixture.password(source);
        assertThat(server.requests()).hasSize(3);
      }
    }
  }

  @Test
  void show_nothing() throws SQLException {
    assertThat(keys(LAMBDA).keys(NAME, soon()).toString()).isEqualTo("Keys[***]");
  }
}
