package dev.thaw.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.ConnectionProvider;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.EnvironmentFreeze;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

// @start region="freeze"
@DatabaseTest
class FreezeTest {
  @Test
  void connections_that_died_during_the_freeze_are_replaced(
      ConnectionProvider db, EnvironmentFreeze freeze, TestSchema schema) throws SQLException {
    db.get().close();
    schema.killConnections();
    freeze.freeze(Duration.ofSeconds(5));
    try (Connection connection = db.get()) {
      assertTrue(connection.isValid(1));
    }
  }
}
// @end region="freeze"
