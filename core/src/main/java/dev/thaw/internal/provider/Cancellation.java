package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.RetireReason;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.mysql.ServerThread;
import dev.thaw.internal.pool.ConnectionBag;
import dev.thaw.internal.pool.PooledConnection;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Ends statements that run at the server, over an idle connection or one of its own: with the
 * credentials of now, while the driver would log in with those that opened the connection.
 *
 * <p>Thread-safe.
 */
final class Cancellation {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final ConnectionBag bag;
  private final Retirement retirement;
  private final Logins logins;

  Cancellation(ConnectionBag bag, Retirement retirement, Logins logins) {
    this.bag = bag;
    this.retirement = retirement;
    this.logins = logins;
  }

  /**
   * Ends the statement that a connection runs; the session stays.
   *
   * @param bound bounds it, beside a limit of its own
   * @throws SQLException if that is not possible
   */
  void cancel(PhysicalConnection target, @Nullable Deadline bound) throws SQLException {
    ServerThread thread = target.thread();
    Deadline deadline =
        bound != null && bound.remaining().compareTo(LIMIT) < 0 ? bound : Deadline.after(LIMIT);
    if (!end(List.of(thread), deadline)) {
      throw new SQLNonTransientException(
          "The statement cannot be ended at the server: no connection leads to the same server,"
              + " as behind a proxy that shares connections");
    }
  }

  /** Ends all statements that run, as far as the time allows; failures are ignored. */
  void cancelAll(Duration limit) {
    List<ServerThread> running =
        bag.all().stream()
            .map(PooledConnection::physical)
            .filter(Objects::nonNull)
            .filter(PhysicalConnection::endStatement)
            .map(PhysicalConnection::thread)
            .toList();
    if (running.isEmpty()) {
      return;
    }
    try {
      end(running, Deadline.after(limit));
    } catch (SQLException e) {
      // They end when the server notices that their client is gone.
      return;
    }
  }

  private boolean end(List<ServerThread> running, Deadline deadline) throws SQLException {
    PooledConnection idle = bag.reserveIdle();
    if (idle != null && endOverIdle(running, deadline, idle)) {
      return true;
    }
    PhysicalConnection own = logins.connect(deadline).connection();
    try {
      own.deadline(deadline);
      return end(running, own);
    } finally {
      own.close();
    }
  }

  private boolean endOverIdle(
      List<ServerThread> running, Deadline deadline, PooledConnection idle) {
    PhysicalConnection physical = idle.physical();
    boolean ended = false;
    try {
      if (physical != null && physical.isPeerOpen()) {
        physical.deadline(deadline);
        ended = end(running, physical);
        physical.deadline(null);
        retirement.unreserve(idle);
        return ended;
      }
    } catch (SQLException | RuntimeException e) {
      // Not one to be lent again; another connection may do it.
    }
    retirement.retireReserved(idle, RetireReason.CLOSED_BY_SERVER);
    return false;
  }

  private static boolean end(List<ServerThread> running, PhysicalConnection over)
      throws SQLException {
    boolean all = true;
    for (ServerThread thread : running) {
      all &= over.kill(thread, false);
    }
    return all;
  }
}
