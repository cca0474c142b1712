package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import dev.thaw.internal.jdbc.BorrowedConnection;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.mysql.ServerVariables;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.pool.ConnectionBag;
import dev.thaw.internal.pool.Permits;
import dev.thaw.internal.pool.PooledConnection;
import dev.thaw.internal.time.Clock;
import dev.thaw.internal.time.Moment;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Lends connections: an idle one that can be trusted, or one that the caller's thread opens under
 * its permit and keeps. Thread-safe.
 */
final class ConnectionPool {
  // How often a caller looks again that finds every room taken: a connection is being closed.
  private static final long SLICE_MILLIS = 5;
  private static final Duration CANCEL_LIMIT = Duration.ofMillis(250);

  private final ProviderSettings.Pool limits;
  private final Clock clock;
  private final Shared shared;
  private final Connector connector;
  private final ConnectionBag bag;
  private final Permits permits;
  private final UnfinishedStatements unfinished = new UnfinishedStatements();
  private final Retirement retirement;
  private final Fitness fitness;
  private final Returns returns;
  private final Cancellation cancellation;
  private volatile long activeGeneration = -1;

  ConnectionPool(Shared shared, Logins logins, ServerVariables variables) {
    ProviderSettings settings = shared.settings();
    this.limits = settings.pool();
    this.clock = settings.clock();
    this.shared = shared;
    this.connector = new Connector(shared, logins);
    this.bag = new ConnectionBag(limits.maxSize(), limits.minIdle());
    this.permits = new Permits(limits.maxSize());
    this.retirement = new Retirement(bag, variables, unfinished, shared.telemetry());
    this.fitness = new Fitness(shared, permits);
    this.returns = new Returns(shared, bag, permits, retirement, fitness);
    this.cancellation = new Cancellation(bag, retirement, logins);
  }

  /**
   * Returns a connection.
   *
   * @param start when the get began
   * @param bounds bounds the get and the use
   * @param retry whether to try again to connect where that may help
   */
  BorrowedConnection get(Moment start, Bounds bounds, boolean retry) throws SQLException {
    shared.lifecycle().requireUsable();
    BorrowedConnection lent;
    if (permits.tryAcquire()) {
      lent = underPermit(start, bounds, retry, null);
    } else {
      Acquisition acquisition = acquisition(start, bounds.get(), retry);
      awaitPermit(acquisition);
      lent = underPermit(clock.now(), bounds, retry, acquisition);
    }
    shared.telemetry().acquired(start);
    return lent;
  }

  private BorrowedConnection underPermit(
      Moment now, Bounds bounds, boolean retry, @Nullable Acquisition waited) throws SQLException {
    Deadline given = bounds.get();
    BorrowedConnection lent = null;
    try {
      // Without time for a check, an idle connection would be taken for a dead one.
      if (given == null || !given.hasPassed()) {
        lent = idle(now, waited == null ? given : waited.deadline(), bounds.use());
      }
      if (lent == null) {
        lent = open(waited == null ? acquisition(now, given, retry) : waited, bounds.use());
      }
      return lent;
    } finally {
      if (lent == null) {
        permits.release();
      }
    }
  }

  /** Begins what a get does that must wait for something. */
  private Acquisition acquisition(Moment start, @Nullable Deadline given, boolean retry) {
    long passed = clock.nanos() - start.nanos();
    Duration left = limits.acquireTimeout().minusNanos(passed);
    Deadline deadline =
        given != null ? given : Deadline.after(left.isNegative() ? Duration.ZERO : left);
    return new Acquisition(
        deadline, given != null, retry, new PhaseTimes(System.nanoTime() - passed));
  }

  private void awaitPermit(Acquisition acquisition) throws SQLException {
    acquisition.times().enter(ConnectPhase.POOL);
    shared.telemetry().waited();
    try {
      if (!permits.acquire(acquisition.deadline())) {
        throw failed(
            shared.failures().exhausted(acquisition.times(), bag.longestUseMillis(clock.now())),
            acquisition);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(shared.failures().interrupted(acquisition.times(), e), acquisition);
    }
    try {
      shared.lifecycle().requireUsable();
    } catch (SQLException e) {
      permits.release();
      throw e;
    }
  }

  private <E extends SQLException> E failed(E failure, Acquisition acquisition) {
    shared.telemetry().failed(failure);
    if (failure instanceof SQLTimeoutException) {
      shared.telemetry().deadlineMissed(acquisition.times());
    }
    return failure;
  }

  private @Nullable BorrowedConnection idle(
      Moment start, @Nullable Deadline deadline, @Nullable Deadline bound) {
    Moment now = start;
    PooledConnection connection = bag.takeIdle();
    while (connection != null) {
      BorrowedConnection lent = trusted(connection, now, deadline, bound);
      if (lent != null) {
        return lent;
      }
      now = clock.now();
      connection = bag.takeIdle();
    }
    return null;
  }

  /**
   * Lends a connection that the calling thread has taken, or closes it and returns {@code null}.
   */
  private @Nullable BorrowedConnection trusted(
      PooledConnection connection,
      Moment now,
      @Nullable Deadline deadline,
      @Nullable Deadline bound) {
    RetireReason reason = RetireReason.BROKEN;
    try {
      reason = fitness.beforeUse(connection, now, deadline);
      if (reason != null) {
        return null;
      }
      reason = RetireReason.BROKEN;
      BorrowedConnection lent = lend(connection, now, deadline, bound);
      if (lent != null) {
        reason = null;
        shared.telemetry().reused(connection);
      }
      return lent;
    } finally {
      if (reason != null) {
        retire(connection, reason);
      }
    }
  }

  /** Lends a connection; {@code null} if it is of no use, or was closed meanwhile. */
  private @Nullable BorrowedConnection lend(
      PooledConnection connection,
      Moment now,
      @Nullable Deadline deadline,
      @Nullable Deadline bound) {
    PhysicalConnection physical = connection.physical();
    if (physical != null && !unfinished.isEmpty()) {
      unfinished.end(physical, deadline);
      if (physical.fault() != null) {
        retirement.retire(connection, RetireReason.BROKEN);
        // This one included: the next connection might fail in the same way, and time is short.
        unfinished.forget();
        return null;
      }
    }
    try {
      return connection.lend(now, bound);
    } catch (SQLException e) {
      shared.telemetry().detail("The connection cannot be lent", connection, e);
      return null;
    }
  }

  private void retire(PooledConnection connection, RetireReason reason) {
    retirement.retire(connection, reason);
    if (reason == RetireReason.NO_ANSWER) {
      // Each silent connection would cost a ping's whole time; a new one costs less.
      retirement.retireAllIdle(RetireReason.SUSPECT);
    } else if (reason == RetireReason.CLOSED_BY_SERVER) {
      bag.suspectIdle();
    }
  }

  /** Returns a connection that this thread opens, or one that comes back at this very moment. */
  private BorrowedConnection open(Acquisition acquisition, @Nullable Deadline bound)
      throws SQLException {
    try {
      while (true) {
        if (acquisition.deadline().hasPassed()) {
          throw shared.failures().timeout(acquisition.times(), null);
        }
        BorrowedConnection lent =
            bag.reserveRoom() ? opened(acquisition, bound) : returned(acquisition, bound);
        if (lent != null) {
          return lent;
        }
      }
    } catch (SQLException e) {
      throw failed(e, acquisition);
    }
  }

  /** Waits a moment for a connection that comes back, or for one that is being closed. */
  private @Nullable BorrowedConnection returned(Acquisition acquisition, @Nullable Deadline bound)
      throws SQLException {
    acquisition.times().enter(ConnectPhase.POOL);
    shared.lifecycle().requireUsable();
    Moment now = clock.now();
    PooledConnection connection = bag.take(SLICE_MILLIS);
    if (connection != null) {
      return trusted(connection, now, acquisition.deadline(), bound);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw shared.failures().interrupted(acquisition.times(), null);
    }
    return null;
  }

  private @Nullable BorrowedConnection opened(Acquisition acquisition, @Nullable Deadline bound)
      throws SQLException {
    long generation = shared.lifecycle().generation();
    PooledConnection connection = null;
    try {
      shared.lifecycle().requireUsable(generation);
      connection = newConnection(acquisition);
    } finally {
      if (connection == null) {
        bag.cancelRoom();
      }
    }
    bag.add(connection);
    BorrowedConnection lent = null;
    boolean kept = false;
    try {
      shared.lifecycle().requireUsable(generation);
      activeGeneration = generation;
      if (acquisition.deadline().hasPassed()) {
        // What is open is kept for the next caller.
        bag.giveBack(connection);
        kept = true;
        throw shared.failures().timeout(acquisition.times(), null);
      }
      lent = lend(connection, connection.openedAt(), acquisition.deadline(), bound);
      return lent;
    } finally {
      if (lent == null && !kept) {
        retirement.retire(connection, shared.lifecycle().reason(generation));
      }
    }
  }

  private PooledConnection newConnection(Acquisition acquisition) throws SQLException {
    Connector.Opened opened = connector.open(acquisition);
    PhysicalConnection physical = opened.connection();
    PooledConnection connection =
        new PooledConnection(physical, opened.credentialsSequence(), opened.openedAt(), returns);
    physical
        .session()
        .canceller(limit -> cancellation.cancel(physical, limit), limits.use().queryTimeout());
    physical.onClose(() -> returns.closed(connection));
    return connection;
  }

  /** Returns whether a connection has been opened since the start, or since a restore. */
  boolean isActive() {
    return shared.lifecycle().isUsable(activeGeneration);
  }

  void copyTo(ProviderStats.Builder stats) {
    stats.active(bag.active()).idle(bag.idle()).waiting(permits.waiting());
  }

  /** Lets every caller through that waits, which then finds the provider closed. */
  void endWaiting() {
    permits.end();
  }

  /** Ends what runs at the server: it would go on without a client. */
  void cancelRunning() {
    cancellation.cancelAll(CANCEL_LIMIT);
  }

  /** Closes every connection, those in use too, and forgets every secret. */
  void closeAll(RetireReason reason) {
    connector.forget();
    retirement.retireAll(reason);
    unfinished.forget();
  }
}
