package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.jdbc.JdbcStatement;
import dev.thaw.Deadline;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever leads from a connection back to it: it stays the borrower's, and ends with the borrow.
 */
@DatabaseTest
class ProviderHandlesTest extends OneConnection {
  ProviderHandlesTest(TestSchema schema) {
    super(schema);
  }

  @BeforeAll
  static void create(TestSchema schema) throws SQLException {
    Sql.execute(
        schema::connect,
        "CREATE TABLE notes (id INT AUTO_INCREMENT PRIMARY KEY, n INT)",
        "CREATE PROCEDURE doubled(INOUT n INT) SET n = n * 2",
        "CREATE PROCEDURE two() BEGIN SELECT 1; SELECT 2; END");
  }

  @BeforeEach
  void empty() throws SQLException {
    Sql.execute(schema::connect, "DELETE FROM notes");
  }

  private static Arguments way(String name, Work work) {
    return Arguments.of(name, work);
  }

  static Stream<Arguments> waysToClose() {
    return Stream.of(
        way("close", Connection::close),
        way("statement", c -> c.createStatement().getConnection().close()),
        way("prepared", c -> c.prepareStatement("SELECT 1").getConnection().close()),
        way("callable", c -> c.prepareCall("{call two()}").getConnection().close()),
        way("result", c -> query(c).getStatement().getConnection().close()),
        way("metadata", c -> c.getMetaData().getConnection().close()),
        way(
            "result of the metadata",
            c ->
                c.getMetaData()
                    .getTables(null, null, "%", null)
                    .getStatement()
                    .getConnection()
                    .close()),
        way("unwrapped connection", c -> c.unwrap(Connection.class).close()),
        way("driver's connection", c -> c.unwrap(JdbcConnection.class).close()),
        way(
            "driver's and own",
            c -> {
              c.unwrap(JdbcConnection.class).close();
              c.close();
            }),
        way(
            "driver's statement",
            c -> c.createStatement().unwrap(JdbcStatement.class).getConnection().close()),
        way("abort", c -> c.abort(Runnable::run)),
        way("driver's abort", c -> c.unwrap(JdbcConnection.class).abort(Runnable::run)),
        way(
            "abort and close",
            c -> {
              c.abort(Runnable::run);
              c.close();
            }),
        way("statement's abort", c -> c.createStatement().getConnection().abort(Runnable::run)),
        way(
            "close on completion",
            c -> {
              try (c;
                  Statement statement = c.createStatement()) {
                statement.closeOnCompletion();
                statement.executeQuery("SELECT 1").close();
                assertThat(statement.isClosed()).isTrue();
              }
            }));
  }

  private static ResultSet query(Connection connection) throws SQLException {
    return connection.createStatement().executeQuery("SELECT 1");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("waysToClose")
  void every_way_to_close_gives_the_connection_back(String name, Work close) throws SQLException {
    Connection connection = provider.get();
    connection.setCatalog("information_schema");
    close.on(connection);
    try (Connection next = provider.get(Deadline.after(Duration.ofSeconds(5)))) {
      assertThat(Sql.string(next, "SELECT DATABASE()")).isEqualTo(schema.name());
    }
    assertThat(connection.isClosed()).isTrue();
    assertThat(provider.stats().active()).isZero();
    assertThat(provider.stats().idle()).isOne();
  }

  @Test
  void nothing_of_a_connection_that_was_given_back_can_be_used() throws SQLException {
    Map<String, ThrowingCallable> uses = new TreeMap<>();
    Connection connection = provider.get();
    connectionUses(connection, uses);
    statementUses(connection, uses);
    connection.close();
    try (Connection next = provider.get()) {
      next.setAutoCommit(false);
      Sql.execute(next, "INSERT INTO notes (n) VALUES (1)");
      uses.forEach(
          (name, use) -> assertThatThrownBy(use).as(name).isInstanceOf(SQLException.class));
      connection.abort(Runnable::run);
      connection.close();
      assertThat(connection.isClosed()).isTrue();
      assertThat(connection.isValid(1)).isFalse();
      assertThat(Sql.string(next, "SELECT COUNT(*) FROM notes")).isEqualTo("1");
      next.rollback();
      assertThat(Sql.string(next, "SELECT COUNT(*) FROM notes")).isEqualTo("0");
    }
    assertThat(provider.stats().opened()).isOne();
  }

  private static void connectionUses(Connection c, Map<String, ThrowingCallable> uses)
      throws SQLException {
    DatabaseMetaData metaData = c.getMetaData();
    ResultSet tables = metaData.getTables(null, null, "%", null);
    Connection unwrapped = c.unwrap(Connection.class);
    uses.put("createStatement", c::createStatement);
    uses.put("prepareStatement", () -> c.prepareStatement("SELECT 1"));
    uses.put("prepareCall", () -> c.prepareCall("{call two()}"));
    uses.put("unwrapped", unwrapped::createStatement);
    uses.put("unwrap", () -> c.unwrap(JdbcConnection.class));
    uses.put("isWrapperFor", () -> c.isWrapperFor(JdbcConnection.class));
    uses.put("commit", c::commit);
    uses.put("rollback", c::rollback);
    uses.put("setAutoCommit", () -> c.setAutoCommit(true));
    uses.put("getAutoCommit", c::getAutoCommit);
    uses.put("setSavepoint", c::setSavepoint);
    uses.put("setNetworkTimeout", () -> c.setNetworkTimeout(Runnable::run, 5));
    uses.put("setClientInfo", () -> c.setClientInfo("a", "b"));
    uses.put("getClientInfo", c::getClientInfo);
    uses.put("createClob", c::createClob);
    uses.put("nativeSQL", () -> c.nativeSQL("x"));
    uses.put("getMetaData", c::getMetaData);
    uses.put("metaData", () -> metaData.getTables(null, null, "%", null));
    uses.put("metaData.getConnection", metaData::getConnection);
    uses.put("tables", tables::next);
    uses.put("tables.getStatement", tables::getStatement);
  }

  private static void statementUses(Connection c, Map<String, ThrowingCallable> uses)
      throws SQLException {
    Statement statement = c.createStatement();
    PreparedStatement prepared = c.prepareStatement("INSERT INTO notes (n) VALUES (1)");
    CallableStatement callable = c.prepareCall("{call doubled(?)}");
    ResultSet rows = query(c);
    Statement batch = c.createStatement();
    batch.addBatch("DELETE FROM notes");
    uses.put("execute", () -> statement.execute("SELECT 1"));
    uses.put("statement.getConnection", statement::getConnection);
    uses.put("statement.unwrap", () -> statement.unwrap(JdbcStatement.class));
    uses.put("batch", batch::executeBatch);
    uses.put("cancel", statement::cancel);
    uses.put("setQueryTimeout", () -> statement.setQueryTimeout(1));
    uses.put("prepared", prepared::execute);
    uses.put("prepared.setInt", () -> prepared.setInt(1, 1));
    uses.put("callable", callable::execute);
    uses.put("rows", rows::next);
    uses.put("rows.getStatement", rows::getStatement);
    uses.put("rows.getMetaData", rows::getMetaData);
    uses.put("rows.unwrap", () -> rows.unwrap(com.mysql.cj.jdbc.result.ResultSetImpl.class));
  }

  @Test
  void generated_keys_and_updatable_rows_work_and_lead_back_to_the_connection()
      throws SQLException {
    try (Connection connection = provider.get();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO notes (n) VALUES (5)", Statement.RETURN_GENERATED_KEYS)) {
      insert.executeUpdate();
      try (ResultSet keys = insert.getGeneratedKeys()) {
        assertThat(keys.next()).isTrue();
        assertThat(keys.getInt(1)).isPositive();
        assertThat(keys.getStatement().getConnection()).isSameAs(connection);
      }
      try (Statement statement =
              connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_UPDATABLE);
          ResultSet rows = statement.executeQuery("SELECT id, n FROM notes")) {
        assertThat(rows.next()).isTrue();
        rows.updateInt(2, 6);
        rows.updateRow();
        assertThat(rows.getStatement()).isSameAs(statement);
      }
      assertThat(Sql.string(connection, "SELECT n FROM notes")).isEqualTo("6");
    }
  }

  @Test
  void calls_several_results_batches_and_savepoints_work() throws SQLException {
    try (Connection connection = provider.get()) {
      try (CallableStatement call = connection.prepareCall("{call doubled(?)}")) {
        call.setInt(1, 21);
        call.registerOutParameter(1, Types.INTEGER);
        call.execute();
        assertThat(call.getInt(1)).isEqualTo(42);
      }
      try (Statement statement = connection.createStatement()) {
        assertThat(statement.execute("CALL two()")).isTrue();
        assertThat(value(statement.getResultSet())).isEqualTo(1);
        assertThat(statement.getMoreResults()).isTrue();
        assertThat(value(statement.getResultSet())).isEqualTo(2);
      }
      connection.setAutoCommit(false);
      try (PreparedStatement batch =
          connection.prepareStatement("INSERT INTO notes (n) VALUES (?)")) {
        for (int n = 0; n < 3; n++) {
          batch.setInt(1, n);
          batch.addBatch();
        }
        assertThat(batch.executeBatch()).hasSize(3);
      }
      Savepoint savepoint = connection.setSavepoint("three");
      Sql.execute(connection, "DELETE FROM notes");
      connection.rollback(savepoint);
      connection.commit();
      assertThat(Sql.string(connection, "SELECT COUNT(*) FROM notes")).isEqualTo("3");
    }
  }

  @Test
  void a_number_that_does_not_fit_is_an_error() throws SQLException {
    try (Connection connection = provider.get();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 5000000000, '300'")) {
      assertThat(rows.next()).isTrue();
      assertThatThrownBy(() -> rows.getInt(1)).isInstanceOf(SQLDataException.class);
      assertThatThrownBy(() -> rows.getObject(1, Integer.class))
          .isInstanceOf(SQLDataException.class);
      assertThatThrownBy(() -> rows.getByte(2)).isInstanceOf(SQLDataException.class);
    }
  }

  private static int value(ResultSet rows) throws SQLException {
    assertThat(rows.next()).isTrue();
    return rows.getInt(1);
  }

  @Test
  void what_was_left_open_is_closed_at_return_and_the_next_has_no_part_of_it() throws SQLException {
    try (Connection connection = provider.get()) {
      Statement several = connection.createStatement();
      several.execute("CALL two()");
      assertThat(value(several.getResultSet())).isEqualTo(1);
      Statement streaming = connection.createStatement();
      streaming.setFetchSize(Integer.MIN_VALUE);
      assertThat(value(streaming.executeQuery("SELECT 1 UNION SELECT 2"))).isEqualTo(1);
    }
    assertThat(Sql.strings(provider::get, "SELECT 3 UNION SELECT 4")).containsExactly("3", "4");
    assertThat(provider.stats().opened()).isOne();
  }
}
