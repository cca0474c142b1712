package dev.thaw.internal.mysql;

import com.mysql.cj.exceptions.ExceptionInterceptor;
import com.mysql.cj.log.Log;
import dev.thaw.FailureKind;
import dev.thaw.internal.net.Causes;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Properties;

/**
 * Sees each exception of one connection before the application does: records that the connection is
 * unfit for reuse, and turns a read that timed out into JDBC's {@link SQLTimeoutException}.
 *
 * <p>Public because the driver creates it by its class name.
 */
public final class FaultInterceptor implements ExceptionInterceptor {
  private final ConnectionFault fault;

  /** Creates the interceptor of the connection that this thread is opening. */
  public FaultInterceptor() {
    ConnectAttempt attempt = ConnectAttempt.current();
    this.fault = attempt == null ? new ConnectionFault() : attempt.fault();
  }

  @Override
  public ExceptionInterceptor init(Properties properties, Log log) {
    return this;
  }

  @Override
  public void destroy() {}

  @Override
  public Exception interceptException(Exception exception) {
    if (!(exception instanceof SQLException sql)) {
      return exception;
    }
    switch (FailureKind.of(sql)) {
      case READ_ONLY -> fault.record(FailureKind.READ_ONLY);
      case BROKEN, UNREACHABLE -> fault.record(FailureKind.BROKEN);
      case TIMEOUT -> {
        SocketTimeoutException timeout = Causes.find(sql, SocketTimeoutException.class);
        // The driver also has timeouts of its own that leave the connection usable.
        if (timeout != null) {
          fault.record(FailureKind.TIMEOUT);
          if (!(sql instanceof SQLTimeoutException)) {
            return timeoutException(sql, timeout);
          }
        }
      }
      default -> {}
    }
    return exception;
  }

  private static SQLTimeoutException timeoutException(
      SQLException sql, SocketTimeoutException timeout) {
    return new SQLTimeoutException(
        "The database did not answer in time, so the connection is closed ("
            + timeout.getMessage()
            + ")",
        sql.getSQLState(),
        sql.getErrorCode(),
        sql);
  }
}
