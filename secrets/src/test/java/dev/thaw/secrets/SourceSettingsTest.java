package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.NAME;
import static dev.thaw.secrets.SourceFixture.password;
import static dev.thaw.secrets.SourceFixture.secret;
import static dev.thaw.secrets.SourceFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.testing.FakeLambdaExtension;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceSettingsTest {
  private final SourceFixture fixture = new SourceFixture();

  @TempDir Path directory;

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void without_a_secrets_name_the_variables_count() throws SQLException {
    try (CredentialsSource source =
        source(
            "",
            Map.of("DB_HOST", "h", "DB_NAME", "d", "DB_USER", "u", "DB_PASSWORD", "variables"))) {
      assertThat(password(source)).isEqualTo("variables");
    }
  }

  @Test
  void a_secrets_name_reads_secrets_manager() throws SQLException {
    fixture.aws.createSecret(NAME, "{\"host\":\"h\",\"username\":\"u\",\"password\":\"s3cret\"}");
    try (CredentialsSource source =
        source("", with(fixture.aws.environment(), "DB_SECRET_NAME", NAME, "DB_PORT", "3307"))) {
      assertThat(source).isInstanceOf(SecretsManagerCredentialsSource.class);
      assertThat(password(source)).isEqualTo("s3cret");
      assertThat(source.credentials(soon()).port()).hasValue(3307);
    }
  }

  @Test
  void a_prefix_is_part_of_the_names_of_thaw_and_not_of_those_of_aws() throws SQLException {
    fixture.aws.createSecret(NAME, secret("s3cret"));
    try (CredentialsSource source =
        source("ORDERS", with(fixture.aws.environment(), "ORDERS_DB_SECRET_NAME", NAME))) {
      assertThat(password(source)).isEqualTo("s3cret");
    }
  }

  @Test
  void the_extension_is_asked_if_told_so() throws SQLException {
    fixture.aws.createSecret(NAME, secret("s3cret"));
    try (FakeLambdaExtension extension = FakeLambdaExtension.start(fixture.aws);
        CredentialsSource source =
            source(
                "",
                with(
                    extension.environment(),
                    "DB_SECRET_NAME",
                    NAME,
                    "DB_SECRET_SOURCE",
                    "extension"))) {
      assertThat(source).isInstanceOf(LambdaExtensionCredentialsSource.class);
      assertThat(password(source)).isEqualTo("s3cret");
      assertThat(extension.requests()).isEqualTo(1);
    }
  }

  @Test
  void wrong_variables_are_all_named() {
    Settings settings =
        settings(
            "",
            Map.of(
                "DB_SECRET_NAME", "a b",
                "DB_SECRET_SOURCE", "vault",
                "DB_SECRET_TTL", "10ms",
                "AWS_REGION", "eu central",
                "AWS_ENDPOINT_URL_SECRETS_MANAGER", "localhost",
                "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", "0"));

    assertThat(settings.problems())
        .containsExactlyInAnyOrder(
            "DB_SECRET_NAME is 'a b', allowed: " + SecretId.ALLOWED,
            "DB_SECRET_SOURCE is 'vault', allowed: extension, secretsmanager",
            "DB_SECRET_TTL is '10ms', allowed: 1000ms or more, as " + DurationText.ALLOWED,
            "AWS_REGION is 'eu central', allowed: " + AwsRegion.ALLOWED,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER is 'localhost', allowed: " + HttpEndpoint.ALLOWED,
            "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT is '0', allowed: 1 to 65535");
  }

  private Settings settings(String prefix, Map<String, String> variables) {
    Environment environment = Environment.of(variables, directory);
    Settings settings = new Settings(environment, prefix);
    assertThat(SourceSettings.read(settings, environment)).isNotNull();
    return settings;
  }

  private CredentialsSource source(String prefix, Map<String, String> variables) {
    Environment environment = Environment.of(variables, directory);
    Settings settings = new Settings(environment, prefix);
    SourceSettings source = SourceSettings.read(settings, environment);
    settings.throwIfWrong();
    return source.make();
  }

  private static Map<String, String> with(Map<String, String> base, String... more) {
    Map<String, String> all = new HashMap<>(base);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }
}
