package dev.thaw.internal.mysql;

import dev.thaw.FailureKind;
import dev.thaw.internal.net.NothingSentException;
import dev.thaw.internal.net.SilentPeerException;
import dev.thaw.internal.util.Causes;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import org.jspecify.annotations.Nullable;

/** What went wrong on one connection that makes it unfit for reuse. Thread-safe. */
final class SessionFault {
  private static final String COMMUNICATIONS_LINK_FAILURE = "08S01";
  // ER_MUST_CHANGE_PASSWORD: a session that the server has let in although the password has
  // expired, which MariaDB does by default. It takes no statement but a change of the password.
  private static final int PASSWORD_EXPIRED = 1820;

  private volatile @Nullable FailureKind kind;
  private volatile @Nullable SQLException loss;

  @Nullable FailureKind kind() {
    return kind;
  }

  /** Returns whether the borrower has been told what the connection was lost by. */
  boolean isTold() {
    return loss != null;
  }

  void record(FailureKind value) {
    if (kind == null) {
      kind = value;
    }
  }

  /**
   * Records an exception of the driver and returns what the borrower is told: JDBC's {@link
   * SQLTimeoutException} if a time limit has passed, and what has happened if the network has gone
   * silent.
   *
   * @param closed whether the driver has closed the connection
   * @param deadline whether the deadline of the use has ended it
   * @param silence what the socket has ended with, if the network has gone silent: after a batch,
   *     for one, the driver only tells that the connection is closed
   */
  SQLException failed(
      SQLException thrown,
      boolean closed,
      boolean deadline,
      @Nullable SilentPeerException silence) {
    if (thrown == loss) {
      return thrown;
    }
    SQLException e = BatchEndInterceptor.original(thrown);
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
    if (timeout != null && !(e instanceof SQLTimeoutException)) {
      return timedOut(e, timeout, deadline);
    }
    SilentPeerException silent = Causes.find(e, SilentPeerException.class);
    if (silent == null && closed) {
      silent = silence;
    }
    SQLException told = silent == null ? e : wentSilent(e, silent);
    lostBy(told);
    return told;
  }

  /**
   * Returns what the borrower is told of a server that does not acknowledge any more. The driver
   * gives each later call, too, as a cause what it has lost the connection by.
   */
  private SQLException wentSilent(SQLException e, SilentPeerException silent) {
    String what =
        "The database's host, or the network to it, has gone silent (" + silent.getMessage() + ")";
    return new SQLRecoverableException(
        loss == null
            ? what
                + ", so the connection is closed; whether the statement was executed is not known"
            : "The connection was given up before this was sent: " + what,
        COMMUNICATIONS_LINK_FAILURE,
        e.getErrorCode(),
        e);
  }

  /**
   * Returns what the borrower is told of a time limit that has passed.
   *
   * @param timeout what the socket has thrown, if that is known
   * @param deadline whether the limit was the deadline of the use
   */
  SQLTimeoutException timedOut(
      SQLException e, @Nullable SocketTimeoutException timeout, boolean deadline) {
    String detail = timeout == null ? "" : " (" + timeout.getMessage() + ")";
    SQLTimeoutException told =
        new SQLTimeoutException(
            what(timeout, deadline) + " the connection is closed" + detail,
            e.getSQLState(),
            e.getErrorCode(),
            e);
    lostBy(told);
    return told;
  }

  private void lostBy(SQLException told) {
    if (kind != null && loss == null) {
      loss = told;
    }
  }

  /**
   * Returns what the borrower is told of a call that comes after the deadline: also what the
   * connection was lost by, which such a call, a rollback for example, would hide.
   */
  SQLTimeoutException tooLate() {
    SQLException lostBy = loss;
    return new SQLTimeoutException(
        "The deadline passed before this was sent: the server has not seen it, and the connection is "
            + (kind == null ? "usable" : "lost")
            + (lostBy == null ? "" : ": " + lostBy.getMessage()),
        "HYT00",
        lostBy);
  }

  private static String what(@Nullable SocketTimeoutException timeout, boolean deadline) {
    if (timeout instanceof NothingSentException) {
      return "The deadline passed, so nothing was sent and";
    }
    return deadline
        ? "The deadline passed before the database answered, so"
        : "The database did not answer in time, so";
  }
}
