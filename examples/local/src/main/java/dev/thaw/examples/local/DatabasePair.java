package dev.thaw.examples.local;

import dev.thaw.testing.DatabaseServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Two embedded servers: one takes writes, the other one replicates it and only reads, until they
 * change roles. Thread-safe.
 */
public final class DatabasePair implements AutoCloseable {
  private static final int MAX_CONNECTIONS = 60;
  private static final int ER_CON_COUNT_ERROR = 1040;
  private static final String REPLICATION_PASSWORD = "Replication-password-1";

  private DatabaseServer writer;
  private DatabaseServer reader;

  private DatabasePair(DatabaseServer writer, DatabaseServer reader) {
    this.writer = writer;
    this.reader = reader;
  }

  /** Starts both servers; the caller must close the pair. */
  public static DatabasePair start() throws SQLException {
    DatabaseServer first = server("1");
    DatabasePair pair;
    try {
      pair = new DatabasePair(first, server("2"));
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
    try {
      pair.replicate();
      return pair;
    } catch (SQLException e) {
      pair.close();
      throw e;
    }
  }

  private static DatabaseServer server(String id) {
    return DatabaseServer.builder()
        .kind(DatabaseServer.Kind.EMBEDDED)
        .option("server_id", id)
        .option("log_bin", "binlog")
        .option("log_slave_updates", "ON")
        .option("max_connections", Integer.toString(MAX_CONNECTIONS))
        .start();
  }

  private void replicate() throws SQLException {
    // What each has done to set itself up is not replicated.
    execute(writer, "RESET MASTER");
    execute(reader, "RESET MASTER");
    execute(writer, "CREATE USER 'replica'@'%' IDENTIFIED BY '" + REPLICATION_PASSWORD + "'");
    execute(writer, "GRANT REPLICATION SLAVE ON *.* TO 'replica'@'%'");
    follow(reader, writer);
  }

  private static void follow(DatabaseServer reader, DatabaseServer writer) throws SQLException {
    execute(
        reader,
        "CHANGE MASTER TO MASTER_HOST='%s', MASTER_PORT=%d, MASTER_USER='replica', MASTER_PASSWORD='%s', MASTER_USE_GTID=slave_pos"
            .formatted(writer.host(), writer.port(), REPLICATION_PASSWORD),
        "START SLAVE",
        "SET GLOBAL read_only = ON");
  }

  /** Returns the server that takes writes. */
  public synchronized DatabaseServer writer() {
    return writer;
  }

  /**
   * Changes the roles: the writer becomes read-only, and when the other one has all its writes, it
   * takes them from now on.
   */
  public synchronized void failOver() throws SQLException {
    DatabaseServer old = writer;
    DatabaseServer next = reader;
    execute(old, "SET GLOBAL read_only = ON");
    String position = string(old, "SELECT @@gtid_current_pos");
    if (!"0".equals(string(next, "SELECT MASTER_GTID_WAIT('" + position + "', 10)"))) {
      execute(old, "SET GLOBAL read_only = OFF");
      throw new SQLException("the replica has not caught up within ten seconds");
    }
    execute(next, "STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only = OFF");
    writer = next;
    reader = old;
    execute(old, "SET GLOBAL gtid_slave_pos = '" + position + "'");
    follow(old, next);
  }

  /** Kills every connection of a user, at both servers, and returns how many there were. */
  public synchronized int kill(String user) throws SQLException {
    return kill(writer, user) + kill(reader, user);
  }

  private static int kill(DatabaseServer server, String user) throws SQLException {
    try (Connection admin = server.connect();
        Statement statement = admin.createStatement()) {
      return statement.executeUpdate("KILL CONNECTION USER '" + user + "'");
    }
  }

  /** Takes all connections that the writer has left; the caller must close them. */
  public List<Connection> fill() throws SQLException {
    DatabaseServer server = writer();
    List<Connection> taken = new ArrayList<>();
    try {
      while (true) {
        taken.add(server.connect());
      }
    } catch (SQLException e) {
      if (e.getErrorCode() == ER_CON_COUNT_ERROR) {
        return taken;
      }
      for (Connection connection : taken) {
        connection.close();
      }
      throw e;
    }
  }

  private static void execute(DatabaseServer server, String... statements) throws SQLException {
    try (Connection admin = server.connect();
        Statement statement = admin.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String string(DatabaseServer server, String query) throws SQLException {
    try (Connection admin = server.connect();
        Statement statement = admin.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return String.valueOf(rows.getString(1));
    }
  }

  @Override
  public void close() {
    writer.close();
    reader.close();
  }
}
