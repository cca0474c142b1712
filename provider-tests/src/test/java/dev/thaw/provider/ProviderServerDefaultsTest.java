package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.fault.MovableClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server whose defaults are not those of MySQL, as a parameter group sets them. */
class ProviderServerDefaultsTest extends OwnServer {
  private static final Duration LIFETIME = Duration.ofHours(1);
  private static final String EMOJI = "\uD83D\uDE00\u00FC";
  private static final String[] NAMES = {
    "autocommit",
    "transaction_isolation",
    "transaction_read_only",
    "sql_mode",
    "max_allowed_packet",
    "character_set_server",
    "collation_server",
    "character_set_client",
    "character_set_connection",
    "character_set_results",
    "collation_connection",
    "time_zone",
    "session_track_system_variables"
  };

  private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final String[] defaults = new String[NAMES.length];
  private PooledConnectionProvider provider;

  @BeforeAll
  void create() throws SQLException {
    for (int i = 0; i < NAMES.length; i++) {
      defaults[i] = Sql.string(admin, "SELECT @@global." + NAMES[i]);
    }
    Sql.execute(
        schema::connect,
        "CREATE TABLE notes (tiny TINYINT, text VARCHAR(5)) CHARACTER SET utf8mb4");
  }

  @BeforeEach
  void build() throws SQLException {
    Sql.execute(admin, "DELETE FROM " + schema.name() + ".notes");
    provider = provider(server.host(), server.port());
  }

  @AfterEach
  void reset() throws SQLException {
    provider.close();
    for (int i = 0; i < NAMES.length; i++) {
      global(NAMES[i], defaults[i]);
    }
  }

  private PooledConnectionProvider provider(String host, int port) {
    return PooledConnectionProvider.builder()
        .host(host)
        .port(port)
        .database(schema.name())
        .credentials(schema.credentials().username(), schema.credentials().password())
        .maxLifetime(LIFETIME)
        .giveBackWhenFull(false)
        .wallClock(clock)
        .nanoClock(clock::nanoTime)
        .build();
  }

  private void global(String name, String value) throws SQLException {
    boolean number = value.matches("\\d+");
    Sql.execute(admin, "SET GLOBAL " + name + " = " + (number ? value : "'" + value + "'"));
  }

  private void changeSession() throws SQLException {
    borrow(Work.sql("SET @a = 1"));
  }

  private void borrow(Work work) throws SQLException {
    Work.borrow(provider, work);
  }

  private static void insert(Connection connection) throws SQLException {
    Sql.execute(connection, "INSERT INTO notes (tiny) VALUES (1)");
  }

  @Test
  void writes_are_kept_where_the_server_does_not_commit_by_itself() throws SQLException {
    global("autocommit", "0");
    for (int i = 0; i < 2; i++) {
      borrow(
          connection -> {
            assertThat(connection.getAutoCommit()).isTrue();
            insert(connection);
          });
      changeSession();
    }
    assertThat(count()).isEqualTo("2");
    borrow(
        connection -> {
          connection.setAutoCommit(false);
          insert(connection);
          connection.rollback();
        });
    assertThat(count()).isEqualTo("2");
    assertThat(provider.stats().opened()).isOne();
  }

  @Test
  void writes_are_kept_when_the_server_stops_committing_by_itself() throws SQLException {
    try (Connection first = provider.get()) {
      global("autocommit", "0");
      // The second is opened with what is known of the first.
      borrow(ProviderServerDefaultsTest::insert);
      insert(first);
    }
    changeSession();
    borrow(ProviderServerDefaultsTest::insert);
    assertThat(count()).isEqualTo("3");
  }

  @Test
  void a_write_is_kept_before_the_borrower_is_told_of_it() throws SQLException {
    try (Connection first = provider.get()) {
      global("autocommit", "0");
      borrow(
          second -> {
            insert(second);
            assertThat(count()).isEqualTo("1");
            // Nothing of this is taken for the end of a transaction that the insert has begun.
            second.setAutoCommit(false);
            second.rollback();
          });
      assertThat(first.isValid(5)).isTrue();
    }
    assertThat(count()).isEqualTo("1");
  }

  @Test
  void a_server_that_is_read_only_for_new_transactions_takes_writes() throws SQLException {
    global("transaction_read_only", "1");
    for (int i = 0; i < 2; i++) {
      borrow(
          connection -> {
            assertThat(connection.isReadOnly()).isFalse();
            insert(connection);
          });
      changeSession();
    }
    assertThat(count()).isEqualTo("2");
  }

  @Test
  void the_isolation_is_the_server_s_until_a_borrower_sets_it() throws SQLException {
    global("transaction_isolation", "READ-COMMITTED");
    for (int i = 0; i < 2; i++) {
      borrow(connection -> assertIsolation(connection, Connection.TRANSACTION_READ_COMMITTED));
      borrow(
          connection -> {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            assertIsolation(connection, Connection.TRANSACTION_REPEATABLE_READ);
          });
      borrow(connection -> assertIsolation(connection, Connection.TRANSACTION_READ_COMMITTED));
      changeSession();
    }
  }

  private static void assertIsolation(Connection connection, int level) throws SQLException {
    assertThat(connection.getTransactionIsolation()).isEqualTo(level);
    assertThat(Sql.string(connection, "SELECT @@transaction_isolation"))
        .isEqualTo(
            level == Connection.TRANSACTION_READ_COMMITTED ? "READ-COMMITTED" : "REPEATABLE-READ");
  }

  @Test
  void a_new_connection_goes_by_the_isolation_of_now() throws SQLException {
    borrow(connection -> assertIsolation(connection, Connection.TRANSACTION_REPEATABLE_READ));
    global("transaction_isolation", "READ-COMMITTED");
    clock.advance(LIFETIME.plusSeconds(1));
    borrow(connection -> assertIsolation(connection, Connection.TRANSACTION_READ_COMMITTED));
    assertThat(provider.stats().opened()).isEqualTo(2);
  }

  @Test
  void a_new_connection_goes_by_the_packet_size_of_now() throws SQLException {
    global("max_allowed_packet", String.valueOf(1 << 20));
    borrow(
        connection ->
            assertThatThrownBy(() -> length(connection, 2 << 20)).isInstanceOf(SQLException.class));
    global("max_allowed_packet", String.valueOf(16 << 20));
    clock.advance(LIFETIME.plusSeconds(1));
    borrow(connection -> assertThat(length(connection, 2 << 20)).isEqualTo(2 << 20));
  }

  private static int length(Connection connection, int length) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement("SELECT LENGTH(?)")) {
      query.setString(1, "x".repeat(length));
      try (ResultSet row = query.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getInt(1);
      }
    }
  }

  @Test
  void a_new_connection_goes_by_the_quotes_of_now() throws SQLException {
    borrow(connection -> assertThat(quote(connection)).isEqualTo("`"));
    global("sql_mode", defaults[3] + ",ANSI_QUOTES");
    clock.advance(LIFETIME.plusSeconds(1));
    borrow(connection -> assertThat(quote(connection)).isEqualTo("\""));
  }

  private static String quote(Connection connection) throws SQLException {
    return connection.getMetaData().getIdentifierQuoteString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "NO_ENGINE_SUBSTITUTION", "ONLY_FULL_GROUP_BY,NO_ZERO_DATE"})
  void a_value_that_is_too_long_is_an_error_on_a_server_that_is_not_strict(String mode)
      throws SQLException {
    global("sql_mode", mode);
    for (int i = 0; i < 2; i++) {
      borrow(ProviderServerDefaultsTest::assertStrict);
      borrow(
          connection -> {
            try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO notes (text) VALUES (?)")) {
              insert.setString(1, "abcdef");
              assertThatThrownBy(insert::executeUpdate).isInstanceOf(SQLException.class);
              insert.addBatch();
              assertThatThrownBy(insert::executeBatch).isInstanceOf(SQLException.class);
            }
          });
      changeSession();
    }
    assertThat(count()).isEqualTo("0");
    assertThat(provider.stats().opened()).isOne();
  }

  private static void assertStrict(Connection connection) {
    assertThatThrownBy(() -> Sql.execute(connection, "INSERT INTO notes (tiny) VALUES (1000)"))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void a_server_that_is_not_strict_costs_no_statement_more_at_connect() throws SQLException {
    // The driver asks for the server's variables once.
    assertThat(statementsAtConnects()).containsExactly(1, 0);
    global("sql_mode", "NO_ENGINE_SUBSTITUTION");
    provider.close();
    provider = provider(server.host(), server.port());
    assertThat(statementsAtConnects()).containsExactly(1, 0);
  }

  @Test
  void a_server_that_tells_of_all_variables_costs_no_statement_at_return() throws SQLException {
    global("session_track_system_variables", "*");
    Work query = Work.sql("SELECT 1");
    borrow(query);
    long before = questions();
    borrow(query);
    borrow(query);
    // MySQL tells of statement_id after each statement.
    assertThat(questions() - before - 1).isEqualTo(2);
  }

  /** Returns how many statements the first and the second connect send. */
  private long[] statementsAtConnects() throws SQLException {
    // A COM_QUIT that comes late would count, also that of a connection that looks for others.
    await().until(() -> status("Threads_connected") == 1);
    long before = questions();
    try (Connection first = provider.get()) {
      long one = questions();
      try (Connection second = provider.get()) {
        assertThat(second).isNotSameAs(first);
        return new long[] {one - before - 1, questions() - one - 1};
      }
    }
  }

  /** Returns how many statements the server has executed, this one included. */
  private long questions() throws SQLException {
    return status("Questions");
  }

  private long status(String name) throws SQLException {
    try (Statement statement = admin.createStatement();
        ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE '" + name + "'")) {
      assertThat(row.next()).isTrue();
      return row.getLong(2);
    }
  }

  @Test
  void text_outlives_a_reset_on_a_server_of_another_character_set() throws SQLException {
    for (String name : NAMES) {
      if (name.startsWith("character_set")) {
        global(name, "latin1");
      }
    }
    for (int i = 0; i < 2; i++) {
      borrow(
          connection -> {
            try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO notes (text) VALUES (?)")) {
              insert.setString(1, EMOJI);
              insert.executeUpdate();
            }
            assertThat(Sql.strings(connection, "SELECT text FROM notes")).containsOnly(EMOJI);
            assertThat(Sql.string(connection, "SELECT '" + EMOJI + "'")).isEqualTo(EMOJI);
            assertThat(Sql.strings(connection, "SELECT HEX(text) FROM notes"))
                .containsOnly("F09F9880C3BC");
          });
      changeSession();
    }
    assertThat(provider.stats().opened()).isOne();
  }

  @Test
  void the_time_zone_is_the_server_s_after_a_reset_too() throws SQLException {
    global("time_zone", "+03:00");
    for (int i = 0; i < 2; i++) {
      borrow(
          connection ->
              assertThat(Sql.string(connection, "SELECT @@session.time_zone")).isEqualTo("+03:00"));
      borrow(Work.sql("SET time_zone = '+09:00'"));
    }
  }
}
