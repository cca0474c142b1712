package dev.thaw.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.fault.EnvironmentFreeze;
import dev.thaw.testing.fault.FaultProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

// @start region="black-hole"
@DatabaseTest
class BlackHoleTest {
  @Test
  void a_connection_that_the_network_forgot_costs_a_fraction_of_a_second(
      ConnectionProvider db, FaultProxy proxy, EnvironmentFreeze freeze) throws SQLException {
    db.get().close();
    proxy.silence(); // open connections go dumb, without FIN or RST
    freeze.freeze(Duration.ofSeconds(5));
    try (Connection connection = db.get(Deadline.after(Duration.ofSeconds(3)))) {
      assertTrue(connection.isValid(1));
    }
  }
}
// @end region="black-hole"
