package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.NAME;
import static dev.thaw.secrets.SourceFixture.assertFails;
import static dev.thaw.secrets.SourceFixture.secret;
import static dev.thaw.secrets.SourceFixture.soon;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.util.Throwables.getStackTrace;

import dev.thaw.Deadline;
import dev.thaw.fixture.Elapsed;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.SecretsManagerFault;
import java.net.URI;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are slow, or not what was asked for. */
class SecretAnswersTest {
  @AutoClose final SourceFixture fixture = new SourceFixture(variables());
  final FakeSecretsManager aws = fixture.aws;

  /** Returns the variables that the sources see. */
  Map<String, String> variables() {
    return System.getenv();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"ARN\":\"arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db2-AbCdEf\",",
        "{\"ARN\":\"arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-x-AbCdEf\",",
        "{\"ARN\":\"arn:aws:ssm:us-east-1:123456789012:secret:prod/db-AbCdEf\",",
        "{\"ARN\":\"prod/db-AbCdEf\",",
        "{\"Name\":\"prod/other\","
      })
  void an_answer_about_another_secret_is_refused(String start) {
    aws.inject(
        SecretsManagerFault.answer(
            200,
            "application/x-amz-json-1.1",
            start + "\"SecretString\":\"nothunter2\",\"VersionId\":\"1\"}"));

    assertFails(SQLNonTransientConnectionException.class, fixture.builder().build())
        .withMessageContainingAll(NAME, "sent another secret")
        .satisfies(e -> assertThat(getStackTrace(e)).doesNotContain("nothunter2"));
    assertThat(fixture.fetches()).isEqualTo(1);
  }

  @Test
  void a_secret_is_found_by_its_arn_with_and_without_the_end() throws SQLException {
    String arn = aws.createSecret(NAME, secret("s3cret"));
    for (String id : List.of(arn, arn.substring(0, arn.length() - 7))) {
      assertThat(SecretId.isAnswered(id, arn, NAME)).isTrue();
    }
    assertThat(SecretId.isAnswered(arn, arn + "x", NAME)).isFalse();
    assertThat(SecretId.isAnswered(NAME, arn, NAME)).isTrue();
    assertThat(SecretId.isAnswered(NAME, arn, null)).isTrue();
    assertThat(SecretId.isAnswered(NAME, null, null)).isTrue();
    assertThat(SecretId.isAnswered(arn, null, NAME)).isTrue();
    assertThat(SecretId.isAnswered(NAME, arn, "prod/other")).isFalse();
    assertThat(SecretId.isAnswered("prod/d", arn, null)).isFalse();
    assertThat(SecretId.isAnswered(NAME, arn.substring(0, arn.length() - 7), "prod/other"))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SecretString", "SecretBinary"})
  void a_value_that_is_no_utf_8_is_an_error_and_not_another_password(String kind)
      throws SQLException {
    fixture.loadSdk();
    String value = "{\"username\":\"u\",\"password\":\"nothunter2\u00ff\"}";
    String sent =
        kind.equals("SecretString")
            ? value.replace("\"", "\\\"")
            : Base64.getEncoder().encodeToString(value.getBytes(ISO_8859_1));
    String body =
        "{\"ARN\":\"arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf\","
            + "\"VersionId\":\"1\",\""
            + kind
            + "\":\""
            + sent
            + "\"}";
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    try (ScriptedHttp server =
        ScriptedHttp.start((out, self) -> out.write(answer.getBytes(ISO_8859_1)))) {
      assertFails(
              SQLException.class,
              SecretsManagerCredentialsSource.builder()
                  .secretId(NAME)
                  .region("us-east-1")
                  .endpoint(server.uri())
                  .environment(variables())
                  .build())
          .withMessageContaining(NAME)
          .satisfies(e -> assertThat(getStackTrace(e)).doesNotContain("hunter"));
    }
  }

  @Test
  void a_secret_that_is_nested_deeply_is_an_error_and_no_end_of_the_stack() {
    aws.createSecret(NAME, "{\"x\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}");

    assertFails(SQLNonTransientConnectionException.class, fixture.builder().build())
        .withMessageContainingAll(NAME, "nested more than 100 levels deep");
  }

  @Test
  void an_answer_that_is_nested_deeply_is_an_error_and_no_end_of_the_stack() {
    String deep = "{\"x\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}";
    for (int status : new int[] {200, 400}) {
      aws.clearFaults();
      aws.inject(SecretsManagerFault.answer(status, "application/x-amz-json-1.1", deep));
      assertFails(SQLException.class, fixture.builder().build()).withMessageContaining(NAME);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "BODY"})
  void an_answer_in_drops_ends_at_the_deadline(String where) throws SQLException {
    fixture.loadSdk();
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n";
    boolean inBody = where.equals("BODY");
    try (ScriptedHttp server =
            ScriptedHttp.start(
                (out, self) -> {
                  out.write(ScriptedHttp.bytes(inBody ? head + "\r\n{\"a\":\"" : head));
                  self.drip(out, (inBody ? "y" : "X: ") + "y".repeat(2000));
                });
        SecretsManagerCredentialsSource source =
            SecretsManagerCredentialsSource.builder()
                .secretId(NAME)
                .endpoint(server.uri())
                .environment(variables())
                .build()) {
      Duration limit = Duration.ofSeconds(1);
      Elapsed.assertTakesAtMost(
          limit,
          () ->
              assertThatExceptionOfType(SQLTimeoutException.class)
                  .isThrownBy(() -> source.credentials(Deadline.after(limit)))
                  .withMessageContaining(NAME));
    }
  }

  @Test
  void a_token_that_the_sdk_cannot_send_is_not_shown() {
    Map<String, String> properties =
        Map.of(
            "aws.accessKeyId", "AKIAIOSFODNN7EXAMPLE",
            "aws.secretAccessKey", "thaw-fake-secrets-manager",
            "aws.sessionToken", "SESSIONtoken5544\nx");
    properties.forEach(System::setProperty);
    try (SecretsManagerCredentialsSource source = fixture.builder().build()) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> source.credentials(soon()))
          .withMessageContainingAll(NAME, "IllegalArgumentException")
          .satisfies(e -> assertThat(getStackTrace(e)).doesNotContain("5544"));
    } finally {
      properties.keySet().forEach(System::clearProperty);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://10.0.0.1", "http://[2001:db8::1]:4566", "http://0.0.0.0"})
  void over_http_no_other_machine_is_asked(String endpoint) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SecretsManagerCredentialsSource.builder().endpoint(URI.create(endpoint)))
        .withMessageContainingAll("endpoint is not allowed", "loopback");
  }
}
