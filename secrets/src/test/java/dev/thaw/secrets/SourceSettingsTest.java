package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.NAME;
import static dev.thaw.secrets.SourceFixture.password;
import static dev.thaw.secrets.SourceFixture.secret;
import static dev.thaw.secrets.SourceFixture.soon;
import static dev.thaw.secrets.Variables.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.testing.aws.FakeLambdaExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceSettingsTest {
  @AutoClose private final SourceFixture fixture = new SourceFixture();

  @TempDir Path directory;

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
  void what_has_no_effect_is_warned_of() {
    try (CapturedLog log = new CapturedLog()) {
      Map<String, String> both =
          with(fixture.aws.environment(), "ORDERS_DB_SECRET_NAME", NAME, "ORDERS_DB_USER", "u");
      source("ORDERS", with(both, "ORDERS_DB_PASSWORD", "hunter2")).close();
      assertThat(log.text())
          .contains(
              "ORDERS_DB_USER does not count: ORDERS_DB_SECRET_NAME is set",
              "ORDERS_DB_PASSWORD does not count: ORDERS_DB_SECRET_NAME is set")
          .doesNotContain("hunter2");
    }
    try (CapturedLog log = new CapturedLog()) {
      Map<String, String> login =
          Map.of("DB_HOST", "h", "DB_NAME", "d", "DB_USER", "u", "DB_PASSWORD", "p");
      source("", login).close();
      assertThat(log.text()).doesNotContain("does not count");
      source("", with(login, "DB_SECRET_TTL", "1m")).close();
      assertThat(log.text()).contains("DB_SECRET_TTL does not count: DB_SECRET_NAME is not set");
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
            "DB_SECRET_NAME is a value of 3 characters (not shown, it may be a secret; character 2"
                + " is a space), allowed: a secret's name (letters, digits and /_+=.@-) or its ARN,"
                + " at most 2048 characters",
            "DB_SECRET_SOURCE is 'vault', allowed: extension, secretsmanager",
            "DB_SECRET_TTL is '10ms', allowed: 1s to 8760h, as 250ms, 30s, 5m, 1h or ISO-8601 (PT30S)",
            "AWS_REGION is a value of 10 characters (not shown, it may be a secret), allowed: names"
                + " like eu-central-1",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER is 'localhost', allowed: " + HttpEndpoint.ALLOWED,
            "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT is '0', allowed: 1 to 65535");
  }

  @Test
  void a_dotenv_file_does_not_redirect_the_addresses_of_aws() throws IOException {
    Files.writeString(
        directory.resolve(".env"),
        """
        DB_SECRET_NAME=orders
        AWS_REGION=eu-central-1
        AWS_ENDPOINT_URL=http://h
        AWS_ENDPOINT_URL_SECRETS_MANAGER=http://h
        PARAMETERS_SECRETS_EXTENSION_HTTP_PORT=1
        """);
    assertThat(settings("", Map.of()).problems())
        .containsExactlyInAnyOrder(
            "AWS_ENDPOINT_URL is in the .env file, where it is not allowed: set it as a variable",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER is in the .env file, where it is not allowed: set it"
                + " as a variable",
            "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT is in the .env file, where it is not allowed:"
                + " set it as a variable");
    // What the process sets counts, and hides what the file says.
    assertThat(
            settings(
                    "",
                    Map.of(
                        "AWS_ENDPOINT_URL", "http://127.0.0.1:1",
                        "AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:1",
                        "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", "2773"))
                .problems())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"DB_PASSWORD, pa$$", "DB_SECRET_NAME, orders", "DB_AUTH, iam"})
  void a_dotenv_file_does_not_say_where_a_secret_of_the_process_goes(String name, String value)
      throws IOException {
    Files.writeString(
        directory.resolve(".env"),
        """
        ORDERS_DB_HOST=evil
        ORDERS_DB_PORT=1
        ORDERS_DB_SSL_MODE=DISABLED
        ORDERS_DB_SSL_CA=ca.pem
        ORDERS_DB_NAME=d
        ORDERS_DB_USER=u
        DB_HOST=other
        """);
    Map<String, String> process = Map.of("ORDERS_" + name, value);

    assertThat(settings("ORDERS", process).problems())
        .filteredOn(problem -> problem.contains("is in the .env file"))
        .containsExactlyInAnyOrder(
            mixed("ORDERS_DB_HOST", "ORDERS_" + name),
            mixed("ORDERS_DB_PORT", "ORDERS_" + name),
            mixed("ORDERS_DB_SSL_MODE", "ORDERS_" + name),
            mixed("ORDERS_DB_SSL_CA", "ORDERS_" + name));
    assertThat(
            settings(
                    "ORDERS",
                    with(
                        process,
                        "ORDERS_DB_HOST",
                        "h",
                        "ORDERS_DB_PORT",
                        "",
                        "ORDERS_DB_SSL_MODE",
                        "REQUIRED",
                        "ORDERS_DB_SSL_CA",
                        ""))
                .problems())
        .noneMatch(problem -> problem.contains("is in the .env file"));
  }

  private static String mixed(String name, String secret) {
    return name
        + " is in the .env file, but "
        + secret
        + " is a variable of the process: set both in the same place";
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
}
