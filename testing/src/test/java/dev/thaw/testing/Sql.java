package dev.thaw.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Queries in one line. */
public final class Sql {
  private Sql() {}

  /** What opens a connection. */
  @FunctionalInterface
  public interface Opening {
    /** Opens a connection. */
    Connection open() throws SQLException;
  }

  /** Executes statements over a connection that is opened for them. */
  public static void execute(Opening opening, String... statements) throws SQLException {
    try (Connection connection = opening.open()) {
      for (String statement : statements) {
        execute(connection, statement);
      }
    }
  }

  /** Returns the first column of the first row, over a connection that is opened for it. */
  public static String string(Opening opening, String query) throws SQLException {
    return strings(opening, query).get(0);
  }

  /** Returns the first column of all rows, over a connection that is opened for it. */
  public static List<String> strings(Opening opening, String query) throws SQLException {
    try (Connection connection = opening.open()) {
      return strings(connection, query);
    }
  }

  /** Returns the first column of the first row. */
  public static String string(Connection connection, String query) throws SQLException {
    return strings(connection, query).get(0);
  }

  /** Returns the first column of all rows. */
  public static List<String> strings(Connection connection, String query) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  /** Executes a statement. */
  public static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
