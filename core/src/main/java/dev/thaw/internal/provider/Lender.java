package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.RetireReason;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.pool.HikariConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lends connections to callers that have a slot, and takes them back. Lives from the first get to a
 * checkpoint or the end. Safe for use by several threads.
 */
final class Lender {
  private static final Logger LOG = LoggerFactory.getLogger("dev.thaw.ConnectionProvider");
  // HikariCP may drop a request when many come at once; it is repeated then.
  private static final long CLAIM_SLICE_MILLIS = 20;
  private static final long RETURN_SLICE_MILLIS = 10;
  private static final long SHORT_USE_MILLIS = 1;
  // For all answers at return, such as that to a rollback, whatever the deadline of the use was.
  private static final Duration RETURN_LIMIT = Duration.ofMillis(250);

  private final ProviderSettings settings;
  private final HikariConnections pool;
  private final Opener opener;
  private final ConnectionSet open;
  private final Slots slots;
  private final Instants.Clock clock;
  private final CredentialsTracker tracker;
  private final Lifecycle lifecycle;
  private final Pressure pressure;
  private final Counters counters;
  private final Events events;
  private final Failures failures;
  private final long generation;
  private final long maxLifetimeMillis;
  private volatile boolean active;

  Lender(
      ProviderSettings settings,
      HikariConnections pool,
      Opener opener,
      ConnectionSet open,
      Slots slots,
      Instants.Clock clock,
      CredentialsTracker tracker,
      Lifecycle lifecycle,
      Pressure pressure,
      Counters counters,
      Events events,
      Failures failures) {
    this.settings = settings;
    this.pool = pool;
    this.opener = opener;
    this.open = open;
    this.slots = slots;
    this.clock = clock;
    this.tracker = tracker;
    this.lifecycle = lifecycle;
    this.pressure = pressure;
    this.counters = counters;
    this.events = events;
    this.failures = failures;
    this.generation = lifecycle.generation();
    this.maxLifetimeMillis = settings.maxLifetime().toMillis();
  }

  /**
   * Returns an idle connection that can be trusted, or {@code null}.
   *
   * @param nanos the monotonic clock, just read
   * @param deadline the end of the get; {@code null} if it has only just begun and may take the
   *     acquire timeout
   */
  @Nullable BorrowedConnection idle(long nanos, @Nullable Deadline deadline) throws SQLException {
    long now = nanos;
    while (true) {
      Connection proxy = pool.takeIdle(slots.taken());
      if (proxy == null) {
        return null;
      }
      BorrowedConnection trusted = trusted(proxy, now, deadline);
      if (trusted != null) {
        return trusted;
      }
      now = clock.nanos();
    }
  }

  private @Nullable BorrowedConnection trusted(
      Connection proxy, long nanos, @Nullable Deadline deadline) throws SQLException {
    ManagedConnection managed = proxy.unwrap(ManagedConnection.class);
    long use = managed.take();
    if (use < 0) {
      pool.evict(proxy);
      return null;
    }
    RetireReason reason = unfit(managed, nanos, deadline);
    if (reason == null) {
      // Not at the return: by then another thread may have the connection already.
      managed.physical().deadline(null);
      counters.reused();
      events.reused();
      LOG.debug("{} - Reusing the connection {}", settings.name(), managed);
      return new BorrowedConnection(this, proxy, managed, use);
    }
    boolean polite = reason == RetireReason.CREDENTIALS_ROTATED || reason == RetireReason.EXPIRED;
    managed.retire(reason, polite);
    pool.evict(proxy);
    if (reason == RetireReason.NO_ANSWER) {
      // Each silent connection would cost a ping's whole time; a new one costs less.
      open.retireIdle(RetireReason.SUSPECT);
    } else if (reason == RetireReason.CLOSED_BY_SERVER) {
      open.suspectIdle();
    }
    return null;
  }

  /** Returns why a connection must not be lent, or {@code null} if it may be. */
  private @Nullable RetireReason unfit(
      ManagedConnection managed, long nanos, @Nullable Deadline deadline) {
    RetireReason known = managed.unfitReason();
    if (known != null) {
      // Between the return to the pool and the end of its giver's look at it.
      return known;
    }
    if (managed.credentialsSequence() < tracker.provenSequence()) {
      return RetireReason.CREDENTIALS_ROTATED;
    }
    long wallMillis = clock.wallMillis();
    if (isExpired(managed, wallMillis, nanos)) {
      return RetireReason.EXPIRED;
    }
    managed.takenAt(wallMillis, nanos);
    return Liveness.check(managed, wallMillis, nanos, deadline, settings.acquireTimeout());
  }

  private boolean isExpired(ManagedConnection managed, long wallMillis, long nanos) {
    return maxLifetimeMillis > 0
        && managed.openedAt().millisUntil(wallMillis, nanos) > maxLifetimeMillis;
  }

  /** Returns a connection that this thread opens, or one that comes back at this very moment. */
  BorrowedConnection open(Deadline deadline, PhaseTimes times, boolean retry) throws SQLException {
    if (deadline.hasPassed()) {
      throw failures.timeout(times, null);
    }
    while (!open.reserve()) {
      BorrowedConnection returned = awaitReturned(deadline, times);
      if (returned != null) {
        return returned;
      }
    }
    ManagedConnection managed = null;
    try {
      Connector.Opened opened = opener.open(deadline, times, retry);
      managed =
          new ManagedConnection(
              opened.connection(), opened.credentialsSequence(), opener.now(), this::retired);
    } finally {
      if (managed == null) {
        open.giveUp();
      }
    }
    open.add(managed);
    BorrowedConnection adopted = adopt(managed, deadline, times);
    active = true;
    return adopted;
  }

  /** Tells whether a connection has been opened. */
  boolean isActive() {
    return active;
  }

  /**
   * Waits a moment for a connection. Called by who has a slot while as many connections are open as
   * may be: so one of them is on its way between a caller and the pool, or is being closed.
   */
  private @Nullable BorrowedConnection awaitReturned(Deadline deadline, PhaseTimes times)
      throws SQLException {
    times.enter(ConnectPhase.POOL);
    requireUsable();
    if (deadline.hasPassed()) {
      throw failures.timeout(times, null);
    }
    Connection proxy = pool.claim(RETURN_SLICE_MILLIS);
    if (proxy == null) {
      return null;
    }
    ManagedConnection managed = proxy.unwrap(ManagedConnection.class);
    return managed.isUnused()
        ? new BorrowedConnection(this, proxy, managed, managed.take())
        : trusted(proxy, clock.nanos(), deadline);
  }

  /** Hands an open connection to the pool, to get it back as one that the pool looks after. */
  private BorrowedConnection adopt(ManagedConnection managed, Deadline deadline, PhaseTimes times)
      throws SQLException {
    times.enter(ConnectPhase.POOL);
    Connection proxy = claim(managed, deadline, times);
    BorrowedConnection borrowed;
    if (proxy == null) {
      borrowed = idle(clock.nanos(), deadline);
    } else {
      ManagedConnection taken = proxy.unwrap(ManagedConnection.class);
      if (taken.isUnused()) {
        // This caller's own, or that of another one that hands over just now and will get this
        // caller's.
        return new BorrowedConnection(this, proxy, taken, taken.take());
      }
      // Somebody has given it back meanwhile; what was offered for this caller is left over.
      abandon(managed, RetireReason.UNCLAIMED);
      borrowed = trusted(proxy, clock.nanos(), deadline);
    }
    return borrowed != null ? borrowed : open(deadline, times, false);
  }

  /** Offers a connection for any; returns {@code null} if others have all that was offered. */
  private @Nullable Connection claim(ManagedConnection managed, Deadline deadline, PhaseTimes times)
      throws SQLException {
    pool.offer(managed);
    try {
      boolean repeat = true;
      while (true) {
        requireUsable();
        if (deadline.hasPassed()) {
          throw failures.timeout(times, null);
        }
        Connection proxy = pool.claim(CLAIM_SLICE_MILLIS);
        if (proxy != null) {
          return proxy;
        }
        if (!repeat) {
          managed.leave();
          return null;
        }
        // The last time, what was offered may just be on its way through the pool.
        repeat = pool.hasOffers();
      }
    } catch (SQLException e) {
      abandon(managed, unclaimedReason());
      throw e;
    } finally {
      pool.handedOver();
    }
  }

  private void requireUsable() throws SQLException {
    failures.requireUsable(lifecycle);
    if (lifecycle.generation() != generation) {
      throw failures.suspended();
    }
  }

  private RetireReason unclaimedReason() {
    if (lifecycle.isClosed()) {
      return RetireReason.PROVIDER_CLOSED;
    }
    return lifecycle.generation() == generation ? RetireReason.UNCLAIMED : RetireReason.CHECKPOINT;
  }

  /** Closes a connection that was offered and is not claimed, or leaves it to the pool. */
  private void abandon(ManagedConnection own, RetireReason reason) {
    if (pool.takeBack(own) instanceof ManagedConnection left) {
      left.retire(reason, true);
    } else {
      own.leave();
    }
  }

  /** Takes a connection back; called once for each one lent. */
  void giveBack(Connection proxy, ManagedConnection managed, long use) throws SQLException {
    PhysicalConnection physical = managed.physical();
    long nanos = clock.nanos();
    // A reading of the wall clock takes a tenth of a warm get and its close. In so short a use that
    // clock stood still, or the environment was frozen: then it is as if the use had ended before
    // the freeze, which the next borrow sees.
    long wallMillis =
        managed.isTakenWithin(SHORT_USE_MILLIS, nanos)
            ? managed.takenWallMillis()
            : clock.wallMillis();
    try {
      if (physical.fault() == null && !proxy.isClosed()) {
        physical.deadline(Deadline.after(RETURN_LIMIT).withReserve(Duration.ZERO));
        askForLoad(managed, wallMillis, nanos);
        resetCatalog(managed);
      }
      managed.usedAt(wallMillis, nanos);
      proxy.close();
    } catch (SQLException e) {
      if (physical.fault() == null) {
        // The rollback or the reset was refused, as in an XA transaction; the session's end does
        // it.
        managed.unfit(RetireReason.BROKEN);
        throw e;
      }
      // The application has had the failure already, or it came from the rollback, which the end of
      // the session does as well.
      LOG.debug("{} - The connection {} is broken at return", settings.name(), managed, e);
    } finally {
      if (physical.fault() != null) {
        managed.retire(managed.faultReason(), false);
        if (physical.fault() == FailureKind.READ_ONLY) {
          open.outdateAll();
        } else {
          open.suspectIdle();
        }
      } else {
        managed.giveBack(use);
        keepOrClose(managed, wallMillis, nanos);
      }
      slots.release();
    }
  }

  private void resetCatalog(ManagedConnection managed) {
    try {
      managed.resetCatalog();
    } catch (SQLException e) {
      // As when the schema was dropped meanwhile. The pool must have its connection back all the
      // same, to close it: one that never comes back would take up room for ever.
      managed.unfit(RetireReason.BROKEN);
      LOG.debug("{} - The connection {} cannot return to its schema", settings.name(), managed, e);
    }
  }

  private void keepOrClose(ManagedConnection managed, long wallMillis, long nanos) {
    RetireReason unfit = managed.unfitReason();
    if (unfit != null) {
      managed.retireIdle(unfit);
    } else if (pressure.isHigh(wallMillis, nanos)) {
      open.retireIdle(RetireReason.SERVER_FULL);
    } else if (isExpired(managed, wallMillis, nanos)) {
      managed.retireIdle(RetireReason.EXPIRED);
    } else if (managed.credentialsSequence() < tracker.provenSequence()) {
      managed.retireIdle(RetireReason.CREDENTIALS_ROTATED);
    } else {
      open.trim(wallMillis, nanos);
    }
  }

  private void askForLoad(ManagedConnection managed, long wallMillis, long nanos) {
    boolean due = pressure.isDue(wallMillis, nanos);
    if (!due && !(pressure.isAsking() && opener.isHeldBack())) {
      return;
    }
    Instants now = new Instants(wallMillis, nanos);
    try {
      // Inside a transaction the application's next statement could come to see another snapshot.
      if (managed.getAutoCommit()) {
        ServerLoad load = ServerLoad.of(managed.physical());
        opener.answered(load);
        if (due) {
          pressure.answered(load, now);
        }
      }
    } catch (SQLException e) {
      if (due) {
        pressure.answered(ServerLoad.UNKNOWN, now);
      }
      LOG.debug("{} - The server's load is not known: {}", settings.name(), e.getMessage());
    }
  }

  private void retired(ManagedConnection connection, RetireReason reason) {
    open.remove(connection);
    counters.retired(reason);
    events.retired(reason);
    LOG.debug("{} - Closed the connection {}: {}", settings.name(), connection, reason);
  }

  /** Ends the pool and forgets every secret. */
  void close() {
    pool.close();
    opener.forget();
  }
}
