package dev.thaw.testing.aws;

import dev.thaw.credentials.DatabaseCredentials;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/**
 * A running database server in the role of an RDS DB instance: what the simulators of this package
 * need of one. {@link dev.thaw.testing.DatabaseServer} is one.
 *
 * <p>Implementations are thread-safe.
 */
public interface DatabaseInstance {
  /** Returns the host to connect to, as a name or an IP address. */
  String host();

  /** Returns the TCP port to connect to. */
  int port();

  /**
   * Opens a connection as a user who may create and alter users.
   *
   * @return a connection without a default schema, which the caller must close
   * @throws SQLException if the server cannot be reached or refuses the login
   */
  Connection connect() throws SQLException;

  /**
   * Opens a connection as this user.
   *
   * @param user the user name and the password; what else it says is not used
   * @return a connection without a default schema, which the caller must close
   * @throws SQLException if the server cannot be reached or refuses the login
   */
  Connection connect(DatabaseCredentials user) throws SQLException;

  /** Returns the environment variables by which a function verifies this server; may be none. */
  Map<String, String> tlsVariables();
}
