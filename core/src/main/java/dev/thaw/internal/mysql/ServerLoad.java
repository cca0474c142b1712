package dev.thaw.internal.mysql;

import com.mysql.cj.jdbc.JdbcConnection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How many connections a server has and may have.
 *
 * @param connected the connections it has ({@code Threads_connected}); zero if they are shared
 * @param limit the connections it may have ({@code max_connections})
 * @param shared whether something in between lets its clients share the server's connections, as
 *     MySQL Router and RDS Proxy do: the server has another id for this connection than the one in
 *     the greeting
 */
public record ServerLoad(long connected, long limit, boolean shared) {
  /** No answer. */
  public static final ServerLoad UNKNOWN = new ServerLoad(0, 0, false);

  private static final double NEARLY_FULL = 0.9;

  /** Returns which share of its connections is taken; zero if the server did not say. */
  public double fill() {
    return limit > 0 ? (double) connected / limit : 0;
  }

  /** Returns whether nine in ten of its connections are taken, so that the next burst fills it. */
  public boolean isNearlyFull() {
    return fill() >= NEARLY_FULL;
  }

  /**
   * Asks the server; both statements work without a privilege, on MySQL and on MariaDB, and neither
   * pins the session of an RDS Proxy. Where its connections are shared, it is not asked how many it
   * has: each statement may have to wait in the proxy, and the answer would say nothing.
   */
  static ServerLoad of(JdbcConnection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      long limit;
      try (ResultSet rows = statement.executeQuery("SELECT @@max_connections, CONNECTION_ID()")) {
        if (!rows.next()) {
          return UNKNOWN;
        }
        limit = rows.getLong(1);
        if (differ(rows.getLong(2), connection.getId())) {
          return new ServerLoad(0, limit, true);
        }
      }
      try (ResultSet rows = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Threads_connected'")) {
        return rows.next() ? new ServerLoad(rows.getLong(2), limit, false) : UNKNOWN;
      }
    }
  }

  /** Returns whether two ids differ in what fits into a greeting: 32 bits. */
  private static boolean differ(long id, long greeted) {
    return (int) id != (int) greeted;
  }
}
