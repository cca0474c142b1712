package dev.thaw.internal.provider;

import dev.thaw.internal.mysql.PhysicalConnection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How many connections a server has and may have.
 *
 * @param connected the connections it has ({@code Threads_connected})
 * @param limit the connections it may have ({@code max_connections})
 */
record ServerLoad(long connected, long limit) {
  /**
   * Asks the server; both statements work without a privilege, on MySQL and on MariaDB, and neither
   * pins the session of an RDS Proxy.
   */
  static ServerLoad of(PhysicalConnection connection) throws SQLException {
    try (Statement statement = connection.connection().createStatement()) {
      return new ServerLoad(
          number(statement, "SHOW GLOBAL STATUS LIKE 'Threads_connected'", 2),
          number(statement, "SELECT @@max_connections", 1));
    }
  }

  private static long number(Statement statement, String sql, int column) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getLong(column) : 0;
    }
  }
}
