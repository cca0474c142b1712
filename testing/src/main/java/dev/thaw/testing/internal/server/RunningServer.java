package dev.thaw.testing.internal.server;

import static java.util.Objects.requireNonNull;

import dev.thaw.credentials.DatabaseCredentials;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A server that runs, and how to log in to it as its administrator.
 *
 * <p>Thread-safe.
 */
public final class RunningServer implements AutoCloseable {
  private final ServerKind kind;
  private final ServerAddress address;
  private final DatabaseCredentials admin;
  private final Properties driverProperties;
  private final @Nullable Path caFile;
  private final Runnable stop;
  private final String version;

  /**
   * Logs in once to learn the version.
   *
   * @param driverProperties what the driver is told beside user and password
   * @param caFile the file of the CA, in PEM, that signed the server's certificate, if we know it
   * @param stop ends the server; called at most once
   */
  RunningServer(
      ServerKind kind,
      ServerAddress address,
      DatabaseCredentials admin,
      Properties driverProperties,
      @Nullable Path caFile,
      Runnable stop)
      throws SQLException {
    this.kind = kind;
    this.address = address;
    this.admin = admin;
    this.driverProperties = driverProperties;
    this.caFile = caFile;
    this.stop = stop;
    try (Connection connection = connect()) {
      this.version = readVersion(connection);
    }
  }

  /** Returns which kind of server it is. */
  public ServerKind kind() {
    return kind;
  }

  /** Returns the host to connect to. */
  public String host() {
    return address.host();
  }

  /** Returns the TCP port to connect to. */
  public int port() {
    return address.port();
  }

  /** Returns who may create schemas and users. */
  public DatabaseCredentials admin() {
    return admin;
  }

  /** Returns product and version, for example {@code MySQL 9.7.4}. */
  public String version() {
    return version;
  }

  /** Returns the file of the authority that signed the server's certificate, if we know it. */
  public Optional<Path> caFile() {
    return Optional.ofNullable(caFile);
  }

  /**
   * Returns the environment variables by which a function connects to this server as on AWS, where
   * every server is verified; one whose authority is not known is not.
   */
  public Map<String, String> tlsVariables() {
    return caFile()
        .map(file -> Map.of("DB_SSL_CA", file.toString()))
        .orElseGet(() -> Map.of("DB_SSL_MODE", "PREFERRED"));
  }

  /** Opens a connection as the administrator, without a schema. */
  public Connection connect() throws SQLException {
    return address.connect(admin, null, driverProperties);
  }

  /** Opens a connection as another user, without a schema. */
  public Connection connect(DatabaseCredentials user) throws SQLException {
    return address.connect(user, null, driverProperties);
  }

  /** Opens a connection as another user, with a schema. */
  public Connection connect(DatabaseCredentials user, String schema) throws SQLException {
    return address.connect(user, requireNonNull(schema), driverProperties);
  }

  @Override
  public void close() {
    stop.run();
  }

  private static String readVersion(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT VERSION()")) {
      rows.next();
      String text = requireNonNull(rows.getString(1), "VERSION()");
      String number = text.contains("-") ? text.substring(0, text.indexOf('-')) : text;
      return (text.contains("MariaDB") ? "MariaDB " : "MySQL ") + number;
    }
  }

  @Override
  public String toString() {
    return version + " on " + address;
  }
}
