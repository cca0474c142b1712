package dev.thaw.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.ConnectionProvider;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.aws.SecretRotation;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

// @start region="rotation"
@DatabaseTest(secretsManager = true)
class RotationTest {
  @Test
  void a_rotated_password_is_no_event(ConnectionProvider db, SecretRotation rotation)
      throws SQLException {
    db.get().close();
    rotation.rotate();
    // The second connection is a new one.
    try (Connection one = db.get();
        Connection two = db.get()) {
      assertTrue(one.isValid(1) && two.isValid(1));
    }
    assertTrue(db.stats().refusedLogins() <= 1);
  }
}
// @end region="rotation"
