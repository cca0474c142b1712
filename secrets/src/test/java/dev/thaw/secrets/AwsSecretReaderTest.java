package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import java.net.URI;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reader that links AWS's SDK says where no connection can be opened. */
class AwsSecretReaderTest {
  // RFC 2606, section 2: no name server knows it.
  @ParameterizedTest
  @ValueSource(strings = {"http://secretsmanager.invalid", "https://secretsmanager.invalid:8443"})
  void a_name_that_no_name_server_knows_is_named(String endpoint) {
    AwsSecretReader reader =
        AwsSecretReader.of("Secret orders", "orders", "eu-central-1", URI.create(endpoint));
    try {
      assertThatThrownBy(
              () -> reader.read(SecretStage.CURRENT, false, Deadline.after(Duration.ofSeconds(20))))
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessageStartingWith(
              "Secret orders: Secrets Manager cannot be reached: UnknownHostException:")
          .hasMessageContaining("secretsmanager.invalid");
    } finally {
      reader.close();
    }
  }
}
