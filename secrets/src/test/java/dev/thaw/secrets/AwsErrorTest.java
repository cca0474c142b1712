package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.util.Throwables.getStackTrace;

import java.net.ConnectException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

class AwsErrorTest {
  private static final String FORGED = "Denied\r\n2026-11-26 ERROR forged" + "x".repeat(50_000);

  private final AwsFailures failures = new AwsFailures("Secret app");

  @Test
  void code_and_text_of_a_service_are_one_line_of_bounded_length() {
    SQLException failure = AwsError.failure("Secret app", FORGED, FORGED, 400, null);

    assertThat(failure.getMessage())
        .startsWith("Secret app: Denied 2026-11-26 ERROR forgedxxx")
        .doesNotContain("\r", "\n")
        .hasSizeLessThan(1_100);
  }

  @Test
  void so_are_those_that_the_sdk_hands_on_and_its_exception() {
    Throwable failure =
        failures.of(
            SecretsManagerException.builder()
                .statusCode(400)
                .message(FORGED)
                .awsErrorDetails(
                    AwsErrorDetails.builder().errorCode(FORGED).errorMessage(FORGED).build())
                .build(),
            SourceFixture.soon());

    assertThat(failure.getMessage()).contains("Denied 2026-11-26").doesNotContain("\r", "\n");
    assertThat(getStackTrace(failure))
        .contains("SecretsManagerException (its message is not shown")
        .doesNotContain("\n2026", "x".repeat(600));
  }

  @Test
  void an_exception_of_unknown_origin_is_named_by_its_class() {
    IllegalArgumentException header =
        new IllegalArgumentException("Illegal character(s) in message header value: TOKEN5544\n");
    for (RuntimeException thrown :
        new RuntimeException[] {
          header, SdkClientException.create("Unable to execute: " + header.getMessage(), header)
        }) {
      SQLException failure = failures.of(thrown, SourceFixture.soon());

      assertThat(failure.getMessage())
          .contains("AWS's SDK failed with java.lang.IllegalArgumentException, whose message");
      assertThat(getStackTrace(failure)).doesNotContain("TOKEN");
    }
  }

  @Test
  void what_the_network_says_is_repeated_with_its_causes() {
    ConnectException refused = new ConnectException("Connection refused");
    RuntimeException thrown = SdkClientException.create("Unable to execute", refused);
    Throwable failure = failures.of(thrown, SourceFixture.soon());

    assertThat(failure)
        .hasMessageContaining("cannot be reached: ConnectException: Connection refused; in")
        .hasCause(thrown);
  }

  @Test
  void a_version_is_one_line() {
    assertThat(new SecretValue("v1\nERROR forged", "").version()).isEqualTo("v1 ERROR forged");
  }
}
