package dev.thaw.examples.nativeimage;

import dev.thaw.ConnectionProvider;
import dev.thaw.secrets.ConnectionProviders;
import java.math.BigDecimal;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;

/** A program that uses more of JDBC than the connection check, so that the driver does more. */
final class BroadUse {
  private BroadUse() {}

  /** Uses the database that the variables describe, and ends with exit code 1 if it cannot. */
  public static void main(String[] args) throws SQLException {
    try (ConnectionProvider provider = ConnectionProviders.fromEnvironment();
        Connection connection = provider.get()) {
      write(connection);
      read(connection);
      call(connection);
      fail(connection);
      System.out.println("done");
    }
  }

  private static void write(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS broad");
      statement.execute("DROP PROCEDURE IF EXISTS doubled");
      statement.execute(
          "CREATE TABLE broad (id INT PRIMARY KEY AUTO_INCREMENT, amount DECIMAL(9,2), made DATETIME,"
              + " told TEXT, raw BLOB)");
      statement.execute("CREATE PROCEDURE doubled(IN a INT, OUT b INT) SET b = 2 * a");
    }
    connection.setAutoCommit(false);
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO broad (amount, made, told, raw) VALUES (?, ?, ?, ?)",
            Statement.RETURN_GENERATED_KEYS)) {
      for (int i = 0; i < 2; i++) {
        insert.setBigDecimal(1, BigDecimal.ONE);
        insert.setTimestamp(2, Timestamp.from(Instant.EPOCH));
        insert.setString(3, "told");
        insert.setBytes(4, new byte[] {1});
        insert.addBatch();
      }
      insert.executeBatch();
      try (ResultSet keys = insert.getGeneratedKeys()) {
        keys.next();
      }
    }
    connection.rollback(connection.setSavepoint("here"));
    connection.commit();
    connection.setAutoCommit(true);
  }

  private static void read(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement("SELECT * FROM broad");
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        rows.getBigDecimal("amount");
        rows.getTimestamp("made");
        rows.getObject("made", LocalDateTime.class);
        rows.getClob("told");
        rows.getBlob("raw");
        rows.getObject("id");
      }
    }
    try (ResultSet tables = connection.getMetaData().getTables(null, null, "broad", null)) {
      tables.next();
    }
  }

  private static void call(Connection connection) throws SQLException {
    try (CallableStatement call = connection.prepareCall("{CALL doubled(?, ?)}")) {
      call.setInt(1, 21);
      call.registerOutParameter(2, java.sql.Types.INTEGER);
      call.execute();
      if (call.getInt(2) != 42) {
        throw new SQLException("The procedure returned " + call.getInt(2));
      }
    }
  }

  /** A statement that the server refuses, one that it does not end in time, a wrong parameter. */
  private static void fail(Connection connection) {
    refused(connection, "SELECT nothing FROM nowhere");
    refused(connection, "INSERT INTO broad (id) VALUES (1)");
    refused(connection, "SELECT SLEEP(20)");
    try (PreparedStatement select = connection.prepareStatement("SELECT ?")) {
      select.setObject(7, new Object());
      throw new IllegalStateException("There is no seventh parameter");
    } catch (SQLException e) {
      System.out.println(e.getMessage());
    }
  }

  private static void refused(Connection connection, String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      statement.execute(sql);
    } catch (SQLException e) {
      System.out.println(e.getMessage());
    }
  }
}
