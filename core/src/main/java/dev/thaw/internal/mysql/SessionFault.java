package dev.thaw.internal.mysql;

import dev.thaw.FailureKind;
import dev.thaw.internal.net.NothingSentException;
import dev.thaw.internal.util.Causes;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import org.jspecify.annotations.Nullable;

/** What went wrong on one connection that makes it unfit for reuse. Thread-safe. */
final class SessionFault {
  // ER_MUST_CHANGE_PASSWORD: a session that the server has let in although the password has
  // expired, which MariaDB does by default. It takes no statement but a change of the password.
  private static final int PASSWORD_EXPIRED = 1820;

  private volatile @Nullable FailureKind kind;

  @Nullable FailureKind kind() {
    return kind;
  }

  void record(FailureKind value) {
    if (kind == null) {
      kind = value;
    }
  }

  /**
   * Records an exception of the driver and returns what the borrower is told: JDBC's {@link
   * SQLTimeoutException} if a time limit has passed.
   *
   * @param closed whether the driver has closed the connection
   */
  SQLException failed(SQLException thrown, boolean closed) {
    SQLException e = TimeoutInterceptor.original(thrown);
    SocketTimeoutException timeout = Causes.find(e, SocketTimeoutException.class);
    FailureKind lost = timeout == null ? FailureKind.BROKEN : FailureKind.TIMEOUT;
    switch (FailureKind.of(e)) {
      case READ_ONLY -> record(FailureKind.READ_ONLY);
      case BROKEN, UNREACHABLE -> record(lost);
      case TIMEOUT, CREDENTIALS_REFUSED, SCHEMA_REFUSED, TOO_MANY_CONNECTIONS, OTHER -> {
        // The driver also has timeouts of its own that leave the connection usable.
        if (closed || timeout != null || e.getErrorCode() == PASSWORD_EXPIRED) {
          record(lost);
        }
      }
    }
    return timeout == null || e instanceof SQLTimeoutException ? e : timedOut(e, timeout);
  }

  private static SQLTimeoutException timedOut(SQLException e, SocketTimeoutException timeout) {
    String what =
        timeout instanceof NothingSentException
            ? "The deadline passed, so nothing was sent and the connection is closed ("
            : "The database did not answer in time, so the connection is closed (";
    return new SQLTimeoutException(
        what + timeout.getMessage() + ")", e.getSQLState(), e.getErrorCode(), e);
  }
}
