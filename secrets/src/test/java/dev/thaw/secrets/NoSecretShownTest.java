package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.NAME;
import static dev.thaw.secrets.SourceFixture.TTL;
import static dev.thaw.secrets.SourceFixture.secret;
import static dev.thaw.secrets.SourceFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.util.Throwables.getStackTrace;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.aws.FakeLambdaExtension;
import dev.thaw.testing.aws.SecretsManagerError;
import dev.thaw.testing.aws.SecretsManagerFault;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The log of all sources, with every logger at its finest, through all that may happen to them. */
class NoSecretShownTest {
  private static final String PASSWORD = "nothunter2";

  @AutoClose private final SourceFixture fixture = new SourceFixture();

  @Test
  void no_log_exception_or_text_shows_a_password() throws SQLException {
    StringBuilder shown = new StringBuilder();
    try (CapturedLog log = new CapturedLog()) {
      try (FakeLambdaExtension extension =
          FakeLambdaExtension.builder(fixture.aws).clock(fixture.clock).start()) {
        fixture.aws.createSecret(NAME, secret(PASSWORD + 0));
        live(fixture.builder().build(), shown);
        live(fixture.builder().environment(SourceFixture.LAMBDA).build(), shown);
        live(
            LambdaExtensionCredentialsSource.builder()
                .secretId(NAME)
                .port(extension.port())
                .sessionToken(extension.sessionToken())
                .wallClock(fixture.clock)
                .nanoClock(fixture.clock::nanoTime)
                .build(),
            shown);
      }
      assertThat(log.text())
          .contains("is pending, and tried")
          .contains("stays in use")
          .doesNotContain(PASSWORD);
    }
    assertThat(shown.toString()).contains(NAME).doesNotContain(PASSWORD);
  }

  private void live(CredentialsSource opened, StringBuilder shown) throws SQLException {
    try (CredentialsSource source = opened) {
      DatabaseCredentials first = source.credentials(soon());
      fixture.aws.putSecretValue(NAME, secret(PASSWORD + 1), "AWSPENDING");
      DatabaseCredentials second = source.refused(first, soon()).orElseThrow();
      shown.append(source).append(first).append(second).append(source.refused(second, soon()));

      fixture.aws.inject(SecretsManagerFault.error(SecretsManagerError.ACCESS_DENIED));
      fixture.clock.advance(TTL);
      shown.append(source.credentials(soon()));
      source.invalidate();
      shown.append(failure(source));
      fixture.aws.clearFaults();

      fixture.clock.advance(TTL);
      fixture.aws.putSecretValue(NAME, "{\"username\":[\"" + PASSWORD + "\"]}");
      shown.append(failure(source));
      fixture.aws.putSecretValue(NAME, PASSWORD);
      fixture.clock.advance(TTL);
      shown.append(failure(source));
      fixture.aws.putSecretValue(NAME, secret(PASSWORD + 0));
      fixture.clock.advance(TTL);
    }
  }

  private static String failure(CredentialsSource source) {
    try {
      return source.credentials(soon()).toString();
    } catch (SQLException e) {
      return getStackTrace(e);
    }
  }
}
