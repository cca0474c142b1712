package dev.thaw.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.thaw.ConnectionProvider;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import java.sql.SQLInvalidAuthorizationSpecException;
import org.junit.jupiter.api.Test;

// @start region="wrong-password"
@DatabaseTest
class WrongPasswordTest {
  @Test
  void a_wrong_password_is_an_error_at_once(DatabaseServer server) {
    try (ConnectionProvider db =
        PooledConnectionProvider.builder()
            .host(server.host())
            .port(server.port())
            .credentials("orders", "not-the-password")
            .build()) {
      assertThrows(SQLInvalidAuthorizationSpecException.class, db::get);
      assertEquals(1, db.stats().refusedLogins());
    }
  }
}
// @end region="wrong-password"
