package dev.thaw.examples.assetapi;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;

/** A user of the application, of a name that no other test has; it is for the test to create. */
record TestUser(String name, String password) implements AutoCloseable {
  private static final DatabaseServer SERVER = DatabaseServer.shared();

  TestUser() {
    // Servers take a name of 32 characters at most.
    this("app" + UUID.randomUUID().toString().replace("-", "").substring(0, 20), newPassword());
  }

  static String newPassword() {
    return "Aa1-" + UUID.randomUUID();
  }

  PooledConnectionProvider.Builder provider(TestSchema schema) {
    return provider(schema, name, password);
  }

  static PooledConnectionProvider.Builder provider(
      TestSchema schema, String name, String password) {
    return PooledConnectionProvider.builder()
        .host(SERVER.host())
        .port(SERVER.port())
        .database(schema.name())
        .credentials(name, password);
  }

  /** Drops the user if the test has created it. */
  @Override
  public void close() throws SQLException {
    try (Connection connection = SERVER.connect();
        PreparedStatement drop = connection.prepareStatement("DROP USER IF EXISTS ?@'%'")) {
      drop.setString(1, name);
      drop.execute();
    }
  }
}
