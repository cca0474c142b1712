package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.HealthReport;
import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.net.SocketRegistry;
import dev.thaw.internal.net.TlsSettings;
import dev.thaw.internal.pool.HikariConnections;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives out connections: one that is idle and can be trusted, or one that the caller's own thread
 * opens.
 *
 * <p>Safe for use by several threads.
 */
public final class Provider {
  private static final Logger LOG = LoggerFactory.getLogger("dev.thaw.ConnectionProvider");
  private static final Duration CHECK_LIMIT = Duration.ofSeconds(5);

  private final ProviderSettings settings;
  private final Instants.Clock clock;
  private final Slots slots;
  private final ConnectionSet open;
  private final TlsSettings tls;
  private final SocketRegistry connecting = new SocketRegistry();
  private final CredentialsTracker tracker = new CredentialsTracker();
  private final Counters counters = new Counters();
  private final Lifecycle lifecycle = new Lifecycle();
  private final LastFailure lastFailure = new LastFailure();
  private final Pressure pressure;
  private final Events events;
  private final Failures failures;
  private volatile @Nullable Lender lender;

  /** Creates the provider; does no I/O and starts no thread. */
  public Provider(ProviderSettings settings) {
    this.settings = settings;
    this.clock = new Instants.Clock(settings.wallClock(), settings.nanoClock());
    this.slots = new Slots(settings.maxSize());
    this.open = new ConnectionSet(settings.maxSize(), settings.minIdle(), settings.idleTimeout());
    this.tls = new TlsSettings(settings.sslMode(), settings.sslCa());
    this.pressure = new Pressure(clock, settings.giveBackWhenFull());
    this.events = new Events(settings.name(), settings.listener());
    this.failures = new Failures(settings.name(), () -> stats().toString());
  }

  /** Registers for checkpoints; apart from the constructor since it hands out this object. */
  public void start() {
    lifecycle.onCheckpoint(this::beforeCheckpoint, this::afterRestore);
  }

  /** Returns a connection within the acquire timeout. */
  public Connection get() throws SQLException {
    return get(null, true);
  }

  /**
   * Returns what is left of the acquire timeout; made only by a get that must wait for something.
   */
  private Deadline acquireDeadline(long start) {
    Duration left = settings.acquireTimeout().minusNanos(clock.nanos() - start);
    return Deadline.after(left.isNegative() ? Duration.ZERO : left);
  }

  /** Returns a connection within the deadline, which bounds its use too. */
  public Connection get(Deadline deadline) throws SQLException {
    return get(deadline, true);
  }

  private Connection get(@Nullable Deadline given, boolean retry) throws SQLException {
    long start = clock.nanos();
    long now = start;
    Deadline deadline = given;
    failures.requireUsable(lifecycle);
    PhaseTimes times = null;
    BorrowedConnection connection = null;
    boolean slot = slots.tryAcquire();
    try {
      if (!slot) {
        times = new PhaseTimes();
        deadline = deadline == null ? acquireDeadline(start) : deadline;
        slot = awaitSlot(deadline, times);
        now = clock.nanos();
        failures.requireUsable(lifecycle);
      }
      if (deadline != null && deadline.hasPassed()) {
        // No time to check an idle connection in: it would be taken for a dead one.
        times = times == null ? new PhaseTimes() : times;
        throw failures.timeout(times, null);
      }
      Lender present = lender;
      connection = present == null ? null : present.idle(now, deadline);
      if (connection == null) {
        times = times == null ? new PhaseTimes() : times;
        deadline = deadline == null ? acquireDeadline(start) : deadline;
        connection = lender().open(deadline, times, retry);
      }
    } catch (SQLException e) {
      lastFailure.record(e, settings.wallClock().instant());
      if (e instanceof SQLTimeoutException && times != null) {
        events.deadlineMissed(Duration.ofMillis(times.totalMillis()));
      }
      throw e;
    } finally {
      if (connection == null && slot) {
        slots.release();
      }
    }
    if (given != null) {
      connection.bound(given);
    }
    return connection;
  }

  private boolean awaitSlot(Deadline deadline, PhaseTimes times) throws SQLException {
    times.enter(ConnectPhase.POOL);
    counters.waited();
    try {
      if (slots.acquire(deadline)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failures.interrupted(times, e);
    }
    throw failures.timeout(times, null);
  }

  private Lender lender() throws SQLException {
    Lender present = lender;
    if (present != null) {
      return present;
    }
    synchronized (this) {
      failures.requireUsable(lifecycle);
      present = lender;
      if (present == null) {
        present = newLender();
        lender = present;
        lifecycle.onShutdown(this::close);
      }
      return present;
    }
  }

  private Lender newLender() {
    HikariConnections pool = new HikariConnections(settings.name(), settings.maxSize());
    Connector connector =
        new Connector(
            settings, tls, connecting, pool::prepare, tracker, counters, events, failures);
    Opener opener =
        new Opener(
            settings, clock, connector, tracker, lifecycle, pressure, counters, events, failures);
    return new Lender(
        settings, pool, opener, open, slots, clock, tracker, lifecycle, pressure, counters, events,
        failures);
  }

  /** Takes a connection and pings the server; throws nothing but a {@link VirtualMachineError}. */
  public HealthReport check() {
    long start = System.nanoTime();
    HealthReport.Builder report;
    try (Connection connection = get(checkDeadline(), false)) {
      report =
          connection.isValid((int) CHECK_LIMIT.toSeconds())
              ? HealthReport.success(since(start), stats())
              : HealthReport.failure(
                  FailureKind.BROKEN, "The server did not answer a ping", since(start), stats());
    } catch (SQLException | RuntimeException e) {
      report =
          HealthReport.failure(
              FailureKind.of(e), String.valueOf(e.getMessage()), since(start), stats());
    } catch (Error e) {
      report =
          HealthReport.failure(FailureKind.OTHER, failures.messageOf(e), since(start), stats());
    }
    return complete(report);
  }

  private Deadline checkDeadline() {
    Duration timeout = settings.acquireTimeout();
    return Deadline.after(timeout.compareTo(CHECK_LIMIT) < 0 ? timeout : CHECK_LIMIT);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private HealthReport complete(HealthReport.Builder report) {
    tracker
        .current()
        .ifPresent(
            credentials -> {
              credentials.version().ifPresent(report::credentialsVersion);
              credentials.staleSince().ifPresent(report::staleSince);
              Instant now = settings.wallClock().instant();
              credentials
                  .retrievedAt()
                  .ifPresent(at -> report.credentialsAge(Duration.between(at, now)));
            });
    lastFailure.copyTo(report);
    return report.build();
  }

  /** Tells whether a connection has been opened since the start, or since a restore. */
  public boolean isActive() {
    Lender present = lender;
    return present != null && present.isActive();
  }

  /** Returns the numbers as they are now. */
  public ProviderStats stats() {
    ProviderStats.Builder stats =
        ProviderStats.builder().maxSize(settings.maxSize()).waiting(slots.waiting());
    open.copyTo(stats);
    counters.copyTo(stats);
    return stats.build();
  }

  /**
   * Loads what a connection needs, and opens one if the database is in reach; throws nothing but a
   * {@link VirtualMachineError}.
   */
  public void warmUp() {
    try {
      tls.warmUp();
      lender();
    } catch (SQLException | IOException | RuntimeException e) {
      LOG.debug("{} - Warming up failed: {}", settings.name(), e.getMessage());
    } catch (Error e) {
      LOG.debug("Warming up failed: {}", failures.messageOf(e));
    }
    HealthReport report = check();
    LOG.debug("{} - Warmed up: {}", settings.name(), report);
  }

  private void beforeCheckpoint() {
    events.checkpoint();
    lifecycle.suspend();
    release(RetireReason.CHECKPOINT);
    LOG.debug("{} - Ready for the checkpoint", settings.name());
  }

  private void afterRestore() {
    connecting.reopen();
    lifecycle.resume();
    events.restored();
    LOG.debug("{} - Restored", settings.name());
  }

  /** Closes every connection and the credentials' source; idempotent. */
  public void close() {
    if (!lifecycle.close()) {
      return;
    }
    slots.end();
    release(RetireReason.PROVIDER_CLOSED);
    source(CredentialsSource::close, "be closed");
    LOG.debug("{} - Closed", settings.name());
  }

  private void release(RetireReason reason) {
    connecting.close();
    Lender former;
    synchronized (this) {
      former = lender;
      lender = null;
    }
    open.retireAll(reason);
    if (former != null) {
      former.close();
      // What was opened while the others were closed.
      open.retireAll(reason);
    }
    source(CredentialsSource::invalidate, "forget what it holds");
    tracker.forget();
    pressure.forget();
  }

  /** Does something with the source, which must not keep the provider from letting go. */
  private void source(Consumer<CredentialsSource> action, String what) {
    try {
      action.accept(settings.source());
    } catch (RuntimeException e) {
      LOG.warn("{} - The source of the credentials could not {}", settings.name(), what, e);
    }
  }
}
