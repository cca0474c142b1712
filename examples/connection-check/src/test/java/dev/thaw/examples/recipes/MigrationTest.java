package dev.thaw.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.SchemaInitializer;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

// @start region="migration"
@DatabaseTest(initializers = MigrationTest.Migrations.class)
class MigrationTest {
  static class Migrations implements SchemaInitializer {
    @Override
    public void initialize(TestSchema schema) {
      Flyway.configure().dataSource(schema.asDataSource()).load().migrate();
    }
  }

  @Test
  void the_last_migration_has_run(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT name FROM assets")) {
      assertTrue(rows.next());
      assertEquals("saw", rows.getString(1));
    }
  }
}
// @end region="migration"
