package dev.thaw.secrets;

import static dev.thaw.secrets.Variables.prefixed;
import static dev.thaw.secrets.Variables.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentCredentialsSourceTest {
  private static final Map<String, String> COMPLETE =
      Map.of(
          "DB_HOST", "db.example.com",
          "DB_PORT", "3307",
          "DB_NAME", "assets",
          "DB_USER", "app",
          "DB_PASSWORD", "pa$$w0rd");

  @TempDir Path directory;

  @Test
  void every_variable_becomes_a_credential() throws Exception {
    DatabaseCredentials credentials = read("", COMPLETE);

    assertThat(credentials.username()).isEqualTo("app");
    assertThat(credentials.password()).isEqualTo("pa$$w0rd");
    assertThat(credentials.host()).contains("db.example.com");
    assertThat(credentials.port()).hasValue(3307);
    assertThat(credentials.database()).contains("assets");
  }

  @Test
  void the_port_is_3306_if_it_is_not_set() throws Exception {
    assertThat(read("", with(COMPLETE, "DB_PORT", "")).port()).hasValue(3306);
  }

  @Test
  void a_password_may_be_empty() throws Exception {
    assertThat(read("", with(COMPLETE, "DB_PASSWORD", "")).password()).isEmpty();
  }

  @Test
  void a_prefix_is_joined_to_each_name_by_an_underscore() throws Exception {
    Map<String, String> variables = new HashMap<>(with(COMPLETE, "DB_HOST", "other"));
    variables.putAll(prefixed("ORDERS", COMPLETE));

    assertThat(read("ORDERS", variables).host()).contains("db.example.com");
    assertThat(read("", variables).host()).contains("other");
  }

  @Test
  void one_error_names_every_missing_variable() {
    assertThatThrownBy(() -> read("ORDERS", Map.of("ORDERS_DB_USER", "")))
        .isInstanceOf(SQLNonTransientConnectionException.class)
        .hasMessageContainingAll(
            "ORDERS_DB_HOST is not set",
            "ORDERS_DB_NAME is not set",
            "ORDERS_DB_USER is empty",
            "ORDERS_DB_PASSWORD is not set")
        .hasMessageNotContaining("DB_PORT");
  }

  @Test
  void one_error_names_every_malformed_value_and_what_is_allowed() {
    Map<String, String> wrong = new HashMap<>(COMPLETE);
    wrong.put("DB_HOST", "db.example.com/?allowLoadLocalInfile=true");
    wrong.put("DB_PORT", "70000");
    wrong.put("DB_NAME", "assets?autoDeserialize=true");

    assertThatThrownBy(() -> read("", wrong))
        .isInstanceOf(SQLNonTransientConnectionException.class)
        .hasMessageContainingAll(
            "DB_HOST is a value of 41 characters (not shown, it may be a secret; character 15 is"
                + " '/'), allowed: a host name",
            "DB_PORT is '70000', allowed: 1 to 65535",
            "DB_NAME is a value of 27 characters (not shown, it may be a secret; character 7 is"
                + " '?'), allowed: up to 64 letters")
        .hasMessageNotContainingAny("pa$$w0rd", "is not set", "Infile", "autoDeserialize");
  }

  @Test
  void a_password_inside_a_pasted_url_is_not_repeated() {
    assertThatThrownBy(() -> read("", with(COMPLETE, "DB_HOST", "mysql://app:hunter2@db/assets")))
        .hasMessageContaining("which is a URL, of which DB_HOST takes the host alone")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void a_host_with_a_port_says_which_variable_the_port_goes_into() {
    Map<String, String> variables = prefixed("ORDERS", COMPLETE);

    assertThatThrownBy(() -> read("ORDERS", with(variables, "ORDERS_DB_HOST", "db:3306")))
        .hasMessageContaining("which holds a port, too: set ORDERS_DB_PORT to that");
  }

  @Test
  void white_space_around_all_but_user_and_password_is_left_out() throws Exception {
    Map<String, String> padded = new HashMap<>();
    COMPLETE.forEach((name, value) -> padded.put(name, "\uFEFF " + value + "\n"));
    padded.put("DB_HOST", " [::1]\n");

    DatabaseCredentials credentials = read("", padded);

    assertThat(credentials.host()).contains("::1");
    assertThat(credentials.port()).hasValue(3307);
    assertThat(credentials.database()).contains("assets");
    assertThat(credentials.username()).isEqualTo("\uFEFF app\n");
    assertThat(credentials.password()).isEqualTo("\uFEFF pa$$w0rd\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DB_USER", "DB_PASSWORD"})
  void without_a_login_the_other_ways_to_one_are_told(String missing) {
    Map<String, String> variables = prefixed("ORDERS", COMPLETE);
    variables.remove("ORDERS_" + missing);

    assertThatThrownBy(() -> read("ORDERS", variables))
        .hasMessageContaining(
            "ORDERS_"
                + missing
                + " is not set; set ORDERS_DB_SECRET_NAME instead, for a user and a password from"
                + " AWS Secrets Manager, or ORDERS_DB_AUTH=iam instead of a password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "_", "1A", "ORDERS_", "ORDERS-EU", "A=B", "ORDERS "})
  void a_prefix_that_no_variable_can_have_is_rejected(String prefix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EnvironmentCredentialsSource.of(prefix))
        .withMessageStartingWith("prefix is ")
        .withMessageContaining("allowed: letters, digits and '_'");
  }

  @Test
  void a_dotenv_file_adds_what_the_environment_does_not_set() throws Exception {
    dotenv(
        "# local",
        "DB_HOST=localhost",
        "DB_NAME=\"assets\"",
        "DB_USER='root'",
        "DB_PASSWORD=\"a #b\" # quoted, or it would be a comment",
        "DB_PORT=3310");

    DatabaseCredentials credentials = read("", Map.of("DB_PORT", "3311"));

    assertThat(credentials.host()).contains("localhost");
    assertThat(credentials.database()).contains("assets");
    assertThat(credentials.username()).isEqualTo("root");
    assertThat(credentials.password()).isEqualTo("a #b");
    assertThat(credentials.port()).hasValue(3311);
  }

  @Test
  void a_dotenv_file_is_ignored_in_lambda() throws Exception {
    dotenv("DB_HOST=localhost", "DB_NAME=assets", "DB_USER=root", "DB_PASSWORD=x");

    assertThatThrownBy(() -> read("", Map.of("AWS_LAMBDA_FUNCTION_NAME", "orders")))
        .hasMessageContaining("DB_HOST is not set");
  }

  @Test
  void a_malformed_dotenv_file_is_named_with_the_line_but_not_its_text() throws Exception {
    dotenv("DB_HOST=localhost", "DB_PASSWORD hunter2");

    assertThatThrownBy(() -> read("", COMPLETE))
        .hasMessageContaining(
            directory.resolve(".env") + ", line 2, is not NAME=value (text not shown)")
        .hasMessageNotContaining("hunter2")
        .hasNoCause();
  }

  @Test
  void a_directory_whose_own_name_ends_in_env_is_read() throws Exception {
    Path other = Files.createDirectory(directory.resolve("project.env"));
    Files.writeString(other.resolve(".env"), "DB_HOST=there\nDB_PASSWORD=x");
    Map<String, String> rest = new HashMap<>(COMPLETE);
    rest.remove("DB_HOST");
    rest.remove("DB_PASSWORD");

    EnvironmentCredentialsSource source =
        EnvironmentCredentialsSource.of("", Environment.of(rest, other));

    assertThat(source.credentials(soon()).host()).contains("there");
  }

  @Test
  void its_text_shows_no_value() {
    EnvironmentCredentialsSource source =
        EnvironmentCredentialsSource.of("", Environment.of(COMPLETE, directory));

    assertThat(source.toString()).doesNotContain(COMPLETE.values());
  }

  private DatabaseCredentials read(String prefix, Map<String, String> variables) throws Exception {
    return EnvironmentCredentialsSource.of(prefix, Environment.of(variables, directory))
        .credentials(soon());
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(5));
  }

  private void dotenv(String... lines) throws Exception {
    Files.writeString(directory.resolve(".env"), String.join("\n", lines));
  }
}
