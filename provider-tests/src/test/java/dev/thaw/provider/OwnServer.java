package dev.thaw.provider;

import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Tests that change the settings of a server, which therefore is theirs alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OwnServer {
  DatabaseServer server;
  TestSchema schema;
  Connection admin;

  @BeforeAll
  void startServer() throws SQLException {
    server = DatabaseServer.builder().start();
    schema = server.createSchema();
    admin = server.connect();
  }

  @AfterAll
  void stopServer() throws SQLException {
    admin.close();
    schema.close();
    server.close();
  }

  /** Returns how many rows the table "notes" has. */
  String count() throws SQLException {
    return Sql.string(admin, "SELECT COUNT(*) FROM " + schema.name() + ".notes");
  }
}
