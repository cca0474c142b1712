package dev.thaw.secrets;

import static dev.thaw.secrets.Variables.prefixed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.thaw.ConnectionProvider;
import dev.thaw.credentials.CredentialsSource;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code DB_AUTH=iam}. */
class IamSettingsTest {
  private static final String HOST = "db.abc.eu-central-1.rds.amazonaws.com";
  private static final Map<String, String> COMPLETE =
      Map.of("DB_AUTH", "iam", "DB_HOST", HOST, "DB_USER", "app");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "DB_AUTH,IAM," + HOST + ":3306 in eu-central-1",
    "DB_PORT,3307," + HOST + ":3307 in eu-central-1",
    "DB_HOST,127.0.0.1,127.0.0.1:3306 in us-west-2",
    "DB_IAM_HOST,real.abc.eu-west-1.rds.amazonaws.com,"
        + "real.abc.eu-west-1.rds.amazonaws.com:3306 in eu-west-1",
    "DB_IAM_HOST,real.example.com:3308,real.example.com:3308 in us-west-2"
  })
  void tokens_are_signed_for(String name, String value, String signed) {
    try (CredentialsSource source = source("", with(name, value, "AWS_REGION", "us-west-2"))) {
      assertThat(source).hasToString("IamTokenCredentialsSource[" + signed + "]");
    }
  }

  @Test
  void a_prefix_is_part_of_the_names() {
    try (CredentialsSource source = source("ORDERS", prefixed("ORDERS", COMPLETE))) {
      assertThat(source).isInstanceOf(IamTokenCredentialsSource.class);
    }
  }

  @Test
  void a_provider_is_made_that_verifies_without_being_told() {
    try (ConnectionProvider provider = provider(COMPLETE)) {
      assertThat(provider.isActive()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DB_AUTH|kerberos|DB_AUTH is 'kerberos', allowed: iam",
        "DB_PASSWORD|s3cret|DB_PASSWORD is set beside DB_AUTH=iam",
        "DB_SECRET_NAME|prod/db|DB_SECRET_NAME is set beside DB_AUTH=iam",
        "DB_HOST|''|DB_HOST is empty",
        "DB_USER|''|DB_USER is empty",
        "DB_HOST|127.0.0.1|AWS_REGION is not set, and the host is no endpoint of RDS",
        "DB_IAM_HOST|a/b|DB_IAM_HOST is a value of 3 characters (not shown, it may be a secret),"
            + " allowed: the name of a host, or the name and a port",
        "DB_IAM_HOST|db:0|DB_IAM_HOST is a value of 4 characters (not shown",
        "DB_SSL_MODE|REQUIRED|DB_SSL_MODE is REQUIRED, allowed are VERIFY_CA and VERIFY_IDENTITY:"
            + " DB_AUTH=iam sends"
      })
  void what_contradicts_or_misses_is_named_at_the_start(String name, String value, String said) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> provider(with(name, value)))
        .withMessageContaining(said)
        .withMessageNotContaining("s3cret");
  }

  @Test
  void an_empty_password_is_no_contradiction() {
    try (ConnectionProvider provider = provider(with("DB_PASSWORD", ""))) {
      assertThat(provider.isActive()).isFalse();
    }
  }

  @Test
  void a_signed_host_without_tokens_is_one() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> provider(with("DB_AUTH", "", "DB_IAM_HOST", HOST)))
        .withMessageContaining("DB_IAM_HOST is set without DB_AUTH=iam");
  }

  private ConnectionProvider provider(Map<String, String> variables) {
    return ConnectionProviders.fromEnvironment(
        "", Environment.of(variables, directory), builder -> {});
  }

  private CredentialsSource source(String prefix, Map<String, String> variables) {
    Environment environment = Environment.of(variables, directory);
    Settings settings = new Settings(environment, prefix);
    SourceSettings source = SourceSettings.read(settings, environment);
    settings.throwIfWrong();
    return source.make();
  }

  private static Map<String, String> with(String... more) {
    return Variables.with(COMPLETE, more);
  }
}
