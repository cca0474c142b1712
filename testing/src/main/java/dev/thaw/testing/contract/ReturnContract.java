package dev.thaw.testing.contract;

import static dev.thaw.testing.contract.ContractFixture.AMPLE;
import static dev.thaw.testing.contract.ContractFixture.execute;
import static dev.thaw.testing.contract.ContractFixture.query;
import static dev.thaw.testing.contract.ContractFixture.useAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What the next borrower must not notice of the one before. */
public interface ReturnContract extends ProviderUnderTest {

  /** Auto-commit is on again when a connection is given out. */
  @Test
  default void auto_commit_is_on_again(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
      try (Connection connection = provider.get()) {
        assertTrue(connection.getAutoCommit(), "auto-commit of a new connection");
        connection.setAutoCommit(false);
      }

      try (Connection connection = provider.get()) {
        assertTrue(connection.getAutoCommit());
        assertEquals("1", query(connection, "SELECT @@autocommit"));
      }
    }
  }

  /** What was not committed when a connection is given back is rolled back. */
  @Test
  default void an_open_transaction_is_rolled_back(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
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
  }

  /** The isolation level is the server's again. */
  @Test
  default void the_isolation_level_is_reset(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
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
  }

  /** A connection that was set to read only takes writes again. */
  @Test
  default void read_only_is_reset(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
      try (Connection connection = provider.get()) {
        connection.setReadOnly(true);
      }

      try (Connection connection = provider.get()) {
        assertFalse(connection.isReadOnly());
        execute(connection, "CREATE TABLE contract_read_only (id INT)");
        execute(connection, "DROP TABLE contract_read_only");
      }
    }
  }

  /** The default schema is the one of the settings again. */
  @Test
  default void the_catalog_is_reset(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
      try (Connection connection = provider.get()) {
        connection.setCatalog("information_schema");
      }

      try (Connection connection = provider.get()) {
        assertEquals(fixture.schema.name(), connection.getCatalog());
        assertEquals(fixture.schema.name(), query(connection, "SELECT DATABASE()"));
      }
    }
  }

  /** The network timeout is what it was, also after a get with a deadline. */
  @Test
  default void the_network_timeout_is_reset(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
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
  }

  /** Closing a connection twice gives it back once. */
  @Test
  default void a_connection_closed_twice_is_given_back_once(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(2);
      Connection connection = provider.get();
      connection.close();
      connection.close();

      useAll(provider, 2);
      assertEquals(0, provider.stats().active(), "active");
    }
  }

  /** A connection that was given back can no longer be used by who had it. */
  @Test
  default void a_connection_that_was_given_back_is_closed_to_its_user(TestSchema schema)
      throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
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
}
