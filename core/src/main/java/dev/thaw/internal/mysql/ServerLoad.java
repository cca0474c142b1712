package dev.thaw.internal.mysql;

import com.mysql.cj.jdbc.JdbcConnection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How many connections a server has and may have, or an account, if its own limit is nearer.
 *
 * @param connected the connections that there are ({@code Threads_connected}, or those of the
 *     account); zero if they are shared
 * @param limit the connections that there may be ({@code max_connections}, or {@code
 *     max_user_connections})
 * @param shared whether something in between lets its clients share the server's connections, as
 *     MySQL Router and RDS Proxy do: the server has another id for this connection than the one in
 *     the greeting
 */
public record ServerLoad(long connected, long limit, boolean shared) {
  /** No answer. */
  public static final ServerLoad UNKNOWN = new ServerLoad(0, 0, false);

  private static final double NEARLY_FULL = 0.9;

  // The session's value is what the account may have, zero for any number.
  private static final String LIMITS =
      "SELECT @@max_connections, CONNECTION_ID(), @@max_user_connections";

  /** Returns which share of its connections is taken; zero if the server did not say. */
  public double fill() {
    return limit > 0 ? (double) connected / limit : 0;
  }

  /** Returns whether nine in ten of its connections are taken, so that the next burst fills it. */
  public boolean isNearlyFull() {
    return fill() >= NEARLY_FULL;
  }

  /**
   * Asks the server; the statements work without a privilege, on MySQL and on MariaDB, and none
   * pins the session of an RDS Proxy. Where its connections are shared, it is not asked how many it
   * has: each statement may have to wait in the proxy, and the answer would say nothing.
   */
  static ServerLoad of(JdbcConnection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      long limit;
      long id;
      long userLimit;
      try (ResultSet rows = statement.executeQuery(LIMITS)) {
        if (!rows.next()) {
          return UNKNOWN;
        }
        limit = rows.getLong(1);
        id = rows.getLong(2);
        userLimit = rows.getLong(3);
      }
      if (differ(id, connection.getId())) {
        return new ServerLoad(0, limit, true);
      }
      ServerLoad server = ofServer(statement, limit);
      if (userLimit == 0) {
        return server;
      }
      ServerLoad user = new ServerLoad(ofAccount(statement, id), userLimit, false);
      return user.fill() > server.fill() ? user : server;
    }
  }

  private static ServerLoad ofServer(Statement statement, long limit) throws SQLException {
    try (ResultSet rows = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Threads_connected'")) {
      return rows.next() ? new ServerLoad(rows.getLong(2), limit, false) : UNKNOWN;
    }
  }

  /** Returns how many connections the user of a connection has. */
  private static long ofAccount(Statement statement, long id) throws SQLException {
    List<String> users = new ArrayList<>();
    String own = "";
    // Without the PROCESS privilege it shows the user's own.
    try (ResultSet rows = statement.executeQuery("SHOW PROCESSLIST")) {
      while (rows.next()) {
        String user = rows.getString(2);
        users.add(user);
        own = rows.getLong(1) == id ? user : own;
      }
    }
    return Collections.frequency(users, own);
  }

  /** Returns whether two ids differ in what fits into a greeting: 32 bits. */
  private static boolean differ(long id, long greeted) {
    return (int) id != (int) greeted;
  }
}
