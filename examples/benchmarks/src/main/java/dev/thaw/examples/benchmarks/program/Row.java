package dev.thaw.examples.benchmarks.program;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The row that candidates read. */
final class Row {
  private static final int ANSWER = 42;

  private Row() {}

  /** Loads this class, so that it is no part of what is measured. */
  static void load() {}

  /** Reads it. */
  static void read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT 42")) {
      if (!row.next() || row.getInt(1) != ANSWER) {
        throw new SQLException("the row is missing or wrong");
      }
    }
  }
}
