package dev.thaw.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

// @start region="full-server"
@DatabaseTest(serverOptions = "max_connections=15")
class FullServerTest {
  @Test
  void a_full_server_is_a_transient_error_within_the_deadline(
      ConnectionProvider db, TestSchema schema) throws SQLException {
    Deque<Connection> others = new ArrayDeque<>();
    assertThrows(SQLException.class, () -> takeAll(schema, others));
    assertThrows(SQLTransientException.class, () -> db.get(Deadline.after(Duration.ofMillis(800))));
    while (!others.isEmpty()) {
      others.pop().close();
    }
    try (Connection connection = db.get(Deadline.after(Duration.ofSeconds(3)))) {
      assertTrue(connection.isValid(1));
    }
  }

  private static void takeAll(TestSchema schema, Deque<Connection> others) throws SQLException {
    while (true) {
      others.push(schema.connect());
    }
  }
}
// @end region="full-server"
