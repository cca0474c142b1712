package dev.thaw.examples.recipes;

import static dev.thaw.testing.ThawAssertions.assertThat;
import static dev.thaw.testing.ThawAssertions.noSecretsIn;

import dev.thaw.ConnectionProvider;
import dev.thaw.testing.DatabaseTest;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

// @start region="assertions"
@DatabaseTest
class AssertionsTest {
  @Test
  void ten_requests_take_one_connection(ConnectionProvider db) throws SQLException {
    for (int i = 0; i < 10; i++) {
      db.get().close();
    }
    assertThat(db).hasOpened(1).hasReused(9).hasRefusedLogins(0);
    noSecretsIn(db.check().message());
  }
}
// @end region="assertions"
