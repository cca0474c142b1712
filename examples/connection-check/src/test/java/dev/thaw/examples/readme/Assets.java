package dev.thaw.examples.readme;

// @start region="assets"
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

final class Assets {
  private Assets() {}

  static List<String> latest(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement("SELECT name FROM assets ORDER BY id DESC LIMIT 10");
        ResultSet rows = query.executeQuery()) {
      List<String> names = new ArrayList<>();
      while (rows.next()) {
        names.add(rows.getString("name"));
      }
      return names;
    }
  }
}
// @end region="assets"
