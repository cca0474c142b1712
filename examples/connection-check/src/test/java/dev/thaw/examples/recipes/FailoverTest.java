package dev.thaw.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.thaw.ConnectionProvider;
import dev.thaw.FailureKind;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.fault.FaultProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

// @start region="failover"
@DatabaseTest(schema = "schema.sql", serverOptions = "read_only=OFF")
class FailoverTest {
  @Test
  void the_former_writer_gets_no_more_than_one_write(
      ConnectionProvider db, FaultProxy name, DatabaseServer writer) throws SQLException {
    try (Connection admin = writer.connect();
        Statement switching = admin.createStatement()) {
      try (Connection connection = db.get()) {
        switching.execute("SET GLOBAL read_only = ON");
        SQLException refused = assertThrows(SQLException.class, () -> insert(connection));
        assertEquals(FailureKind.READ_ONLY, FailureKind.of(refused));
      } finally {
        switching.execute("SET GLOBAL read_only = OFF");
      }
    }
    name.upstream(writer.host(), writer.port()); // here a second server, the new writer
    try (Connection connection = db.get()) {
      insert(connection);
    }
    assertEquals(2, db.stats().opened());
  }

  private static void insert(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO assets (name) VALUES ('saw')");
    }
  }
}
// @end region="failover"
