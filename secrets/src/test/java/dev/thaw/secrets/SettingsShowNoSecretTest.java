package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.util.Throwables.getStackTrace;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A secret in the place of a setting: a template that resolves it, a pasted URL, a swap. */
class SettingsShowNoSecretTest {
  private static final String PASSWORD = "S3cr3tPassw0rd";
  private static final List<String> VALUES =
      List.of(
          "{\"username\":\"u\",\"password\":\"" + PASSWORD + "\",\"host\":\"h\"}",
          "mysql://h/db?user=u&password=" + PASSWORD,
          "mysql://u:" + PASSWORD + "@h/db",
          "h?password=" + PASSWORD,
          PASSWORD + "!",
          PASSWORD + "\n " + PASSWORD);

  @TempDir Path directory;

  static Stream<Arguments> variables() {
    return Stream.concat(
            VariableNames.ALL.stream().map(name -> "DB_" + name),
            Stream.of(
                "AWS_REGION",
                "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT"))
        .filter(name -> !List.of("DB_USER", "DB_PASSWORD", "DB_INIT_SQL").contains(name))
        .flatMap(name -> VALUES.stream().map(value -> Arguments.of(name, value)));
  }

  @ParameterizedTest
  @MethodSource("variables")
  void no_variable_is_quoted(String name, String value) {
    Map<String, String> variables = new HashMap<>();
    variables.put("DB_HOST", "h");
    variables.put("DB_NAME", "d");
    variables.put("DB_USER", "u");
    variables.put("DB_PASSWORD", "p");
    if (name.startsWith("AWS_") || name.startsWith("PARAMETERS_")) {
      variables.put("DB_SECRET_NAME", "orders");
    }
    variables.put(name, value);
    String shown;
    try (CapturedLog log = new CapturedLog()) {
      Throwable thrown =
          catchThrowable(
              () -> {
                Environment environment = Environment.of(variables, directory);
                try (ConnectionProvider provider =
                    ConnectionProviders.fromEnvironment("", environment, builder -> {})) {
                  provider.stats();
                }
              });
      shown = log.text() + (thrown == null ? "" : getStackTrace(thrown));
      // What is a name is taken: a secret's may have '!', and nothing else is known of a path yet.
      if (!List.of("DB_SSL_CA", "DB_AUTH", "DB_IAM_HOST").contains(name)
          && !(name.equals("DB_SECRET_NAME") && value.endsWith("!"))) {
        assertThat(thrown).hasMessageContaining(name);
      }
    }
    assertThat(shown).doesNotContain(PASSWORD);
  }

  static Stream<Arguments> setters() {
    Map<String, Consumer<String>> setters =
        Map.of(
            "secretId", v -> SecretsManagerCredentialsSource.builder().secretId(v),
            "region", v -> SecretsManagerCredentialsSource.builder().region(v),
            "endpoint",
                v -> SecretsManagerCredentialsSource.builder().endpoint(URI.create("x:" + v)),
            "extension", v -> LambdaExtensionCredentialsSource.builder().secretId(v),
            "prefix", v -> ConnectionProviders.fromEnvironment(v),
            "file", v -> ask(FileCredentialsSource.of(Path.of(v))));
    return setters.entrySet().stream()
        .flatMap(
            setter ->
                VALUES.stream()
                    .filter(v -> !(v.endsWith("!") && setter.getKey().matches("secretId|ext.*")))
                    .filter(v -> v.startsWith("h?") || !setter.getKey().equals("endpoint"))
                    .map(v -> Arguments.of(setter.getKey(), setter.getValue(), v)));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("setters")
  void no_value_of_a_builder_is_quoted(String name, Consumer<String> setter, String value) {
    Throwable thrown = catchThrowable(() -> setter.accept(value));

    assertThat(thrown).isNotNull();
    assertThat(getStackTrace(thrown)).doesNotContain(PASSWORD);
  }

  private static void ask(CredentialsSource source) {
    try (source) {
      assertThat(source.toString()).doesNotContain(PASSWORD);
      source.credentials(Deadline.after(Duration.ofSeconds(5)));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
