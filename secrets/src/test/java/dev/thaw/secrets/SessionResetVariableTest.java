package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.ConnectionProvider;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import java.nio.file.Path;
import java.sql.SQLException;
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
    String table = schema.name() + ".noted";
    Sql.execute(
        server::connect,
        "CREATE TABLE IF NOT EXISTS " + table + " (id INT)",
        "DROP TRIGGER IF EXISTS " + schema.name() + ".note",
        "CREATE TRIGGER "
            + schema.name()
            + ".note BEFORE INSERT ON "
            + table
            + " FOR EACH ROW SET @seen = NEW.id");
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
      Sql.execute(provider::get, sql);
      assertThat(Sql.string(provider::get, "SELECT @seen IS NOT NULL")).isEqualTo(left ? "1" : "0");
      assertThat(provider.stats().opened()).isOne();
    }
  }
}
