package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.NAME;
import static dev.thaw.secrets.SourceFixture.assertFails;
import static dev.thaw.secrets.SourceFixture.password;
import static dev.thaw.secrets.SourceFixture.secret;
import static dev.thaw.secrets.SourceFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.aws.SecretsManagerFault;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The source as it is in AWS Lambda, without AWS's SDK; all that holds for the SDK holds here. */
class DirectSecretReaderTest extends SecretsManagerCredentialsSourceTest {

  @Override
  Map<String, String> variables() {
    return SourceFixture.LAMBDA;
  }

  @Override
  void assertCause(Throwable failure) {
    // The message has all that the service said.
    assertThat(failure).hasNoCause();
  }

  @Test
  void a_refused_signature_is_left_to_the_sdk() throws SQLException {
    aws.createSecret(NAME, secret("s3cret"));
    aws.inject(
        SecretsManagerFault.error("InvalidSignatureException", 400, "Signature not yet current"),
        1);

    try (CapturedLog log = new CapturedLog();
        SecretsManagerCredentialsSource source = fixture.builder().build()) {
      assertThat(password(source)).isEqualTo("s3cret");
      assertThat(log.text()).contains("a signature was refused (InvalidSignatureException)");
    }
    assertThat(fixture.fetches()).isEqualTo(2);
  }

  @Test
  void without_a_pending_version_a_refusal_has_no_other_credentials() throws SQLException {
    aws.createSecret(NAME, secret("s3cret"));

    try (SecretsManagerCredentialsSource source = fixture.builder().build()) {
      DatabaseCredentials refused = source.credentials(soon());
      assertThat(source.refused(refused, soon())).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"__type\":\"com.amazonaws.secretsmanager#AccessDeniedException\",\"Message\":\"no\"}"
            + "|AccessDeniedException: no",
        "{\"__type\":\"AccessDeniedException:http://internal.amazon.com/\"}|AccessDeniedException",
        "{\"code\":\"AccessDeniedException\",\"message\":\"no\"}|AccessDeniedException: no",
        "{\"__type\":\"Failure\",\"message\":\"one\\ntwo\"}|Failure: one two",
        "<html>Forbidden</html>|HTTP 400"
      })
  void every_spelling_of_an_errors_code_is_understood(String body, String text) {
    aws.inject(SecretsManagerFault.answer(400, "application/x-amz-json-1.1", body));

    assertFails(SQLNonTransientConnectionException.class, fixture.builder().build())
        .withMessageContainingAll(NAME, text);
  }

  @Test
  void a_connection_that_breaks_is_tried_three_times() {
    aws.inject(SecretsManagerFault.connectionReset());

    assertFails(SQLTransientConnectionException.class, fixture.builder().build())
        .withMessageContainingAll(NAME, "cannot be reached");
    assertThat(fixture.fetches()).isEqualTo(3);
  }

  @Test
  void an_errors_code_is_one_line_of_bounded_length() {
    aws.inject(
        SecretsManagerFault.answer(
            400,
            "application/x-amz-json-1.1",
            "{\"__type\":\"Bad\\r\\nnews" + "x".repeat(50_000) + "\"}"));

    assertFails(SQLException.class, fixture.builder().build())
        .withMessageContaining("Bad news")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000).doesNotContain("\n"));
  }
}
