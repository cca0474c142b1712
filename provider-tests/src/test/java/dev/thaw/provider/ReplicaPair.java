package dev.thaw.provider;

import static org.awaitility.Awaitility.await;

import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** A source and its replica, which only reads, until it is promoted. */
final class ReplicaPair implements AutoCloseable {
  private static final String PASSWORD = "Replica-password-1";

  private final DatabaseServer source;
  private final DatabaseServer replica;

  private ReplicaPair(DatabaseServer source, DatabaseServer replica) {
    this.source = source;
    this.replica = replica;
  }

  static ReplicaPair start() throws SQLException {
    ReplicaPair pair = new ReplicaPair(server("1"), server("2"));
    try {
      pair.replicate();
    } catch (SQLException | RuntimeException e) {
      pair.close();
      throw e;
    }
    return pair;
  }

  private static DatabaseServer server(String id) {
    DatabaseServer.Builder builder =
        DatabaseServer.builder().option("server_id", id).option("log_bin", "binlog");
    if (!DatabaseServer.shared().toString().contains("MariaDB")) {
      builder.option("gtid_mode", "ON").option("enforce_gtid_consistency", "ON");
    }
    return builder.start();
  }

  private void replicate() throws SQLException {
    try (Connection from = source.connect();
        Connection to = replica.connect()) {
      boolean mariaDb = Sql.string(from, "SELECT VERSION()").contains("MariaDB");
      // What each has done to set itself up is not replicated.
      for (Connection server : List.of(from, to)) {
        Sql.execute(server, mariaDb ? "RESET MASTER" : "RESET BINARY LOGS AND GTIDS");
      }
      Sql.execute(from, "CREATE USER 'replica'@'%' IDENTIFIED BY '" + PASSWORD + "'");
      Sql.execute(from, "GRANT REPLICATION SLAVE ON *.* TO 'replica'@'%'");
      // A container sees this machine as the gateway of its network: as where this client is.
      String host =
          Sql.string(
              to,
              "SELECT SUBSTRING_INDEX(HOST, ':', 1) FROM information_schema.PROCESSLIST"
                  + " WHERE ID = CONNECTION_ID()");
      Sql.execute(
          to,
          mariaDb
              ? "CHANGE MASTER TO MASTER_HOST='%s', MASTER_PORT=%d, MASTER_USER='replica', MASTER_PASSWORD='%s', MASTER_USE_GTID=slave_pos"
                  .formatted(host, source.port(), PASSWORD)
              : "CHANGE REPLICATION SOURCE TO SOURCE_HOST='%s', SOURCE_PORT=%d, SOURCE_USER='replica', SOURCE_PASSWORD='%s', SOURCE_SSL=1, SOURCE_AUTO_POSITION=1"
                  .formatted(host, source.port(), PASSWORD));
      Sql.execute(to, mariaDb ? "START SLAVE" : "START REPLICA");
      Sql.execute(to, "SET GLOBAL read_only = ON");
    }
  }

  DatabaseServer source() {
    return source;
  }

  DatabaseServer replica() {
    return replica;
  }

  /** Runs statements at the source. */
  void execute(String... statements) throws SQLException {
    try (Connection from = source.connect()) {
      for (String statement : statements) {
        Sql.execute(from, statement);
      }
    }
  }

  /** Returns when a query at the replica gives a result. */
  void awaitReplica(String query, String result) throws SQLException {
    try (Connection to = replica.connect()) {
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> Sql.string(to, query).equals(result));
    }
  }

  /** Makes the replica the one that takes writes, as a failover does. */
  void promote() throws SQLException {
    try (Connection from = source.connect();
        Connection to = replica.connect()) {
      boolean mariaDb = Sql.string(from, "SELECT VERSION()").contains("MariaDB");
      Sql.execute(from, "SET GLOBAL read_only = ON");
      Sql.execute(to, mariaDb ? "STOP SLAVE" : "STOP REPLICA");
      Sql.execute(to, mariaDb ? "RESET SLAVE ALL" : "RESET REPLICA ALL");
      Sql.execute(to, "SET GLOBAL read_only = OFF");
    }
  }

  @Override
  public void close() {
    source.close();
    replica.close();
  }
}
