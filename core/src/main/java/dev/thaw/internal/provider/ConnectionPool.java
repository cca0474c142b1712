package dev.thaw.internal.provider;

import static dev.thaw.internal.settings.BuilderSettings.ACQUIRE_TIMEOUT;
import static dev.thaw.internal.settings.BuilderSettings.MAX_SIZE;
import static dev.thaw.internal.settings.BuilderSettings.MIN_IDLE;
import static dev.thaw.internal.settings.BuilderSettings.QUERY_TIMEOUT;

import dev.thaw.Deadline;
import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import dev.thaw.internal.jdbc.BorrowedConnection;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.mysql.ServerVariables;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.pool.ConnectionBag;
import dev.thaw.internal.pool.PooledConnection;
import dev.thaw.internal.pool.Waiters;
import dev.thaw.internal.provider.Acquisition.Purpose;
import dev.thaw.internal.time.Clock;
import dev.thaw.internal.time.Moment;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Lends connections: an idle one that can be trusted, or one that the caller's thread opens and
 * keeps. Thread-safe.
 */
final class ConnectionPool {
  private static final Duration CANCEL_LIMIT = Duration.ofMillis(250);

  private final Duration acquireTimeout;
  private final Duration queryTimeout;
  private final Clock clock;
  private final Shared shared;
  private final Logins logins;
  private final Connector connector;
  private final ConnectionBag bag;
  private final Waiters waiters = new Waiters();
  private final UnfinishedStatements unfinished;
  private final Retirement retirement;
  private final Fitness fitness;
  private final Returns returns;
  private final Cancellation cancellation;
  private volatile long activeGeneration = -1;

  ConnectionPool(Shared shared, Logins logins, ServerVariables variables) {
    ProviderSettings settings = shared.settings();
    this.acquireTimeout = settings.get(ACQUIRE_TIMEOUT);
    this.queryTimeout = settings.get(QUERY_TIMEOUT);
    this.clock = settings.clock();
    this.shared = shared;
    this.logins = logins;
    this.connector = new Connector(shared, logins);
    this.bag = new ConnectionBag(waiters, settings.get(MAX_SIZE), settings.get(MIN_IDLE));
    this.unfinished = new UnfinishedStatements(clock, shared.capacity()::isShared);
    this.retirement = new Retirement(bag, variables, unfinished, shared.telemetry());
    this.fitness = new Fitness(shared, bag);
    this.returns = new Returns(shared, bag, retirement, fitness);
    this.cancellation = new Cancellation(bag, retirement, unfinished, logins);
  }

  /**
   * Returns a connection.
   *
   * @param start when the get began
   * @param bounds bounds the get and the use
   * @param purpose what the connection is for
   */
  BorrowedConnection get(Moment start, Bounds bounds, Purpose purpose) throws SQLException {
    shared.lifecycle().requireUsable();
    Deadline given = bounds.get();
    boolean mayTake = waiters.mayPass();
    BorrowedConnection lent = null;
    // Without time for a check, an idle connection would be taken for a dead one.
    if (mayTake && (given == null || !given.hasPassed())) {
      PooledConnection idle = bag.takeIdle();
      lent = idle == null ? null : trusted(idle, start, given, bounds.use());
    }
    if (lent == null) {
      lent = waitOrOpen(acquisition(start, given, purpose), bounds.use(), mayTake);
    }
    boolean told = false;
    try {
      shared.telemetry().acquired(start);
      told = true;
      return lent;
    } finally {
      if (!told) {
        // A clock of the application's has thrown an exception.
        lent.close();
      }
    }
  }

  /** Begins what a get does that must wait for something. */
  private Acquisition acquisition(Moment start, @Nullable Deadline given, Purpose purpose) {
    long passed = clock.nanos() - start.nanos();
    Duration left = acquireTimeout.minusNanos(passed);
    Deadline deadline =
        given != null ? given : Deadline.after(left.isNegative() ? Duration.ZERO : left);
    return new Acquisition(
        deadline, given != null, purpose, new PhaseTimes(System.nanoTime() - passed));
  }

  private <E extends SQLException> E failed(E failure, Acquisition acquisition) {
    shared.telemetry().failed(failure);
    if (failure instanceof SQLTimeoutException) {
      shared.telemetry().deadlineMissed(acquisition.times());
    }
    return failure;
  }

  /**
   * Lends a connection that the calling thread has taken, or closes it and returns {@code null}.
   *
   * @param start when the get began; {@code null} if that is a while ago
   */
  private @Nullable BorrowedConnection trusted(
      PooledConnection connection,
      @Nullable Moment start,
      @Nullable Deadline deadline,
      @Nullable Deadline bound) {
    RetireReason reason = RetireReason.BROKEN;
    try {
      Moment now = start == null ? clock.now() : start;
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
    if (physical != null && unfinished.isDue()) {
      unfinished.end(physical, deadline);
      if (physical.fault() != null) {
        retirement.retire(connection, RetireReason.BROKEN);
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

  /**
   * Returns a connection that this thread opens, or one that comes back.
   *
   * @param mayTake whether to take what there is before waiting
   */
  private BorrowedConnection waitOrOpen(
      Acquisition acquisition, @Nullable Deadline bound, boolean mayTake) throws SQLException {
    try {
      boolean hasTurn = mayTake;
      while (true) {
        if (acquisition.deadline().hasPassed()) {
          throw shared.failures().timeout(acquisition.times(), null);
        }
        Claim claim = hasTurn ? claim() : null;
        BorrowedConnection lent =
            claimed(claim == null ? await(acquisition) : claim, acquisition, bound);
        if (lent != null) {
          return lent;
        }
        // One that has got a dead connection is not to wait behind all others again.
        hasTurn = true;
      }
    } catch (SQLException e) {
      throw failed(e, acquisition);
    }
  }

  private Claim await(Acquisition acquisition) throws SQLException {
    acquisition.times().enter(ConnectPhase.POOL);
    shared.telemetry().waited();
    try {
      Claim claim = waiters.await(acquisition.deadline(), this::claim);
      if (claim == null) {
        long longest = bag.longestUseMillis(clock.now());
        throw shared.failures().exhausted(acquisition.times(), bag.opening(), longest);
      }
      return claim;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw shared.failures().interrupted(acquisition.times(), e);
    }
  }

  /**
   * Takes an idle connection, or else a login that was left behind, or reserves room; returns
   * {@code null} if there is none of them.
   */
  private @Nullable Claim claim() throws SQLException {
    shared.lifecycle().requireUsable();
    PooledConnection idle = bag.takeIdle();
    PendingLogin former = idle == null ? logins.take() : null;
    return idle != null || former != null || bag.reserveRoom() ? new Claim(idle, former) : null;
  }

  private @Nullable BorrowedConnection claimed(
      Claim claim, Acquisition acquisition, @Nullable Deadline bound) throws SQLException {
    PooledConnection idle = claim.idle();
    return idle == null
        ? opened(acquisition, bound, claim.former())
        : trusted(idle, null, acquisition.deadline(), bound);
  }

  private @Nullable BorrowedConnection opened(
      Acquisition acquisition, @Nullable Deadline bound, @Nullable PendingLogin former)
      throws SQLException {
    long generation = shared.lifecycle().generation();
    Keeping keeping = new Keeping(acquisition, generation);
    Opening opening = new Opening(acquisition, keeping, former);
    Connector.Opened opened = null;
    PooledConnection idle = null;
    try {
      shared.lifecycle().requireUsable(generation);
      opened = connector.open(opening);
      if (opened == null) {
        idle = keeping.handOver();
      }
    } finally {
      keeping.giveBack();
      if (opened == null) {
        opening.cancel();
      }
      // What was left behind is for the next.
      waiters.wake();
    }
    if (opened != null) {
      return lendFirst(opened, generation, acquisition, bound);
    }
    return idle == null ? null : trusted(idle, null, acquisition.deadline(), bound);
  }

  /** Lends a connection that was just opened, or closes it and returns {@code null}. */
  private @Nullable BorrowedConnection lendFirst(
      Connector.Opened opened, long generation, Acquisition acquisition, @Nullable Deadline bound)
      throws SQLException {
    PooledConnection connection = pooled(opened);
    bag.add(connection);
    BorrowedConnection lent = null;
    boolean kept = false;
    try {
      report(opened, acquisition);
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

  private PooledConnection pooled(Connector.Opened opened) {
    PhysicalConnection physical = opened.connection();
    PooledConnection connection =
        new PooledConnection(physical, opened.credentialsSequence(), opened.openedAt(), returns);
    physical.session().canceller(limit -> cancellation.cancel(physical, limit), queryTimeout);
    physical.onClose(() -> returns.closed(connection));
    return connection;
  }

  /** Tells of a connection, which the pool has: a checkpoint closes it even if a listener waits. */
  private void report(Connector.Opened opened, Acquisition acquisition) {
    PhysicalConnection connection = opened.connection();
    shared
        .telemetry()
        .opened(connection, connection.endpoint().toString(), acquisition.times().totalMillis());
    if (opened.rotated()) {
      shared.telemetry().rotated(shared.tracker().current().flatMap(c -> c.version()));
    }
  }

  /** What the logins of one get ask of the pool. */
  private final class Keeping implements Opening.Keeper {
    private final Acquisition acquisition;
    private final long generation;
    private @Nullable PooledConnection idle;

    Keeping(Acquisition acquisition, long generation) {
      this.acquisition = acquisition;
      this.generation = generation;
    }

    @Override
    public boolean takesIdle() {
      if (idle == null) {
        idle = bag.takeIdle();
      }
      return idle != null;
    }

    /** Returns the idle connection that was taken, if any, which the caller has then. */
    @Nullable PooledConnection handOver() {
      PooledConnection taken = idle;
      idle = null;
      return taken;
    }

    /** Gives the idle connection back that was taken and not handed over, if any. */
    void giveBack() {
      PooledConnection taken = handOver();
      if (taken != null) {
        bag.giveBack(taken);
      }
    }

    @Override
    public boolean reserveRoom() {
      return bag.reserveRoom();
    }

    @Override
    public void cancelRoom() {
      bag.cancelRoom();
    }

    @Override
    public void keep(Connector.Opened opened, boolean wanted) {
      PooledConnection connection = pooled(opened);
      bag.add(connection);
      if (shared.lifecycle().isUsable(generation)) {
        activeGeneration = generation;
        bag.giveBack(connection);
        if (!wanted) {
          returns.giveUp();
        }
      } else {
        retirement.retire(connection, shared.lifecycle().reason(generation));
      }
      report(opened, acquisition);
    }
  }

  /** Returns whether a connection has been opened since the start, or since a restore. */
  boolean isActive() {
    return shared.lifecycle().isUsable(activeGeneration);
  }

  void copyTo(ProviderStats.Builder stats) {
    stats.active(bag.active()).idle(bag.idle()).waiting(waiters.waiting());
  }

  /** Lets the callers that wait find that the provider is closed: each lets the next one look. */
  void endWaiting() {
    waiters.wake();
  }

  /** Returns how many statements that outlived their time may still run at the server. */
  int unfinished() {
    return unfinished.count();
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
