package dev.thaw.internal.provider;

import static java.util.Objects.requireNonNull;

import dev.thaw.internal.mysql.PhysicalConnection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * What a login has come to: a connection, a failure, or neither where it is not over or another one
 * has the result.
 *
 * @param work the login's
 * @param connection what the owner of the result closes, or completes
 * @param failure what the login has thrown
 */
record LoginResult(
    LoginWork work, @Nullable PhysicalConnection connection, @Nullable Throwable failure) {

  static LoginResult none(LoginWork work) {
    return new LoginResult(work, null, null);
  }

  /** The result of a login that had a connection, which was closed. */
  static LoginResult ended(LoginWork work) {
    return new LoginResult(
        work, null, new SQLTransientConnectionException("The login was ended", "08003"));
  }

  /** Returns what ends the wait for a login that is of no use after the deadline. */
  static SQLTimeoutException late() {
    return new SQLTimeoutException("The login did not end at its deadline", "HYT00");
  }

  boolean isOpen() {
    return connection != null;
  }

  /** Completes the connection, or closes it if that fails. */
  Connector.Opened opened() {
    return work.opened(requireNonNull(connection));
  }

  void close() {
    if (connection != null) {
      connection.close();
    }
  }

  /** Tells of the failure, if there is one. */
  void tell() {
    if (failure instanceof SQLException e) {
      work.failed(e);
    }
  }

  /** Tells of the failure, and throws it, if there is one. */
  void tellAndThrow() throws SQLException {
    tell();
    if (failure instanceof SQLException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    } else if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }
}
