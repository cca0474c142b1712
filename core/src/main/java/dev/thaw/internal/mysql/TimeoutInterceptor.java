package dev.thaw.internal.mysql;

import com.mysql.cj.exceptions.ExceptionInterceptor;
import com.mysql.cj.jdbc.exceptions.MySQLTimeoutException;
import com.mysql.cj.log.Log;
import dev.thaw.internal.net.SilentPeerException;
import dev.thaw.internal.util.Causes;
import java.net.SocketTimeoutException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Ends a batch whose deadline has passed, or whose server has gone silent. After any exception but
 * its own for timeouts the driver goes on with the rest, though the connection is closed: an
 * exception for each of what may be many thousand statements.
 *
 * <p>Stateless. Public because the driver creates it by its class name.
 */
public final class TimeoutInterceptor implements ExceptionInterceptor {
  /** Creates the interceptor of a connection. */
  public TimeoutInterceptor() {}

  @Override
  public ExceptionInterceptor init(Properties properties, Log log) {
    return this;
  }

  @Override
  public Exception interceptException(Exception failure) {
    // What a connect fails with, and the counts of a batch, are of use as they are.
    if (ConnectAttempt.current() != null
        || !(failure instanceof SQLException thrown)
        || failure instanceof MySQLTimeoutException
        || failure instanceof BatchUpdateException
        || !(Causes.include(failure, SocketTimeoutException.class)
            || Causes.include(failure, SilentPeerException.class))) {
      return failure;
    }
    MySQLTimeoutException timeout =
        new MySQLTimeoutException(thrown.getMessage(), thrown.getSQLState(), thrown.getErrorCode());
    timeout.initCause(thrown);
    return timeout;
  }

  /** Returns what the driver has thrown before {@link #interceptException} replaced it. */
  static SQLException original(SQLException thrown) {
    return thrown instanceof MySQLTimeoutException && thrown.getCause() instanceof SQLException e
        ? e
        : thrown;
  }

  @Override
  public void destroy() {}
}
