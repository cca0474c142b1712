package dev.thaw.provider;

import static dev.thaw.provider.Work.refused;
import static dev.thaw.provider.Work.sql;
import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.conf.RuntimeProperty;
import com.mysql.cj.jdbc.JdbcConnection;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.FaultProxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one borrower leaves in the session, the next one does not find. */
@DatabaseTest
class ProviderSessionTest extends OneConnection {
  private static final String ROLE = "thaw_session_test";

  private final DatabaseServer server;

  ProviderSessionTest(TestSchema schema, DatabaseServer server) {
    super(schema);
    this.server = server;
  }

  /** What can be told from a connection. */
  @FunctionalInterface
  private interface Probe {
    Object of(Connection connection) throws SQLException;
  }

  private record Trace(String name, Work work, Probe probe) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Trace left(String statement, String query) {
    return new Trace(statement, sql(statement), connection -> Sql.string(connection, query));
  }

  private static Trace jdbc(String name, Work work, Probe probe) {
    return new Trace(name, work, probe);
  }

  @BeforeAll
  static void create(TestSchema schema, DatabaseServer server) throws SQLException {
    Sql.execute(
        schema::connect,
        "CREATE TABLE notes (id INT AUTO_INCREMENT PRIMARY KEY, who VARCHAR(10))"
            + " CHARACTER SET utf8mb4",
        "CREATE TABLE others (id TINYINT PRIMARY KEY)",
        "CREATE PROCEDURE locks() DO GET_LOCK('in-procedure', 0)",
        "CREATE PROCEDURE remembers() SET @remembered = 1",
        "CREATE PROCEDURE moves() SET time_zone = '+07:00'");
    Sql.execute(
        server::connect,
        "CREATE ROLE IF NOT EXISTS " + ROLE,
        "GRANT " + ROLE + " TO '" + schema.credentials().username() + "'@'%'");
    Sql.execute(
        schema::connect, "CREATE PROCEDURE promotes() SQL SECURITY INVOKER SET ROLE " + ROLE);
  }

  @BeforeEach
  void empty() throws SQLException {
    Sql.execute(schema::connect, "DELETE FROM notes");
  }

  private Object ask(Probe probe) throws SQLException {
    try (Connection connection = provider.get()) {
      return probe.of(connection);
    } catch (SQLException e) {
      return "error " + e.getErrorCode();
    }
  }

  static Stream<Trace> traces() {
    return Stream.concat(
        Stream.concat(Stream.concat(variables(), roles()), objects()),
        Stream.concat(setters(), schemas()));
  }

  private static Stream<Trace> roles() {
    String role = "SELECT COALESCE(NULLIF(CURRENT_ROLE(), ''), 'NONE')";
    return Stream.of(
        left("SET ROLE " + ROLE, role),
        left("CALL promotes()", role),
        jdbc(
            "EXECUTE",
            sql(
                "SET @promotion = 'SET ROLE " + ROLE + "'",
                "PREPARE promotion FROM @promotion",
                "EXECUTE promotion"),
            connection -> Sql.string(connection, role)));
  }

  private static Stream<Trace> variables() {
    return Stream.of(
        left("SET autocommit = 0", "SELECT @@autocommit"),
        left("SET @@session.autocommit = OFF", "SELECT @@autocommit"),
        left(
            "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "SELECT @@transaction_isolation"),
        left("SET SESSION TRANSACTION READ ONLY", "SELECT @@transaction_read_only"),
        left("SET @tenant = 'a'", "SELECT @tenant"),
        left("SELECT @tenant := 'b'", "SELECT @tenant"),
        left("SELECT 'c' INTO @tenant", "SELECT @tenant"),
        left("CALL remembers()", "SELECT @remembered"),
        left("SET SESSION sql_mode = ''", "SELECT @@sql_mode"),
        left("SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')", "SELECT @@sql_mode"),
        left("SET sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES')", "SELECT 'a\\\\b'"),
        left("SET time_zone = '+05:00'", "SELECT @@session.time_zone"),
        left("CALL moves()", "SELECT @@session.time_zone"),
        left("SET timestamp = 1", "SELECT UNIX_TIMESTAMP() = 1"),
        left("SET foreign_key_checks = 0", "SELECT @@foreign_key_checks"),
        left("SET unique_checks = 0", "SELECT @@unique_checks"),
        left("SET sql_safe_updates = 1", "SELECT @@sql_safe_updates"),
        left("SET sql_select_limit = 1", "SELECT @@sql_select_limit"),
        left("SET group_concat_max_len = 4", "SELECT @@group_concat_max_len"),
        left("SET innodb_lock_wait_timeout = 1", "SELECT @@innodb_lock_wait_timeout"),
        left("SET NAMES latin1", "SELECT @@character_set_client"),
        left("SET character_set_results = latin1", "SELECT @@character_set_results"),
        left("SET collation_connection = utf8mb4_bin", "SELECT @@collation_connection"),
        left("SET insert_id = 70", "SELECT @@insert_id"));
  }

  private static Stream<Trace> objects() {
    return Stream.of(
        left("CREATE TEMPORARY TABLE scratch (id INT)", "SELECT COUNT(*) FROM scratch"),
        left("CREATE TEMPORARY TABLE notes (id INT)", "SELECT COUNT(who) FROM notes"),
        left("PREPARE query FROM 'SELECT 7'", "EXECUTE query"),
        left("HANDLER notes OPEN", "HANDLER notes READ FIRST"),
        left("SELECT GET_LOCK('job', 0)", "SELECT IS_FREE_LOCK('job')"),
        left("DO GET_LOCK('job', 0)", "SELECT IS_FREE_LOCK('job')"),
        left("CALL locks()", "SELECT IS_FREE_LOCK('in-procedure')"),
        left("LOCK TABLES notes READ", "SELECT COUNT(*) FROM others"),
        left("INSERT INTO notes (who) VALUES ('first')", "SELECT LAST_INSERT_ID()"),
        left("SELECT LAST_INSERT_ID(5)", "SELECT LAST_INSERT_ID()"),
        left("SET TRANSACTION READ ONLY", "SELECT @@transaction_read_only"),
        left("START TRANSACTION", "SELECT @@autocommit"),
        left("XA START 'x'", "SELECT COUNT(*) FROM others"));
  }

  private static Stream<Trace> setters() {
    return Stream.of(
        jdbc(
            "setAutoCommit(false)",
            connection -> connection.setAutoCommit(false),
            connection ->
                connection.getAutoCommit() + Sql.string(connection, "SELECT @@autocommit")),
        jdbc(
            "setTransactionIsolation",
            connection -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE),
            connection ->
                connection.getTransactionIsolation()
                    + Sql.string(connection, "SELECT @@transaction_isolation")),
        jdbc(
            "setReadOnly(true)",
            connection -> connection.setReadOnly(true),
            connection ->
                connection.isReadOnly() + Sql.string(connection, "SELECT @@transaction_read_only")),
        jdbc(
            "setNetworkTimeout",
            connection -> connection.setNetworkTimeout(Runnable::run, 1_234),
            Connection::getNetworkTimeout),
        jdbc(
            "setClientInfo",
            connection -> connection.setClientInfo("ApplicationName", "first"),
            connection -> String.valueOf(connection.getClientInfo("ApplicationName"))),
        jdbc(
            "setTypeMap",
            connection -> connection.setTypeMap(Map.of("A", String.class)),
            Connection::getTypeMap),
        jdbc(
            "setHoldability",
            connection -> connection.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT),
            Connection::getHoldability),
        jdbc(
            "setMaxRows",
            connection -> {
              Statement statement = connection.createStatement();
              statement.setMaxRows(1);
              statement.execute("SELECT 1 UNION SELECT 2");
            },
            connection -> Sql.strings(connection, "SELECT 1 UNION SELECT 2")));
  }

  private static Stream<Trace> schemas() {
    Probe where =
        connection -> connection.getCatalog() + " " + Sql.string(connection, "SELECT DATABASE()");
    return Stream.of(
        jdbc("USE", sql("USE information_schema"), where),
        jdbc("setCatalog", connection -> connection.setCatalog("information_schema"), where),
        jdbc("setSchema", connection -> connection.setSchema("information_schema"), where),
        jdbc(
            "USE after a failure",
            refused("USE nowhere").andThen(sql("USE information_schema")),
            where),
        jdbc(
            "USE and a failure after it",
            sql("USE information_schema").andThen(refused("SELECT * FROM nothing")),
            where));
  }

  @ParameterizedTest
  @MethodSource("traces")
  void nothing_of_the_first_borrower_is_seen_by_the_next(Trace trace) throws SQLException {
    Object before = ask(trace.probe());
    borrow(trace.work());
    assertThat(ask(trace.probe())).isEqualTo(before);
    assertThat(provider.stats().active()).isZero();
  }

  @Test
  void what_jdbc_says_and_the_server_agree_within_a_use() throws SQLException {
    borrow(
        connection -> {
          Sql.execute(connection, "SET autocommit = 0");
          assertThat(connection.getAutoCommit()).isFalse();
          Sql.execute(connection, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
          assertThat(connection.getTransactionIsolation())
              .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
          Sql.execute(connection, "SET SESSION TRANSACTION READ ONLY");
          assertThat(connection.isReadOnly()).isTrue();
          Sql.execute(connection, "USE information_schema");
          assertThat(Sql.string(connection, "SELECT DATABASE()")).isEqualTo("information_schema");
        });
  }

  @Test
  void a_setter_takes_effect_at_the_server_whatever_sql_has_set() throws SQLException {
    borrow(
        connection -> {
          Sql.execute(connection, "SET autocommit = 0");
          connection.setAutoCommit(true);
          assertThat(Sql.string(connection, "SELECT @@autocommit")).isEqualTo("1");
          Sql.execute(connection, "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE");
          connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
          assertThat(Sql.string(connection, "SELECT @@transaction_isolation"))
              .isEqualTo("REPEATABLE-READ");
          Sql.execute(connection, "SET SESSION TRANSACTION READ ONLY");
          connection.setReadOnly(false);
          assertThat(Sql.string(connection, "SELECT @@transaction_read_only")).isEqualTo("0");
          Sql.execute(connection, "USE information_schema");
          connection.setCatalog(schema.name());
          assertThat(Sql.string(connection, "SELECT DATABASE()")).isEqualTo(schema.name());
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yearIsDateType",
        "sendFractionalSeconds",
        "tinyInt1isBit",
        "useAffectedRows",
        "allowMultiQueries",
        "useLocalSessionState"
      })
  void a_property_of_the_driver_that_was_set_does_not_reach_the_next(String name)
      throws SQLException {
    boolean[] before = new boolean[1];
    borrow(
        connection -> {
          RuntimeProperty<Boolean> property = property(connection, name);
          before[0] = property.getValue();
          property.setValue(!before[0]);
        });
    borrow(connection -> assertThat(property(connection, name).getValue()).isEqualTo(before[0]));
  }

  private static RuntimeProperty<Boolean> property(Connection connection, String name)
      throws SQLException {
    return connection.unwrap(JdbcConnection.class).getPropertySet().getBooleanProperty(name);
  }

  @Test
  void what_was_done_through_an_object_of_the_driver_does_not_reach_the_next() throws SQLException {
    borrow(
        connection -> {
          JdbcConnection driver = connection.unwrap(JdbcConnection.class);
          driver.setAutoCommit(false);
          driver.setCatalog("information_schema");
          Sql.execute(driver, "SET @tenant = 'a'");
          Sql.execute(driver, "INSERT INTO " + schema.name() + ".notes (who) VALUES ('first')");
        });
    borrow(
        connection -> {
          assertThat(connection.getAutoCommit()).isTrue();
          assertThat(Sql.string(connection, "SELECT DATABASE()")).isEqualTo(schema.name());
          assertThat(Sql.string(connection, "SELECT @tenant")).isNull();
          Sql.execute(connection, "INSERT INTO notes (who) VALUES ('second')");
        });
    assertThat(rows()).isEqualTo("second");
  }

  @Test
  void only_a_use_that_may_have_changed_the_session_costs_a_round_trip_more() throws SQLException {
    try (FaultProxy proxy = FaultProxy.to(server.host(), server.port());
        PooledConnectionProvider counted =
            Proxied.provider(schema, proxy).giveBackWhenFull(false).build()) {
      counted.get().close();
      assertThat(exchanges(proxy, counted, "SELECT COUNT(*) FROM notes")).isOne();
      assertThat(exchanges(proxy, counted, "SET @a = 1")).isEqualTo(3);
      assertThat(exchanges(proxy, counted, "INSERT INTO notes (who) VALUES ('a')")).isOne();
      assertThat(exchanges(proxy, counted, "UPDATE notes SET who = UPPER(who)")).isOne();
      assertThat(counted.stats().opened()).isOne();
    }
  }

  private static long exchanges(FaultProxy proxy, PooledConnectionProvider provider, String sql)
      throws SQLException {
    long before = proxy.exchanges();
    Work.borrow(provider, sql(sql));
    return proxy.exchanges() - before;
  }
}
