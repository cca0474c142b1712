package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariableNamesTest {
  private static final Pattern LITERAL = Pattern.compile("\"DB_([A-Z_]*[A-Z])\"");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "DB_POOL_MAXIMUM, DB_POOL_MAX",
    "DB_POOL_SIZE, DB_POOL_MIN",
    "DB_SSL, DB_SSL_MODE",
    "DB_POOL, DB_POOL_MAX",
    "DB_SSLMODE, DB_SSL_MODE",
    "DB_USERNAME, DB_USER",
    "DB_HOSTNAME, DB_HOST",
    "DB_PASS, DB_PASSWORD",
    "DB_PASWORD, DB_PASSWORD",
    "DB_SECRET, DB_SECRET_NAME",
    "DB_SECRET_ARN, DB_SECRET_NAME",
    "db_host, DB_HOST",
    "Db_Pool_Max, DB_POOL_MAX",
    "DB_PROPERTY, DB_PROPERTIES",
    "DB_DRIVER_PROPERTIES, DB_PROPERTIES",
    "DB_TX_ISOLATION, DB_TRANSACTION_ISOLATION",
    "DB_ISOLATION_LEVEL, DB_TRANSACTION_ISOLATION",
    "DB_TX_ISOLATON, DB_TRANSACTION_ISOLATION",
    "DB_TIMEZONE, DB_PROPERTIES",
    "DB_TIME_ZONE, DB_PROPERTIES",
    "DB_TIMEOUT, DB_QUERY_TIMEOUT",
    "DB_CONNECT_TIMEOUT, DB_POOL_ACQUIRE_TIMEOUT",
    "DB_MAX_CONNECTIONS, DB_POOL_MAX",
    "DB_CA_FILE, DB_SSL_CA",
    "DB_DATABASE, DB_NAME",
    "DB_PWD, DB_PASSWORD"
  })
  void a_name_like_one_of_ours_has_a_nearest(String name, String nearest) {
    assertThat(VariableNames.meant(name, "DB_", Set.of(name))).isEqualTo(nearest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"DB_HOST", "DB_DIALECT", "DB_CONNECTION", "DB_LOGGING", "DB_", "DB_MIGRATE"})
  void others_have_none(String name) {
    assertThat(VariableNames.meant(name, "DB_", Set.of(name))).isNull();
  }

  static Stream<Arguments> names_of_builders() {
    return EnvironmentSettings.every().stream()
        .filter(setting -> String.valueOf(setting.variable()).startsWith("DB_"))
        .map(
            setting ->
                Arguments.of(
                    "DB_" + setting.name().replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT),
                    setting.variable()))
        // One word is too little, unless it is told here: DB_KEYS may be anybody's.
        .filter(names -> String.valueOf(names.get()[0]).indexOf('_', 3) > 0);
  }

  @ParameterizedTest
  @MethodSource("names_of_builders")
  void the_builders_name_of_a_setting_is_like_ours(String name, String variable) {
    String meant = VariableNames.meant(name, "DB_", Set.of(name));
    if (!name.equals(variable)) {
      assertThat(meant).startsWith(variable.substring(0, "DB_SECRET".length()));
    }
  }

  @Test
  void what_others_call_a_setting_leads_to_a_variable() {
    assertThat(VariableNames.ALIASES)
        .allSatisfy(alias -> assertThat(VariableNames.ALL).contains(alias.getValue()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CONNECTION", "DATABASE", "USERNAME", "SOCKET", "CHARSET", "COLLATION", "PREFIX", "URL",
        "FOREIGN_KEYS", "ENGINE", "VENDOR", "ADDR", "DRIVER", "STORAGE", "ROOT_PASSWORD", "TYPE",
        "CACHE_TABLE", "DSN", "FILE", "VERSION", "DUMP_FILE", "MIGRATIONS", "SEED", "KIND"
      })
  void common_names_of_others_beside_ours_are_no_noise(String name) {
    Set<String> set = Set.of("DB_HOST", "DB_PORT", "DB_NAME", "DB_USER", "DB_PASSWORD");
    assertThat(VariableNames.meant("DB_" + name, "DB_", set)).isNull();
  }

  @Test
  void another_programs_name_beside_ours_is_left_alone() {
    assertThat(VariableNames.meant("DB_USERNAME", "DB_", Set.of("DB_USERNAME", "DB_USER")))
        .isNull();
    assertThat(VariableNames.meant("DB_POOL_MAXIMUM", "DB_", Set.of("DB_POOL_MAX"))).isNotNull();
  }

  @Test
  void a_warning_names_it_and_the_nearest_with_the_prefix_and_without_values() {
    assertThat(warnings("", Map.of("DB_POOL_MAXIMUM", "hunter2")))
        .contains("WARN", "DB_POOL_MAXIMUM is no variable of Thaw's; is DB_POOL_MAX meant?")
        .doesNotContain("hunter2");
    assertThat(warnings("ORDERS", Map.of("ORDERS_DB_PASS", "hunter2", "DB_PASS", "x")))
        .contains("ORDERS_DB_PASS is no variable of Thaw's; is ORDERS_DB_PASSWORD meant?")
        .doesNotContain("; is DB_PASSWORD", "hunter2");
  }

  @Test
  void a_warning_names_variables_of_the_dotenv_file_too() throws IOException {
    Files.writeString(directory.resolve(".env"), "DB_SSL_MOD=REQUIRED");

    assertThat(warnings("", Map.of())).contains("is DB_SSL_MODE meant?");
  }

  @Test
  void every_name_in_the_code_is_in_the_list() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/thaw/secrets"))) {
      for (Path file : files.toList()) {
        names.addAll(
            LITERAL
                .matcher(Files.readString(file))
                .results()
                .map((MatchResult result) -> result.group(1))
                .collect(Collectors.toSet()));
      }
    }
    assertThat(VariableNames.ALL).containsAll(names).contains("HOST");
  }

  private String warnings(String prefix, Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    String before = prefix.isEmpty() ? "" : prefix + "_";
    Map.of("DB_HOST", "h", "DB_NAME", "d", "DB_USER", "u")
        .forEach((name, value) -> all.put(before + name, value));
    try (CapturedLog log = new CapturedLog()) {
      assertThat(EnvironmentCredentialsSource.of(prefix, Environment.of(all, directory)))
          .isNotNull();
      return log.text();
    }
  }
}
