package dev.thaw.examples.benchmarks.stand;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** What the server itself has counted. Keeps one connection, which must be the administrator's. */
public final class Counters implements AutoCloseable {
  private static final int ER_ACCESS_DENIED = 1045;
  private static final String STATEMENTS =
      "SELECT COALESCE(SUM(COUNT_STAR), 0)"
          + " FROM performance_schema.events_statements_summary_by_user_by_event_name"
          + " WHERE USER = ? AND EVENT_NAME <> 'statement/com/Quit'";
  private static final String ERRORS =
      "SELECT COALESCE(SUM(SUM_ERROR_RAISED), 0)"
          + " FROM performance_schema.events_errors_summary_global_by_error"
          + " WHERE ERROR_NUMBER = ?";
  private static final String STATUS =
      "SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME = ?";

  private final Connection administrator;

  /** Begins to ask through this connection, and closes it at the end. */
  public Counters(Connection administrator) {
    this.administrator = administrator;
  }

  /** Returns how many statements and pings of a user the server has answered. */
  public long statements(String user) throws SQLException {
    return number(STATEMENTS, user);
  }

  /** Returns how many logins the server has refused (error 1045). */
  public long refusedLogins() throws SQLException {
    return number(ERRORS, String.valueOf(ER_ACCESS_DENIED));
  }

  /** Returns how many connections the server has refused because it was full (error 1040). */
  public long refusedConnections() throws SQLException {
    return number(STATUS, "Connection_errors_max_connections");
  }

  /**
   * Returns how many connections have begun (Connections): not those refused at once, but those
   * refused after the one above the limit was tried.
   */
  public long openedConnections() throws SQLException {
    return number(STATUS, "Connections");
  }

  /** Returns the most connections at once since {@link #reset}. */
  public long peakConnections() throws SQLException {
    return number(STATUS, "Max_used_connections");
  }

  /** Lets {@link #peakConnections} begin anew. */
  public void reset() throws SQLException {
    try (PreparedStatement flush = administrator.prepareStatement("FLUSH STATUS")) {
      flush.execute();
    }
  }

  private long number(String query, String parameter) throws SQLException {
    try (PreparedStatement statement = administrator.prepareStatement(query)) {
      statement.setString(1, parameter);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("the server does not count " + parameter);
        }
        return row.getLong(1);
      }
    }
  }

  @Override
  public void close() throws SQLException {
    administrator.close();
  }
}
