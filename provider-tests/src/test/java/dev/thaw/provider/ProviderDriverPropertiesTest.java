package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties of the driver that an application sets, and that they outlive a reset. */
@DatabaseTest
class ProviderDriverPropertiesTest {
  /** A use that makes the server reset the session. */
  private static final String CHANGE = "SET @seen = 1";

  private final TestSchema schema;

  ProviderDriverPropertiesTest(TestSchema schema) {
    this.schema = schema;
  }

  @BeforeEach
  void createTable() throws SQLException {
    Sql.execute(
        schema::connect,
        "DROP TABLE IF EXISTS kept",
        "CREATE TABLE kept (id INT PRIMARY KEY AUTO_INCREMENT, n TINYINT(1), at DATETIME,"
            + " ts TIMESTAMP NULL, s VARCHAR(50))");
  }

  private PooledConnectionProvider provider(String... properties) {
    PooledConnectionProvider.Builder builder = schema.provider().maxSize(1);
    for (int i = 0; i < properties.length; i += 2) {
      builder.driverProperty(properties[i], properties[i + 1]);
    }
    return builder.build();
  }

  /** Asks after the login and again after a reset of the same session. */
  private static void assertKept(PooledConnectionProvider provider, String sql, String value)
      throws SQLException {
    assertThat(Sql.string(provider::get, sql)).isEqualTo(value);
    Sql.execute(provider::get, CHANGE);
    assertThat(Sql.string(provider::get, sql)).isEqualTo(value);
    assertThat(Sql.string(provider::get, "SELECT @seen IS NULL")).isEqualTo("1");
    assertThat(provider.stats().opened()).isOne();
  }

  @Test
  void session_variables_are_set_again_after_a_reset() throws SQLException {
    try (PooledConnectionProvider provider =
        provider("sessionVariables", "group_concat_max_len=4321,sql_mode='ANSI_QUOTES'")) {
      assertKept(provider, "SELECT @@session.group_concat_max_len", "4321");
      assertKept(provider, "SELECT @@session.sql_mode", "ANSI_QUOTES");
      // Not made strict: the mode was chosen.
      Sql.execute(provider::get, "INSERT INTO kept (n) VALUES (1000)");
      assertKept(provider, "SELECT n FROM kept", "127");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sql_select_limit=3", "@@session.SQL_SELECT_LIMIT := 3"})
  void session_variables_that_the_driver_changes_for_a_statement_come_back(String limit)
      throws SQLException {
    try (PooledConnectionProvider provider =
        provider("sessionVariables", "net_write_timeout=77," + limit)) {
      for (String last : List.of("SELECT 1", CHANGE)) {
        try (Connection connection = provider.get();
            Statement statement = connection.createStatement()) {
          Sql.execute(connection, last);
          statement.setMaxRows(2);
          assertThat(rows(statement)).isEqualTo(2);
          statement.setMaxRows(0);
          assertThat(rows(statement)).isEqualTo(3);
          statement.setFetchSize(Integer.MIN_VALUE);
          assertThat(rows(statement)).isEqualTo(3);
          statement.setMaxRows(2);
          assertThat(rows(statement)).isEqualTo(2);
        }
        assertThat(
                Sql.string(
                    provider::get, "SELECT CONCAT(@@sql_select_limit, ' ', @@net_write_timeout)"))
            .isEqualTo("3 77");
      }
      assertThat(provider.stats().opened()).isOne();
    }
  }

  private static int rows(Statement statement) throws SQLException {
    int count = 0;
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4")) {
      while (rows.next()) {
        count++;
      }
    }
    return count;
  }

  @Test
  void a_collation_is_set_again_after_a_reset() throws SQLException {
    try (PooledConnectionProvider provider =
        provider("connectionCollation", "utf8mb4_unicode_ci")) {
      assertKept(provider, "SELECT @@session.collation_connection", "utf8mb4_unicode_ci");
    }
    try (PooledConnectionProvider provider = provider("connectionCollation", "latin1_german2_ci")) {
      assertKept(provider, "SELECT @@session.collation_connection", "latin1_german2_ci");
      assertKept(provider, "SELECT _utf8mb4 0xF09F9880", "\uD83D\uDE00");
    }
  }

  @Test
  void a_time_zone_is_set_again_after_a_reset() throws SQLException {
    try (PooledConnectionProvider provider =
        provider("connectionTimeZone", "+05:00", "forceConnectionTimeZoneToSession", "true")) {
      assertKept(provider, "SELECT @@session.time_zone", "+05:00");
      Instant instant = Instant.parse("2026-03-01T12:00:00Z");
      try (Connection connection = provider.get();
          PreparedStatement insert =
              connection.prepareStatement("INSERT INTO kept (ts) VALUES (?)")) {
        insert.setTimestamp(1, Timestamp.from(instant));
        insert.executeUpdate();
      }
      assertThat(
              Double.parseDouble(Sql.string(provider::get, "SELECT UNIX_TIMESTAMP(ts) FROM kept")))
          .isEqualTo((double) instant.getEpochSecond());
    }
  }

  @Test
  void of_two_time_zones_the_same_counts_after_a_login_and_after_a_reset() throws SQLException {
    String[] properties = {
      "sessionVariables", "time_zone='+01:00'",
      "connectionTimeZone", "+05:00",
      "forceConnectionTimeZoneToSession", "true"
    };
    try (PooledConnectionProvider provider = provider(properties)) {
      assertKept(provider, "SELECT @@session.time_zone", "+05:00");
    }
    try (PooledConnectionProvider provider = provider("sessionVariables", "time_zone='+01:00'")) {
      assertKept(provider, "SELECT @@session.time_zone", "+01:00");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sql_mode='s3cr3t'",
        "s3cr3t=1",
        "@key='s3cr3t",
        "version='s3cr3t'",
      })
  void what_the_server_refuses_of_the_session_variables_is_not_repeated(String value) {
    try (PooledConnectionProvider provider = provider("sessionVariables", value)) {
      assertThatExceptionOfType(SQLNonTransientConnectionException.class)
          .isThrownBy(provider::get)
          .withMessageContaining("what the driver properties sessionVariables set was refused")
          .satisfies(
              e -> {
                for (Throwable each = e; each != null; each = each.getCause()) {
                  assertThat(each.toString()).doesNotContain("s3cr3t");
                }
              });
    }
  }

  @Test
  void batches_are_rewritten() throws SQLException {
    try (PooledConnectionProvider provider = provider("rewriteBatchedStatements", "true");
        Connection connection = provider.get()) {
      int before = inserts(connection);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO kept (s) VALUES (?)")) {
        for (int i = 0; i < 500; i++) {
          insert.setString(1, "x");
          insert.addBatch();
        }
        assertThat(insert.executeBatch()).hasSize(500);
      }
      assertThat(inserts(connection) - before).isLessThan(5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void a_batch_in_one_packet_that_is_cut_short_leaves_no_multi_statements_to_the_next_borrower(
      String atServer) throws SQLException {
    try (PooledConnectionProvider provider =
        provider("rewriteBatchedStatements", "true", "useServerPrepStmts", atServer)) {
      try (Connection connection = provider.get();
          PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO kept (s) SELECT 'x' FROM DUAL WHERE SLEEP(?) = 0")) {
        for (int seconds : new int[] {0, 0, 60, 0, 0, 0}) {
          insert.setInt(1, seconds);
          insert.addBatch();
        }
        insert.setQueryTimeout(1);
        assertThatThrownBy(insert::executeBatch).isInstanceOf(SQLException.class);
      }
      try (Connection next = provider.get()) {
        assertThatThrownBy(() -> Sql.execute(next, "SELECT 1; SELECT 2"))
            .isInstanceOf(SQLSyntaxErrorException.class);
      }
    }
  }

  private static int inserts(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW SESSION STATUS LIKE 'Com_insert'")) {
      assertThat(rows.next()).isTrue();
      return rows.getInt(2);
    }
  }

  @Test
  void values_are_converted_as_the_driver_is_told() throws SQLException {
    try (PooledConnectionProvider provider =
        provider(
            "zeroDateTimeBehavior", "CONVERT_TO_NULL",
            "tinyInt1isBit", "false",
            "sessionVariables", "sql_mode=''")) {
      Sql.execute(provider::get, "INSERT INTO kept (n, at) VALUES (3, '0000-00-00 00:00:00')");
      try (Connection connection = provider.get();
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT n, at FROM kept")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getObject(1)).isEqualTo(3);
        assertThat(rows.getTimestamp(2)).isNull();
      }
    }
  }

  @Test
  void statements_prepared_and_cached_at_the_server_work_after_a_change() throws SQLException {
    try (PooledConnectionProvider provider =
        provider("useServerPrepStmts", "true", "cachePrepStmts", "true")) {
      for (int i = 0; i < 3; i++) {
        try (Connection connection = provider.get();
            PreparedStatement select = connection.prepareStatement("SELECT ? + 1")) {
          select.setInt(1, i);
          try (ResultSet rows = select.executeQuery()) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(i + 1);
          }
          Sql.execute(connection, CHANGE);
        }
      }
    }
  }

  @Test
  void rows_come_through_a_cursor() throws SQLException {
    try (PooledConnectionProvider provider =
            provider("useCursorFetch", "true", "defaultFetchSize", "2");
        Connection connection = provider.get();
        PreparedStatement select =
            connection.prepareStatement("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3");
        ResultSet rows = select.executeQuery()) {
      int sum = 0;
      while (rows.next()) {
        sum += rows.getInt(1);
      }
      assertThat(sum).isEqualTo(6);
    }
  }

  @Test
  void a_schema_that_was_left_is_left_again_whatever_the_driver_calls_it() throws SQLException {
    try (PooledConnectionProvider provider = provider("databaseTerm", "SCHEMA")) {
      Sql.execute(provider::get, "USE information_schema");
      assertThat(Sql.string(provider::get, "SELECT DATABASE()")).isEqualTo(schema.name());
    }
  }

  @Test
  void attributes_of_the_application_stand_beside_the_own_one() throws SQLException {
    try (PooledConnectionProvider provider =
        provider("connectionAttributes", "program_name:orders")) {
      assertThat(Sql.string(provider::get, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void counts_are_of_changed_rows_if_asked_for() throws SQLException {
    try (PooledConnectionProvider provider = provider("useAffectedRows", "true");
        Connection connection = provider.get();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO kept (s) VALUES ('x')");
      assertThat(statement.executeUpdate("UPDATE kept SET s = 'x'")).isZero();
    }
  }

  @Test
  void a_path_for_local_files_does_not_open_others(@TempDir Path folder) throws Exception {
    Path allowed = Files.createDirectory(folder.resolve("allowed"));
    write(allowed.resolve("rows"));
    write(folder.resolve("others"));
    try (PooledConnectionProvider provider =
            provider("allowLoadLocalInfileInPath", allowed.toRealPath().toString());
        Connection connection = provider.get()) {
      assertThat(loads(connection, folder.resolve("others"))).isFalse();
      loads(connection, allowed.resolve("rows"));
    }
    try (Connection connection = schema.connect()) {
      // The server may have switched local_infile off; what must not be there is the other file.
      assertThat(Sql.strings(connection, "SELECT s FROM kept")).isSubsetOf("rows");
    }
  }

  private static void write(Path file) throws IOException {
    Files.writeString(file, file.getFileName() + "\n");
  }

  private static boolean loads(Connection connection, Path file) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE kept (s)");
      return true;
    } catch (SQLException e) {
      return false;
    }
  }
}
