package dev.thaw.internal.provider;

import static dev.thaw.internal.settings.BuilderSettings.ACQUIRE_TIMEOUT;
import static dev.thaw.internal.settings.BuilderSettings.MAX_LIFETIME;

import dev.thaw.Deadline;
import dev.thaw.RetireReason;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.pool.ConnectionBag;
import dev.thaw.internal.pool.Liveness;
import dev.thaw.internal.pool.PooledConnection;
import dev.thaw.internal.time.Moment;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Decides whether a connection may be lent, and whether it is kept at return. Thread-safe. */
final class Fitness {
  private final long maxLifetimeMillis;
  private final Duration acquireTimeout;
  private final CredentialsTracker tracker;
  private final ServerCapacity capacity;
  private final ConnectionBag bag;
  private final Telemetry telemetry;

  Fitness(Shared shared, ConnectionBag bag) {
    ProviderSettings settings = shared.settings();
    this.maxLifetimeMillis = settings.get(MAX_LIFETIME).toMillis();
    this.acquireTimeout = settings.get(ACQUIRE_TIMEOUT);
    this.tracker = shared.tracker();
    this.capacity = shared.capacity();
    this.telemetry = shared.telemetry();
    this.bag = bag;
  }

  /**
   * Returns why an idle connection must not be lent, or {@code null} if it may be.
   *
   * @param deadline the end of the get; {@code null} if it has only just begun
   */
  @Nullable RetireReason beforeUse(
      PooledConnection connection, Moment now, @Nullable Deadline deadline) {
    RetireReason reason = outdated(connection);
    if (reason != null) {
      return reason;
    }
    return hasExpired(connection, now)
        ? RetireReason.EXPIRED
        : Liveness.check(connection, now, deadline, acquireTimeout);
  }

  /**
   * Returns whether idle connections are to be closed for others, which is noted: the server is
   * short of them, and this environment has none in use, so it may be frozen next. One whose
   * threads go on would only have to connect again.
   */
  boolean givesUp() {
    if (!capacity.isShort() || !bag.areIdle()) {
      return false;
    }
    capacity.gaveUp();
    return true;
  }

  /** Returns why a connection is to be closed whatever its age, or {@code null}. */
  @Nullable RetireReason outdated(PooledConnection connection) {
    RetireReason unfit = connection.unfitReason();
    if (unfit != null) {
      return unfit;
    }
    return connection.credentialsSequence() < tracker.provenSequence()
        ? RetireReason.CREDENTIALS_ROTATED
        : null;
  }

  /** Returns whether a connection has been open for longer than any is kept. */
  boolean hasExpired(PooledConnection connection, Moment now) {
    return maxLifetimeMillis > 0 && now.millisSince(connection.openedAt()) > maxLifetimeMillis;
  }

  /** Asks the server how full it is, if that is due. */
  void askForLoad(PhysicalConnection connection, Moment now) {
    if (!capacity.isDue(now)) {
      return;
    }
    try {
      capacity.ask(connection, now);
    } catch (SQLException e) {
      connection.session().failed(e);
      telemetry.detail("The server's load is not known", connection, e);
    }
  }

  /** Reports a session that could not be brought back to its base. */
  void notRestored(PooledConnection connection, Exception cause) {
    telemetry.detail("The session cannot be restored", connection, cause);
  }
}
