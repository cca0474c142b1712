package dev.thaw.internal.mysql;

import com.mysql.cj.exceptions.ExceptionInterceptor;
import com.mysql.cj.jdbc.exceptions.CommunicationsException;
import com.mysql.cj.jdbc.exceptions.MySQLStatementCancelledException;
import com.mysql.cj.log.Log;
import dev.thaw.internal.net.SilentPeerException;
import dev.thaw.internal.util.Causes;
import java.net.SocketTimeoutException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Ends a batch whose connection is lost or whose deadline has passed. After any exception but its
 * own for timeouts and cancelled statements the driver goes on with the rest, though the connection
 * is closed: an exception for each of what may be many thousand statements.
 *
 * <p>Stateless. Public because the driver creates it by its class name.
 */
public final class BatchEndInterceptor implements ExceptionInterceptor {
  /** Creates the interceptor of a connection. */
  public BatchEndInterceptor() {}

  @Override
  public ExceptionInterceptor init(Properties properties, Log log) {
    return this;
  }

  @Override
  public Exception interceptException(Exception failure) {
    // What a connect fails with, and the counts of a batch, are of use as they are.
    if (ConnectAttempt.current() != null
        || !(failure instanceof SQLException thrown)
        || failure instanceof MySQLStatementCancelledException
        || failure instanceof BatchUpdateException
        || !isEnd(thrown)) {
      return failure;
    }
    MySQLStatementCancelledException end =
        new MySQLStatementCancelledException(
            thrown.getMessage(), thrown.getSQLState(), thrown.getErrorCode());
    end.initCause(thrown);
    return end;
  }

  private static boolean isEnd(SQLException thrown) {
    return thrown instanceof CommunicationsException
        || Causes.include(thrown, SocketTimeoutException.class)
        || Causes.include(thrown, SilentPeerException.class);
  }

  /** Returns what the driver has thrown before {@link #interceptException} replaced it. */
  static SQLException original(SQLException thrown) {
    return thrown instanceof MySQLStatementCancelledException
            && thrown.getCause() instanceof SQLException e
        ? e
        : thrown;
  }

  @Override
  public void destroy() {}
}
