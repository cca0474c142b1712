package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.ConnectionProvider;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What DB_SESSION_RESET leaves of a use that has set a user variable. */
@DatabaseTest
class SessionResetVariableTest {
  private final TestSchema schema;
  private final DatabaseServer server;
  @TempDir Path directory;

  SessionResetVariableTest(TestSchema schema, DatabaseServer server) {
    this.schema = schema;
    this.server = server;
  }

  @BeforeEach
  void createTableWithTrigger() throws SQLException {
    // As the administrator: MySQL with a binary log asks for SUPER to create a trigger.
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      String table = schema.name() + ".noted";
      statement.execute("CREATE TABLE IF NOT EXISTS " + table + " (id INT)");
      statement.execute("DROP TRIGGER IF EXISTS " + schema.name() + ".note");
      statement.execute(
          "CREATE TRIGGER "
              + schema.name()
              + ".note BEFORE INSERT ON "
              + table
              + " FOR EACH ROW SET @seen = NEW.id");
    }
  }

  @ParameterizedTest
  @CsvSource({
    ", SET @seen = 1, false",
    "CHANGED, SET @seen = 1, false",
    "always, SET @seen = 1, false",
    "NEVER, SET @seen = 1, true",
    "CHANGED, INSERT INTO noted VALUES (1), true",
    "ALWAYS, INSERT INTO noted VALUES (1), false"
  })
  void a_user_variable_is_gone_if_the_session_was_reset(String reset, String sql, boolean left)
      throws SQLException {
    Map<String, String> variables = new HashMap<>(schema.environment());
    variables.put("DB_SESSION_RESET", reset == null ? "" : reset);
    try (ConnectionProvider provider =
        ConnectionProviders.fromEnvironment(
            "", Environment.of(variables, directory), builder -> {})) {
      try (Connection connection = provider.get();
          Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
      try (Connection connection = provider.get();
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT @seen IS NOT NULL")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getBoolean(1)).isEqualTo(left);
      }
      assertThat(provider.stats().opened()).isOne();
    }
  }
}
