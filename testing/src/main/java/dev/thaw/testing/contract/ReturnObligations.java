package dev.thaw.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.SQLException;

/** What the next borrower must not notice of the one before. */
final class ReturnObligations extends ContractFixture {

  private ReturnObligations(ConnectionProviderContract contract, TestSchema schema) {
    super(contract, schema);
  }

  static void run(
      ConnectionProviderContract contract,
      TestSchema schema,
      Obligation<ReturnObligations> obligation)
      throws Exception {
    try (ReturnObligations fixture = new ReturnObligations(contract, schema)) {
      obligation.run(fixture);
    }
  }

  void autoCommitIsOnAgain() throws SQLException {
    ConnectionProvider provider = provider(1);
    try (Connection connection = provider.get()) {
      assertTrue(connection.getAutoCommit(), "auto-commit of a new connection");
      connection.setAutoCommit(false);
    }

    try (Connection connection = provider.get()) {
      assertTrue(connection.getAutoCommit());
      assertEquals("1", query(connection, "SELECT @@autocommit"));
    }
  }

  void openTransactionIsRolledBack() throws SQLException {
    ConnectionProvider provider = provider(1);
    try (Connection connection = provider.get()) {
      execute(connection, "DROP TABLE IF EXISTS contract_rows");
      execute(connection, "CREATE TABLE contract_rows (id INT PRIMARY KEY)");
    }
    try (Connection connection = provider.get()) {
      connection.setAutoCommit(false);
      execute(connection, "INSERT INTO contract_rows VALUES (1)");
    }

    try (Connection connection = provider.get()) {
      assertEquals("0", query(connection, "SELECT COUNT(*) FROM contract_rows"));
    }
  }

  void isolationLevelIsReset() throws SQLException {
    ConnectionProvider provider = provider(1);
    int level;
    try (Connection connection = provider.get()) {
      level = connection.getTransactionIsolation();
      connection.setTransactionIsolation(
          level == Connection.TRANSACTION_SERIALIZABLE
              ? Connection.TRANSACTION_READ_COMMITTED
              : Connection.TRANSACTION_SERIALIZABLE);
    }

    try (Connection connection = provider.get()) {
      assertEquals(level, connection.getTransactionIsolation());
      // What the driver remembers is not what the server has.
      String server = query(connection, "SELECT @@transaction_isolation");
      assertFalse(server.equals("SERIALIZABLE"), () -> "isolation at the server: " + server);
    }
  }

  void readOnlyIsReset() throws SQLException {
    ConnectionProvider provider = provider(1);
    try (Connection connection = provider.get()) {
      connection.setReadOnly(true);
    }

    try (Connection connection = provider.get()) {
      assertFalse(connection.isReadOnly());
      execute(connection, "CREATE TABLE contract_read_only (id INT)");
      execute(connection, "DROP TABLE contract_read_only");
    }
  }

  void catalogIsReset() throws SQLException {
    ConnectionProvider provider = provider(1);
    try (Connection connection = provider.get()) {
      connection.setCatalog("information_schema");
    }

    try (Connection connection = provider.get()) {
      assertEquals(schema.name(), connection.getCatalog());
      assertEquals(schema.name(), query(connection, "SELECT DATABASE()"));
    }
  }

  void networkTimeoutIsReset() throws SQLException {
    ConnectionProvider provider = provider(1);
    int timeout;
    try (Connection connection = provider.get()) {
      timeout = connection.getNetworkTimeout();
      connection.setNetworkTimeout(Runnable::run, 12_345);
    }
    try (Connection connection = provider.get()) {
      assertEquals(timeout, connection.getNetworkTimeout(), "after it was set");
    }

    try (Connection connection = provider.get(Deadline.after(AMPLE))) {
      assertEquals("1", query(connection, "SELECT 1"));
    }

    try (Connection connection = provider.get()) {
      assertEquals(timeout, connection.getNetworkTimeout(), "after a get with a deadline");
    }
  }

  void connectionClosedTwiceIsGivenBackOnce() throws SQLException {
    ConnectionProvider provider = provider(2);
    Connection connection = provider.get();
    connection.close();
    connection.close();

    useAll(provider, 2);
    assertEquals(0, provider.stats().active(), "active");
  }

  void givenBackConnectionIsClosedToItsUser() throws SQLException {
    ConnectionProvider provider = provider(1);
    Connection connection = provider.get();
    connection.close();

    try (Connection next = provider.get()) {
      assertTrue(connection.isClosed(), "closed to its former user");
      assertThrows(SQLException.class, connection::createStatement);
      connection.close();
      assertEquals("1", query(next, "SELECT 1"), "the connection of the next user");
    }
  }
}
