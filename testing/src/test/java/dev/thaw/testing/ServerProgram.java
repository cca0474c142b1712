package dev.thaw.testing;

import dev.thaw.fixture.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** Starts the shared server with an option, makes a schema, says which server it is, and waits. */
final class ServerProgram {
  private ServerProgram() {}

  @SuppressWarnings("SystemOut") // the answer of the program
  public static void main(String[] arguments) throws Exception {
    String[] option = arguments[0].split("=", -1);
    DatabaseServer server = DatabaseServer.shared(Map.of(option[0], option[1]), "");
    try (TestSchema schema = server.createSchema();
        Connection connection = schema.connect()) {
      System.out.println(server.port() + " " + uuid(connection));
    }
    while (System.in.read() >= 0) {
      // The test ends this JVM.
    }
  }

  private static String uuid(Connection connection) throws SQLException {
    return Sql.string(connection, "SELECT @@server_uuid");
  }
}
