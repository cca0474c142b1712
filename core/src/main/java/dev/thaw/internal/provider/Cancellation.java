package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.RetireReason;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.pool.ConnectionBag;
import dev.thaw.internal.pool.PooledConnection;
import dev.thaw.internal.provider.Acquisition.Purpose;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends statements that run at the server, over an idle connection or one of its own: with the
 * credentials of now, while the driver would log in with those that opened the connection.
 *
 * <p>Thread-safe.
 */
final class Cancellation {
  private static final Duration LIMIT = Duration.ofSeconds(2);
  // A round trip inside one region takes a millisecond. An idle connection may have gone silent.
  private static final Duration IDLE_LIMIT = Duration.ofMillis(250);

  private final ConnectionBag bag;
  private final Retirement retirement;
  private final UnfinishedStatements unfinished;
  private final Logins logins;
  // At most one connection beyond the pool's size.
  private final Semaphore own = new Semaphore(1, true);

  Cancellation(
      ConnectionBag bag, Retirement retirement, UnfinishedStatements unfinished, Logins logins) {
    this.bag = bag;
    this.retirement = retirement;
    this.unfinished = unfinished;
    this.logins = logins;
  }

  /**
   * Ends the statement that a connection runs; the session stays.
   *
   * @param bound bounds it, beside a limit of its own
   * @throws SQLException if that is not possible
   */
  void cancel(PhysicalConnection target, @Nullable Deadline bound) throws SQLException {
    Deadline limit = Deadline.after(LIMIT);
    Work work = over -> end(List.of(target), over);
    Deadline end = bound == null ? limit : limit.minimum(bound);
    if (!run(work, end, Purpose.CANCEL)) {
      throw new SQLNonTransientException(
          "The statement cannot be ended at the server, which shows no such connection to this"
              + " user: the connection has ended, its user was another one, or a proxy shares"
              + " connections");
    }
  }

  /**
   * Ends all statements that run, and those of connections that were closed before, as far as the
   * time allows; failures are ignored.
   */
  void cancelAll(Duration limit) {
    List<PhysicalConnection> running = new ArrayList<>();
    for (PooledConnection connection : bag.all()) {
      PhysicalConnection physical = connection.physical();
      if (physical != null && physical.fault() == FailureKind.TIMEOUT) {
        // Its borrower has seen its query end, and not yet given it back.
        unfinished.add(physical);
      } else if (physical != null && physical.endStatement()) {
        running.add(physical);
      }
    }
    if (running.isEmpty() && unfinished.count() == 0) {
      return;
    }
    Deadline deadline = Deadline.after(limit);
    try {
      run(
          over -> {
            boolean all = end(running, over);
            unfinished.end(over, deadline);
            return all;
          },
          deadline,
          Purpose.CANCEL_ALL);
    } catch (SQLException e) {
      // They end when the server notices that their client is gone.
      return;
    }
  }

  /** Does something over an idle connection, or over one of its own if that does not succeed. */
  private boolean run(Work work, Deadline deadline, Purpose purpose) throws SQLException {
    PooledConnection idle = bag.reserveIdle();
    if (idle != null && runOverIdle(work, deadline, idle)) {
      return true;
    }
    if (!acquireOwn(deadline)) {
      throw new SQLTimeoutException(
          "The statement cannot be ended at the server: others are being ended", "HYT00");
    }
    try {
      PhysicalConnection connection = logins.connect(deadline, purpose).connection();
      try {
        connection.deadline(deadline);
        return work.over(connection);
      } finally {
        connection.close();
      }
    } finally {
      own.release();
    }
  }

  private boolean acquireOwn(Deadline deadline) {
    try {
      return own.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean runOverIdle(Work work, Deadline deadline, PooledConnection idle) {
    PhysicalConnection physical = idle.physical();
    try {
      if (physical != null && physical.isPeerOpen()) {
        physical.deadline(Deadline.after(IDLE_LIMIT).minimum(deadline));
        boolean ended = work.over(physical);
        if (physical.fault() == null) {
          physical.deadline(null);
          retirement.unreserve(idle);
          return ended;
        }
      }
    } catch (SQLException | RuntimeException e) {
      // Not one to be lent again; another connection may do it.
    }
    retirement.retireReserved(idle, RetireReason.CLOSED_BY_SERVER);
    return false;
  }

  private static boolean end(List<PhysicalConnection> running, PhysicalConnection over)
      throws SQLException {
    boolean all = true;
    for (PhysicalConnection target : running) {
      target.killSent();
      boolean ended = false;
      try {
        all &= over.kill(target.thread(), false);
        ended = true;
      } finally {
        // A KILL without an answer may come later, to whatever the session then executes.
        if (ended || over.fault() == null) {
          target.killAnswered();
        }
      }
    }
    return all;
  }

  /** What is done at the server over a connection. */
  @FunctionalInterface
  private interface Work {
    /** Does it; false if the server did not know what is meant. */
    boolean over(PhysicalConnection connection) throws SQLException;
  }
}
