package dev.thaw.secrets;

import static dev.thaw.secrets.Variables.prefixed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.thaw.ConnectionProvider;
import dev.thaw.SslMode;
import dev.thaw.internal.settings.BuilderSettings;
import dev.thaw.internal.settings.IsolationLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionProvidersTest {
  private static final Map<String, String> COMPLETE =
      Map.of(
          "DB_HOST", "db.example.com",
          "DB_NAME", "assets",
          "DB_USER", "app",
          "DB_PASSWORD", "pa$$w0rd");

  @TempDir Path directory;

  @Test
  void one_error_names_every_wrong_variable() {
    Map<String, String> wrong =
        Map.ofEntries(
            Map.entry("DB_HOST", "a/b"),
            Map.entry("DB_SESSION_RESET", "OFTEN"),
            Map.entry("DB_POOL_MAX", "0"),
            Map.entry("DB_POOL_MIN", "-1"),
            Map.entry("DB_POOL_ACQUIRE_TIMEOUT", "30"),
            Map.entry("DB_POOL_IDLE_TIMEOUT", "-1s"),
            Map.entry("DB_QUERY_TIMEOUT", "soon"),
            Map.entry("DB_METRICS", "statsd"),
            Map.entry(
                "DB_PROPERTIES",
                "sslMode=DISABLED&useCursorFetch=perhaps&rewriteBatchedStatement=true"),
            Map.entry("DB_SSL_MODE", "SOMETIMES"),
            Map.entry("DB_SSL_CA", "ca\0.pem"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> fromEnvironment("", wrong))
        .withMessageContainingAll(
            "DB_HOST is a value of 3 characters (not shown, it may be a secret; character 2 is '/')",
            "DB_NAME is not set",
            "DB_USER is not set",
            "DB_PASSWORD is not set",
            "DB_POOL_MAX is '0', allowed: 1 to 1000",
            "DB_POOL_MIN is '-1', allowed: 0 to 1000",
            "DB_POOL_ACQUIRE_TIMEOUT is '30', allowed: 1ms to 24h, as 250ms, 30s",
            "DB_POOL_IDLE_TIMEOUT is '-1s', allowed: 0s to 24h",
            "DB_PROPERTIES: The driver property sslMode cannot be set: use the settings DB_SSL_MODE and"
                + " DB_SSL_CA",
            "DB_PROPERTIES: The driver property useCursorFetch has a wrong value",
            "DB_PROPERTIES: The driver has no property \"rewriteBatchedStatement\"; did you mean",
            "DB_METRICS is 'statsd', allowed: emf",
            "DB_QUERY_TIMEOUT is 'soon', allowed: 0s to 24h",
            "DB_SESSION_RESET is 'OFTEN', allowed: CHANGED, ALWAYS, NEVER",
            "DB_SSL_MODE is 'SOMETIMES', allowed: DISABLED, PREFERRED, REQUIRED, VERIFY_CA",
            "DB_SSL_CA is a value of 7 characters (not shown, it may be a secret), allowed: the path of a file");
  }

  @Test
  void a_ca_file_that_is_none_is_named_by_its_variable_with_what_is_wrong() throws IOException {
    Path missing = directory.resolve("missing.pem");
    Path empty = Files.createFile(directory.resolve("empty.pem"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fromEnvironment("", with("DB_SSL_CA", missing.toString())))
        .withMessageEndingWith(
            "DB_SSL_CA is '"
                + missing
                + "', allowed: a file of PEM certificates; there is no such file");
    Map<String, String> orders = prefixed("ORDERS", with("DB_SSL_CA", empty.toString()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fromEnvironment("ORDERS", orders))
        .withMessageEndingWith(
            "ORDERS_DB_SSL_CA is '"
                + empty
                + "', allowed: a file of PEM certificates; it holds no certificate");
  }

  @Test
  void verify_ca_needs_a_file() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fromEnvironment("", with("DB_SSL_MODE", "verify_ca")))
        .withMessageEndingWith(
            "DB_SSL_MODE is VERIFY_CA without a CA file (DB_SSL_CA), allowed is VERIFY_IDENTITY:"
                + " an attacker, too, can have a certificate of an authority in the JVM's trust store");
  }

  @Test
  void what_is_wrong_with_the_driver_s_properties_together_is_named_by_the_variable() {
    Map<String, String> orders =
        prefixed("ORDERS", with("DB_PROPERTIES", "connectionCollation=utf8mb4_foo_ci"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fromEnvironment("ORDERS", orders))
        .withMessageStartingWith(
            "The environment variables do not describe a database connection: ORDERS_DB_PROPERTIES:"
                + " The driver property connectionCollation has a wrong value: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "READ_COMMITTED",
        "READ COMMITTED",
        "read-committed",
        "TRANSACTION_READ_COMMITTED",
        "Transaction_Read_Committed"
      })
  void an_isolation_may_be_spelt_as_mysql_and_jdbc_do(String text) {
    assertThat(BuilderSettings.TRANSACTION_ISOLATION.in(Map.of("DB_TRANSACTION_ISOLATION", text)))
        .isEqualTo(IsolationLevel.READ_COMMITTED);
  }

  @Test
  void a_choice_may_have_hyphens_but_no_other_prefix() {
    assertThat(BuilderSettings.SSL_MODE.in(Map.of("DB_SSL_MODE", "verify-ca")))
        .isEqualTo(SslMode.VERIFY_CA);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> BuilderSettings.SSL_MODE.in(Map.of("DB_SSL_MODE", "TRANSACTION_VERIFY_CA")))
        .withMessageContaining("allowed: DISABLED, PREFERRED");
  }

  @Test
  void a_wrong_escape_in_the_driver_s_properties_is_not_repeated() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fromEnvironment("", with("DB_PROPERTIES", "maxRows=%zq")))
        .withMessageContaining("DB_PROPERTIES: a percent sign is followed by no two hex digits")
        .withMessageNotContaining("zq")
        .withNoCause();
  }

  @Test
  void a_problem_is_named_once_though_two_parts_read_the_variable() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fromEnvironment("", with("DB_HOST", "a/b")))
        .withMessageContaining("connection: DB_HOST is a value of 3 characters")
        .withMessageMatching("(?s)[^;]*; character 2 is '/'\\), allowed: [^;]*");
  }

  @Test
  void a_prefix_that_no_variable_can_have_is_rejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConnectionProviders.fromEnvironment("ORDERS_"))
        .withMessageContaining("prefix is 'ORDERS_'");
  }

  private ConnectionProvider fromEnvironment(String prefix, Map<String, String> variables) {
    return ConnectionProviders.fromEnvironment(
        prefix, Environment.of(variables, directory), builder -> {});
  }

  private static Map<String, String> with(String name, String value) {
    return Variables.with(COMPLETE, name, value);
  }
}
