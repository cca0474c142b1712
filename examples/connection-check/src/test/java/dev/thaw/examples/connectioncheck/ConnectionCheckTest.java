package dev.thaw.examples.connectioncheck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.TestSchema;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionCheckTest {
  private static final DatabaseServer SERVER = DatabaseServer.shared();
  private static TestSchema schema;

  @TempDir private Path directory;

  @BeforeAll
  static void create_the_table() throws SQLException {
    schema = SERVER.createSchema();
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE assets (id INT PRIMARY KEY)");
      statement.execute("INSERT INTO assets VALUES (1), (2), (3)");
    }
  }

  @AfterAll
  static void drop_the_schema() {
    schema.close();
  }

  @Test
  void passes_on_an_embedded_database_if_no_variable_is_set() throws Exception {
    Run run = run(Map.of());
    assertThat(run.output()).startsWith("No DB_* variable is set: starting an embedded database\n");
    assertPassed(run, 2);
  }

  @Test
  void passes_on_the_database_that_the_variables_describe_and_prints_all_but_the_password()
      throws Exception {
    Run run = run(variables());
    assertPassed(run, 3);
    DatabaseCredentials login = schema.credentials();
    assertThat(run.output())
        .containsPattern("host +" + SERVER.host())
        .containsPattern("port +" + SERVER.port())
        .containsPattern("database +" + schema.name())
        .containsPattern("user +" + login.username())
        .containsPattern("password +\\*\\*\\*\n")
        .doesNotContain(login.password());
  }

  @Test
  void passes_on_the_database_that_a_dotenv_file_describes() throws Exception {
    StringBuilder lines = new StringBuilder();
    variables().forEach((name, value) -> lines.append(name).append('=').append(value).append('\n'));
    Files.writeString(directory.resolve(".env"), lines);
    assertPassed(run(Map.of()), 3);
  }

  @Test
  void tells_that_the_password_is_wrong_and_shows_it_nowhere() throws Exception {
    Run run = run(with("DB_PASSWORD", "not-the-password"));
    assertFailed(run, "1 connect", "refused the login", "DB_USER and DB_PASSWORD");
    assertThat(run.output())
        .contains("\nCause: Access denied for user")
        .doesNotContain("not-the-password");
  }

  @Test
  void tells_that_no_server_listens() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Map<String, String> variables = with("DB_PORT", String.valueOf(port));
    variables.put("DB_HOST", "127.0.0.1");
    assertFailed(run(variables), "1 connect", "127.0.0.1:" + port, "DB_HOST and DB_PORT");
  }

  @Test
  void tells_that_the_host_is_unknown() throws Exception {
    // RFC 2606 keeps .invalid from ever being a name.
    assertFailed(
        run(with("DB_HOST", "database.invalid")),
        "1 connect",
        "database.invalid",
        "DB_HOST and DB_PORT");
  }

  @Test
  void tells_that_the_database_is_unknown() throws Exception {
    Map<String, String> variables = with("DB_NAME", "nowhere");
    variables.put("DB_USER", SERVER.admin().username());
    variables.put("DB_PASSWORD", SERVER.admin().password());
    assertFailed(run(variables), "1 connect", "nowhere", "DB_NAME; the server runs");
  }

  @Test
  void tells_that_the_user_may_not_use_the_database() throws Exception {
    assertFailed(run(with("DB_NAME", "mysql")), "1 connect", "mysql", "DB_NAME, and what the user");
  }

  @Test
  void tells_that_the_table_is_missing() throws Exception {
    try (TestSchema empty = SERVER.createSchema()) {
      Run run = run(variables(empty));
      assertFailed(run, "4 query", "assets", "DB_NAME; the connection works");
      assertThat(run.output()).endsWith("3 of 5 checks passed\n");
    }
  }

  @Test
  void tells_which_variables_are_missing() throws Exception {
    Run run = run(Map.of("DB_HOST", "127.0.0.1"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output()).contains("DB_NAME", "DB_USER", "DB_PASSWORD", "Look at: ");
  }

  private static void assertPassed(Run run, int assets) {
    assertThat(run.output())
        .containsPattern("(?m)^1 connect +\\d+ ms  .+, server connection \\d+$")
        .containsPattern("(?m)^2 status +\\d+ ms  active$")
        .containsPattern("(?m)^3 check +\\d+ ms  Connection successful$")
        .containsPattern("(?m)^4 query +\\d+ ms  " + assets + " assets$")
        .containsPattern("(?m)^5 reuse +\\d+ ms  server connection \\d+ again$")
        .endsWith("\nAll 5 checks passed\n");
    assertThat(run.exitCode()).isZero();
  }

  private static void assertFailed(Run run, String check, String reason, String lookAt) {
    assertThat(run.output())
        .containsPattern("(?m)^" + check + " +\\d+ ms  FAILED: .*\\Q" + reason + "\\E")
        .contains("\nLook at: " + lookAt)
        .doesNotContain("All 5 checks passed", "\tat ");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  private static Map<String, String> variables() {
    return variables(schema);
  }

  private static Map<String, String> variables(TestSchema schema) {
    return Map.of(
        "DB_HOST", SERVER.host(),
        "DB_PORT", String.valueOf(SERVER.port()),
        "DB_NAME", schema.name(),
        "DB_USER", schema.credentials().username(),
        "DB_PASSWORD", schema.credentials().password());
  }

  private static Map<String, String> with(String name, String value) {
    Map<String, String> variables = new HashMap<>(variables());
    variables.put(name, value);
    return variables;
  }

  private Run run(Map<String, String> variables) throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    ProcessBuilder builder =
        new ProcessBuilder(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-classpath",
                System.getProperty("java.class.path"),
                ConnectionCheck.class.getName())
            .directory(directory.toFile())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("DB_"));
    builder.environment().putAll(variables);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Run(process.waitFor(), output.replace(System.lineSeparator(), "\n"));
  }

  private record Run(int exitCode, String output) {}
}
