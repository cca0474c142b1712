package dev.thaw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.provider.ProviderSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the builder makes of TLS. */
class ProviderBuilderTlsTest {
  private static final CredentialsSource SOURCE =
      deadline -> DatabaseCredentials.of("app", "s3cret");
  private static final String RDS = "shop.abc123.eu-west-1.rds.amazonaws.com";

  private static final Path CA =
      Path.of("src/main/resources/dev/thaw/internal/net/rds/eu-west-1.der");

  private static PooledConnectionProvider.Builder builder() {
    return PooledConnectionProvider.builder();
  }

  private static ProviderSettings settings(PooledConnectionProvider.Builder builder) {
    return builder.credentials(SOURCE).settings(Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "db.example", RDS})
  void in_lambda_every_server_is_verified(String host) {
    Map<String, String> lambda = Map.of("AWS_LAMBDA_FUNCTION_NAME", "orders");
    assertThat(builder().credentials(SOURCE).settings(lambda).tls().mode(host, false).mode())
        .isEqualTo(SslMode.VERIFY_IDENTITY);
  }

  @Test
  void a_ca_file_asks_for_full_verification_unless_told_otherwise() {
    assertThat(mode(builder().sslCa(CA), "localhost")).isEqualTo(SslMode.VERIFY_IDENTITY);
    assertThat(mode(builder().sslCa(CA).sslMode(SslMode.VERIFY_CA), "localhost"))
        .isEqualTo(SslMode.VERIFY_CA);
  }

  private static SslMode mode(PooledConnectionProvider.Builder builder, String host) {
    return settings(builder).tls().mode(host, false).mode();
  }

  @Test
  void rejects_verify_ca_without_a_file() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(builder().sslMode(SslMode.VERIFY_CA)))
        .withMessage(
            "sslMode is VERIFY_CA without a CA file (sslCa), allowed is VERIFY_IDENTITY: an"
                + " attacker, too, can have a certificate of an authority in the JVM's trust"
                + " store");
  }

  @Test
  void rejects_a_ca_file_that_is_none(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("missing.pem");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().sslCa(missing))
        .withMessage(
            "sslCa is '"
                + missing
                + "', allowed: a file of PEM certificates; there is no such file");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().sslCa(folder))
        .withMessageEndingWith("; it is no regular file");
    Path empty = Files.createFile(folder.resolve("empty.pem"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().sslCa(empty))
        .withMessageEndingWith("; it holds no certificate");
    Path other = Files.writeString(folder.resolve("other.pem"), "pass-word");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().sslCa(other))
        .withMessageEndingWith("; it cannot be read as PEM certificates");
  }

  @Test
  void does_not_show_a_ca_file_that_may_be_a_secret() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().sslCa(Path.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")))
        .withMessageStartingWith("sslCa is a value of 40 characters (not shown")
        .havingRootCause()
        .satisfies(e -> assertThat(e.toString()).doesNotContain("K7MDENG"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DISABLED", "PREFERRED", "REQUIRED"})
  void rejects_a_ca_file_that_would_not_be_used(SslMode mode) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(builder().sslCa(CA).sslMode(mode)))
        .withMessage(
            "sslMode is "
                + mode
                + " with a CA file (sslCa), allowed are VERIFY_CA and VERIFY_IDENTITY: the file would not"
                + " be used");
  }

  /** A source like that of IAM tokens. */
  private static final class ClearText implements CredentialsSource {
    @Override
    public DatabaseCredentials credentials(Deadline deadline) {
      return DatabaseCredentials.of("app", "s3cret");
    }

    @Override
    public boolean needsVerifiedTls() {
      return true;
    }

    @Override
    public String toString() {
      return "ClearText";
    }
  }

  private static PooledConnectionProvider.Builder clearText() {
    return PooledConnectionProvider.builder().credentials(new ClearText());
  }

  @Test
  void a_source_that_needs_verified_tls_gets_it() {
    assertThat(clearText().settings(Map.of()).tls().mode("localhost", false).mode())
        .isEqualTo(SslMode.VERIFY_IDENTITY);
    assertThat(
            clearText()
                .sslMode(SslMode.VERIFY_CA)
                .sslCa(CA)
                .settings(Map.of())
                .tls()
                .mode("localhost", false)
                .mode())
        .isEqualTo(SslMode.VERIFY_CA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"DISABLED", "PREFERRED", "REQUIRED"})
  void rejects_unverified_tls_for_a_source_that_needs_verified_tls(SslMode mode) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> clearText().sslMode(mode).build())
        .withMessageStartingWith(
            "sslMode is " + mode + ", allowed are VERIFY_CA and VERIFY_IDENTITY: ClearText sends");
  }
}
