package dev.thaw.examples.readme;

// @start region="test"
import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.ConnectionProvider;
import dev.thaw.testing.DatabaseTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

@DatabaseTest(schema = "schema.sql")
class AssetsTest {
  @Test
  void lists_the_latest_asset_first(ConnectionProvider db) throws SQLException {
    try (Connection connection = db.get();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO assets (name) VALUES ('saw'), ('drill')");
      assertThat(Assets.latest(connection)).containsExactly("drill", "saw");
    }
  }
}
// @end region="test"
