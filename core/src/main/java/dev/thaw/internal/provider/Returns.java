package dev.thaw.internal.provider;

import static dev.thaw.internal.settings.BuilderSettings.IDLE_TIMEOUT;
import static dev.thaw.internal.settings.BuilderSettings.SESSION_RESET;

import dev.thaw.Deadline;
import dev.thaw.RetireReason;
import dev.thaw.SessionReset;
import dev.thaw.internal.jdbc.BorrowedConnection;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.mysql.WritesInDoubtException;
import dev.thaw.internal.pool.ConnectionBag;
import dev.thaw.internal.pool.PooledConnection;
import dev.thaw.internal.time.Clock;
import dev.thaw.internal.time.Moment;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Takes connections back: brings the session back to its base, keeps the connection or closes it.
 */
final class Returns implements PooledConnection.Home {
  // For all of a return. With time left a rollback may take a while; after the deadline, and to
  // read what a streaming result has left, it is not worth more than a new connection costs.
  private static final Duration LIMIT = Duration.ofSeconds(1);
  // README allows 250 ms, the closing included; the first failure of a JVM loads 45 classes.
  private static final Duration SHORT_LIMIT = Duration.ofMillis(200);

  private final long idleTimeoutMillis;
  private final SessionReset sessionReset;
  private final Clock clock;
  private final Telemetry telemetry;
  private final ConnectionBag bag;
  private final Retirement retirement;
  private final Fitness fitness;

  Returns(Shared shared, ConnectionBag bag, Retirement retirement, Fitness fitness) {
    this.idleTimeoutMillis = shared.settings().get(IDLE_TIMEOUT).toMillis();
    this.sessionReset = shared.settings().get(SESSION_RESET);
    this.clock = shared.settings().clock();
    this.telemetry = shared.telemetry();
    this.bag = bag;
    this.retirement = retirement;
    this.fitness = fitness;
  }

  @Override
  public void release(PooledConnection connection, BorrowedConnection handle) throws SQLException {
    boolean done = false;
    long takenNanos = connection.takenNanos();
    try {
      PhysicalConnection physical = connection.physical();
      // Closed with the provider, or for a checkpoint, while it was in use.
      if (physical != null) {
        // Before the limits of the return take the deadline's place.
        tellMissedDeadline(physical, takenNanos);
        takeBack(connection, physical, handle);
      }
      done = true;
    } finally {
      if (!done) {
        retirement.retire(connection, RetireReason.BROKEN);
      }
      telemetry.returned(takenNanos);
    }
    giveUp();
  }

  /** Closes the idle connections for others, if the server is short of them. */
  void giveUp() {
    if (fitness.givesUp()) {
      retirement.retireAllIdle(RetireReason.SERVER_FULL);
    }
  }

  private void tellMissedDeadline(PhysicalConnection physical, long takenNanos) {
    if (physical.takeMissedDeadline()) {
      telemetry.deadlineMissedInUse(takenNanos);
    }
  }

  @Override
  public void abort(PooledConnection connection) {
    PhysicalConnection physical = connection.physical();
    if (physical != null) {
      tellMissedDeadline(physical, connection.takenNanos());
    }
    try {
      retirement.abort(connection);
    } finally {
      telemetry.returned(connection.takenNanos());
    }
  }

  /** Ends the borrow of a connection whose socket was closed through an object of the driver. */
  void closed(PooledConnection connection) {
    PhysicalConnection physical = connection.physical();
    BorrowedConnection handle = connection.exposed();
    if (physical == null || handle == null || physical.isExecuting()) {
      // A statement that fails says so to its borrower, who gives the connection back.
      return;
    }
    if (handle.end()) {
      tellMissedDeadline(physical, connection.takenNanos());
      try {
        retirement.retire(connection, RetireReason.BROKEN);
      } finally {
        telemetry.returned(connection.takenNanos());
      }
    }
  }

  private void takeBack(
      PooledConnection connection, PhysicalConnection physical, BorrowedConnection handle)
      throws WritesInDoubtException {
    if (physical.isExecuting()) {
      // Another thread has not ended: its statement would hit the next borrower.
      retirement.abort(connection);
      return;
    }
    if (physical.fault() == null && physical.session().isExposed()) {
      retirement.retire(connection, RetireReason.UNWRAPPED);
      return;
    }
    boolean used = physical.isTouched();
    boolean restored = restore(connection, physical, handle);
    if (physical.fault() != null) {
      retirement.failed(connection, physical.fault());
      return;
    }
    RetireReason unfit = restored ? fitness.outdated(connection) : RetireReason.BROKEN;
    if (unfit != null) {
      retirement.retire(connection, unfit);
    } else if (used) {
      keep(connection);
    } else {
      bag.giveBack(connection);
    }
  }

  /** Makes a connection idle after a use that has sent something. */
  private void keep(PooledConnection connection) {
    Moment now = clock.now();
    connection.usedAt(now);
    if (fitness.hasExpired(connection, now)) {
      retirement.retire(connection, RetireReason.EXPIRED);
    } else {
      bag.giveBack(connection);
      bag.trim(now, idleTimeoutMillis, retirement::retireIdle);
    }
  }

  /** Brings the session back to its base; false if that is not possible. */
  private boolean restore(
      PooledConnection connection, PhysicalConnection physical, BorrowedConnection handle)
      throws WritesInDoubtException {
    try {
      if (physical.fault() != null || (!physical.isTouched() && !handle.hasStatements())) {
        physical.unbound();
        return true;
      }
      if (physical.isClosed()) {
        return false;
      }
      Deadline end = end(physical.deadline());
      physical.deadline(sooner(end, SHORT_LIMIT));
      handle.closeStatements();
      physical.deadline(end);
      boolean restored = physical.restore(sessionReset);
      if (restored) {
        fitness.askForLoad(physical, clock.now());
      }
      physical.unbound();
      return restored;
    } catch (SQLException | RuntimeException e) {
      // The rollback or the reset was refused, as in an XA transaction, or was not answered: the
      // session's end does it. An unchecked exception comes out of a driver that is closed by
      // another thread meanwhile.
      if (e instanceof SQLException failure) {
        physical.session().failed(failure);
      }
      fitness.notRestored(connection, e);
      if (e instanceof WritesInDoubtException doubt) {
        throw doubt;
      }
      return false;
    }
  }

  private static Deadline end(@Nullable Deadline bound) {
    if (bound == null) {
      return Deadline.after(LIMIT);
    }
    return bound.hasPassed() ? Deadline.after(SHORT_LIMIT) : sooner(bound, LIMIT);
  }

  private static Deadline sooner(Deadline deadline, Duration limit) {
    return deadline.remaining().compareTo(limit) < 0 ? deadline : Deadline.after(limit);
  }
}
