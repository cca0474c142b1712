package dev.thaw.testing;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.internal.connection.SimpleDataSource;
import dev.thaw.testing.internal.server.Passwords;
import dev.thaw.testing.internal.server.RunningServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArraySet;
import javax.sql.DataSource;

/**
 * A schema of its own on a {@link DatabaseServer}, with a user of its own; both are gone when it is
 * closed.
 *
 * <p>Thread-safe.
 */
public final class TestSchema implements AutoCloseable {
  /** How long the server may wait for locks before it gives up dropping the schema, in seconds. */
  private static final int LOCK_WAIT_SECONDS = 10;

  private static final int ER_NO_SUCH_THREAD = 1094;

  private final RunningServer server;
  private final String name;
  private final DatabaseCredentials credentials;
  private final Set<String> users = new CopyOnWriteArraySet<>();

  private TestSchema(RunningServer server, String name, DatabaseCredentials credentials) {
    this.server = server;
    this.name = name;
    this.credentials = credentials;
  }

  static TestSchema create(RunningServer server) throws SQLException {
    String name = newName();
    TestSchema schema = new TestSchema(server, name, newCredentials(server, name));
    try {
      try (Connection admin = server.connect();
          Statement statement = admin.createStatement()) {
        statement.execute("CREATE DATABASE " + name + " CHARACTER SET utf8mb4");
      }
      schema.createUser(schema.credentials);
      return schema;
    } catch (SQLException e) {
      schema.closeAfter(e);
      throw e;
    }
  }

  /**
   * Names are letters and digits only: an underscore is a wildcard in GRANT, and what marks it as
   * none depends on the server's {@code partial_revokes}. A user's name has at most 32 characters.
   */
  private static String newName() {
    return "thaw" + UUID.randomUUID().toString().replace("-", "").substring(0, 20);
  }

  private static DatabaseCredentials newCredentials(RunningServer server, String schema) {
    return DatabaseCredentials.builder(newName(), Passwords.random())
        .host(server.host())
        .port(server.port())
        .database(schema)
        .build();
  }

  /** Returns the schema's name. */
  public String name() {
    return name;
  }

  /** Returns the login of the schema's user, with host, port and schema. */
  public DatabaseCredentials credentials() {
    return credentials;
  }

  /**
   * Returns the environment variables by which {@code ConnectionProviders.fromEnvironment()} logs
   * in to this schema as its user, the password among them. The server is verified, as it is on
   * AWS, unless its {@linkplain DatabaseServer#caCertificate() authority} is not known.
   */
  public Map<String, String> environment() {
    Map<String, String> variables = new HashMap<>(server.tlsVariables());
    variables.put("DB_HOST", server.host());
    variables.put("DB_PORT", String.valueOf(server.port()));
    variables.put("DB_NAME", name);
    variables.put("DB_USER", credentials.username());
    variables.put("DB_PASSWORD", credentials.password());
    return variables;
  }

  /** Returns a builder of a provider that logs in to this schema as its user. */
  public PooledConnectionProvider.Builder provider() {
    return PooledConnectionProvider.builder()
        .host(server.host())
        .port(server.port())
        .database(name)
        .credentials(credentials.username(), credentials.password());
  }

  /**
   * Opens a connection to this schema as its user, past every pool.
   *
   * @return a connection that the caller must close
   * @throws SQLException if the server cannot be reached or refuses the login
   */
  public Connection connect() throws SQLException {
    return server.connect(credentials, name);
  }

  /**
   * Returns a data source whose connections are those of {@link #connect()}, for tools that fill
   * the schema.
   */
  public DataSource asDataSource() {
    return new SimpleDataSource(this::connect);
  }

  /**
   * Creates one more user who has every privilege on this schema, as a rotation between two users
   * needs it.
   *
   * @return the user's login, with host, port and schema
   * @throws SQLException if the server refuses it
   */
  public DatabaseCredentials createUser() throws SQLException {
    DatabaseCredentials user = newCredentials(server, name);
    createUser(user);
    return user;
  }

  private void createUser(DatabaseCredentials user) throws SQLException {
    users.add(user.username());
    try (Connection admin = server.connect();
        PreparedStatement create = admin.prepareStatement("CREATE USER ?@'%' IDENTIFIED BY ?");
        PreparedStatement grant =
            admin.prepareStatement("GRANT ALL PRIVILEGES ON " + name + ".* TO ?@'%'")) {
      create.setString(1, user.username());
      create.setString(2, user.password());
      create.execute();
      grant.setString(1, user.username());
      grant.execute();
    }
  }

  /**
   * Changes a user's password at the server. Open connections stay open.
   *
   * @param username the name of a user of this schema
   * @param password the new password
   * @return the user's new login, with host, port and schema
   * @throws IllegalArgumentException if the user is not one of this schema
   * @throws SQLException if the server refuses it
   */
  public DatabaseCredentials setPassword(String username, String password) throws SQLException {
    if (!users.contains(username)) {
      throw new IllegalArgumentException("user " + username + " is none of the schema " + name);
    }
    try (Connection admin = server.connect();
        PreparedStatement alter = admin.prepareStatement("ALTER USER ?@'%' IDENTIFIED BY ?")) {
      alter.setString(1, username);
      alter.setString(2, password);
      alter.execute();
    }
    return DatabaseCredentials.builder(username, password)
        .host(server.host())
        .port(server.port())
        .database(name)
        .build();
  }

  /**
   * Returns the server's ids ({@code CONNECTION_ID()}) of the connections that the users of this
   * schema have open.
   *
   * @throws SQLException if the server cannot be asked
   */
  public List<Long> connectionIds() throws SQLException {
    try (Connection admin = server.connect()) {
      return connectionIds(admin);
    }
  }

  private List<Long> connectionIds(Connection admin) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (Statement statement = admin.createStatement();
        ResultSet rows = statement.executeQuery("SHOW PROCESSLIST")) {
      while (rows.next()) {
        if (users.contains(rows.getString("User"))) {
          ids.add(rows.getLong("Id"));
        }
      }
    }
    return ids;
  }

  /**
   * Kills every connection that the users of this schema have open, as a failover does.
   *
   * @return how many were killed
   * @throws SQLException if the server refuses it
   */
  public int killConnections() throws SQLException {
    try (Connection admin = server.connect()) {
      return killConnections(admin);
    }
  }

  private int killConnections(Connection admin) throws SQLException {
    int killed = 0;
    for (long id : connectionIds(admin)) {
      try (Statement statement = admin.createStatement()) {
        statement.execute("KILL CONNECTION " + id);
        killed++;
      } catch (SQLException e) {
        if (e.getErrorCode() != ER_NO_SUCH_THREAD) {
          throw e;
        }
      }
    }
    return killed;
  }

  /**
   * Drops the schema and its users, and kills their connections. Idempotent.
   *
   * @throws IllegalStateException if the server refuses it or cannot be reached
   */
  @Override
  public void close() {
    try (Connection admin = server.connect();
        Statement statement = admin.createStatement()) {
      for (String user : users) {
        try (PreparedStatement drop = admin.prepareStatement("DROP USER IF EXISTS ?@'%'")) {
          drop.setString(1, user);
          drop.execute();
        }
      }
      // An open transaction of a killed connection no longer holds the locks that DROP waits for.
      killConnections(admin);
      statement.execute("SET SESSION lock_wait_timeout = " + LOCK_WAIT_SECONDS);
      statement.execute("DROP DATABASE IF EXISTS " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "cannot drop the schema " + name + " on " + server + ": " + e.getMessage(), e);
    }
  }

  private void closeAfter(SQLException failure) {
    try {
      close();
    } catch (IllegalStateException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public String toString() {
    return "TestSchema[" + name + " on " + server + "]";
  }
}
