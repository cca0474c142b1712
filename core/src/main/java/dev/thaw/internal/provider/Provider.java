package dev.thaw.internal.provider;

import static dev.thaw.internal.settings.BuilderSettings.ACQUIRE_TIMEOUT;
import static dev.thaw.internal.settings.BuilderSettings.GIVE_BACK_WHEN_FULL;
import static dev.thaw.internal.settings.BuilderSettings.HOST;
import static dev.thaw.internal.settings.BuilderSettings.MAX_SIZE;
import static dev.thaw.internal.settings.BuilderSettings.MIN_IDLE;
import static dev.thaw.internal.settings.BuilderSettings.SHUTDOWN_GRACE;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.HealthReport;
import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.internal.mysql.DriverConnector;
import dev.thaw.internal.mysql.ServerVariables;
import dev.thaw.internal.mysql.SessionDefaults;
import dev.thaw.internal.net.SocketRegistry;
import dev.thaw.internal.net.TcpConnector;
import dev.thaw.internal.net.TlsSettings;
import dev.thaw.internal.provider.Acquisition.Purpose;
import dev.thaw.internal.time.Moment;
import dev.thaw.internal.util.Causes;
import dev.thaw.internal.util.HiddenFailure;
import dev.thaw.internal.util.SupplierFailedException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lends connections of one pool through the life of its process. Thread-safe. */
public final class Provider {
  private static final Logger LOG = LoggerFactory.getLogger("dev.thaw.ConnectionProvider");
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final Duration CHECK_LIMIT = Duration.ofSeconds(5);

  // On 0.29 of a processor, which a function of 512 MB has, the first connect takes up to 5 s.
  private static final Duration SNAPSHOT_LIMIT = Duration.ofSeconds(10);

  private final ProviderSettings settings;
  private final CredentialsTracker tracker = new CredentialsTracker();
  private final SocketRegistry connecting = new SocketRegistry();
  private final TlsSettings tls;
  private final Duration acquireTimeout;
  private final ServerVariables variables;
  private final Lifecycle lifecycle;
  private final Shared shared;
  private volatile @Nullable ConnectionPool pool;
  private final Set<Rehearsal> rehearsals = ConcurrentHashMap.newKeySet();

  /** Creates the provider; does no I/O and starts no thread. */
  public Provider(ProviderSettings settings) {
    this.settings = settings;
    this.tls = settings.tls();
    this.acquireTimeout = settings.get(ACQUIRE_TIMEOUT);
    this.variables = new ServerVariables(settings.clock());
    this.lifecycle = new Lifecycle(settings.name());
    this.shared =
        new Shared(
            settings,
            lifecycle,
            tracker,
            new ServerCapacity(settings.clock(), settings.get(GIVE_BACK_WHEN_FULL)),
            new Telemetry(
                settings.name(), settings.get(MAX_SIZE), settings.clock(), settings.listeners()),
            new Failures(settings.name(), this::state));
  }

  /** Makes itself known; apart from the constructor since it hands out this object. */
  public void start() {
    lifecycle.onCheckpoint(this::beforeCheckpoint, this::afterRestore);
    shared.telemetry().started(this::stats);
  }

  /** Returns a connection within the acquire timeout and the deadline in force for the thread. */
  public Connection get() throws SQLException {
    Moment start = settings.clock().now();
    Deadline current = Deadline.current().orElse(null);
    try {
      return pool().get(start, Bounds.inForce(current, acquireTimeout), Purpose.USE);
    } catch (SQLException | RuntimeException e) {
      throwIfSupplierFailed(e);
      throw e;
    }
  }

  /** Returns a connection within the deadline, which bounds its use too. */
  public Connection get(Deadline deadline) throws SQLException {
    return get(deadline, Purpose.USE);
  }

  private Connection get(Deadline deadline, Purpose purpose) throws SQLException {
    Moment start = settings.clock().now();
    Deadline effective = Deadline.current().map(deadline::minimum).orElse(deadline);
    try {
      return pool().get(start, new Bounds(effective, effective), purpose);
    } catch (SQLException | RuntimeException e) {
      throwIfSupplierFailed(e);
      throw e;
    }
  }

  /** Tells of a deadline that cannot be asked in one way, wherever it was asked. */
  private void throwIfSupplierFailed(Exception e) throws SQLException {
    SupplierFailedException failure = Causes.find(e, SupplierFailedException.class);
    if (failure != null) {
      throw new SQLException(settings.name() + " - " + failure.getMessage(), "HY000", e);
    }
  }

  private ConnectionPool pool() throws SQLException {
    ConnectionPool present = pool;
    return present == null ? newPool() : present;
  }

  /** Creates the pool at the first get, so that building a provider needs no driver. */
  private synchronized ConnectionPool newPool() throws SQLException {
    lifecycle.requireUsable();
    ConnectionPool present = pool;
    if (present == null) {
      present = poolOf(shared, variables);
      pool = present;
      lifecycle.onShutdown(this::closeAtEnd);
    }
    return present;
  }

  /** Closes when the JVM ends, unless the application does in the time that is left to it. */
  private void closeAtEnd() {
    try {
      lifecycle.awaitClosed(settings.get(SHUTDOWN_GRACE).toMillis());
      close();
      // The JVM ends after its hooks, in the middle of a close on another thread.
      if (!lifecycle.awaitReleased(CLOSE_LIMIT.toMillis())) {
        LOG.warn(
            "{} - The JVM ends before all is closed: close the provider earlier", settings.name());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
    }
  }

  private ConnectionPool poolOf(Shared parts, ServerVariables known) {
    DriverConnector driver =
        new DriverConnector(
            settings.name(),
            tls,
            connecting,
            known,
            settings.driverProperties(),
            SessionDefaults.of(settings.values()));
    return new ConnectionPool(parts, new Logins(parts, driver), known);
  }

  /** Takes a connection and pings the server; throws nothing but a {@link VirtualMachineError}. */
  public HealthReport check() {
    return check(Deadline.after(atMost(CHECK_LIMIT)), Purpose.CHECK);
  }

  private HealthReport check(Deadline deadline, Purpose purpose) {
    long start = System.nanoTime();
    HealthReport.Builder report;
    try (Connection connection = get(deadline, purpose)) {
      report =
          connection.isValid((int) CHECK_LIMIT.toSeconds())
              ? HealthReport.success(since(start), stats())
              : HealthReport.failure(
                  FailureKind.BROKEN, "The server did not answer a ping", since(start), stats());
    } catch (SQLException e) {
      report =
          HealthReport.failure(
              FailureKind.of(e), String.valueOf(e.getMessage()), since(start), stats());
    } catch (RuntimeException e) {
      report =
          HealthReport.failure(
              FailureKind.of(e), shared.failures().messageOf(e), since(start), stats());
    } catch (Error e) {
      report =
          HealthReport.failure(
              FailureKind.OTHER, shared.failures().messageOf(e), since(start), stats());
    }
    return complete(report);
  }

  private Duration atMost(Duration limit) {
    return acquireTimeout.compareTo(limit) < 0 ? acquireTimeout : limit;
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
              Instant now = settings.clock().wall().instant();
              credentials
                  .retrievedAt()
                  .ifPresent(at -> report.credentialsAge(Duration.between(at, now)));
            });
    shared.telemetry().copyTo(report);
    return report.build();
  }

  /** Returns whether a connection has been opened since the start, or since a restore. */
  public boolean isActive() {
    ConnectionPool present = pool;
    return present != null && present.isActive();
  }

  /** Returns the numbers as they are now. */
  public ProviderStats stats() {
    ProviderStats.Builder stats =
        ProviderStats.builder().maxSize(settings.get(MAX_SIZE)).minIdle(settings.get(MIN_IDLE));
    shared.telemetry().copyTo(stats);
    ConnectionPool present = pool;
    if (present == null) {
      stats.active(0).idle(0).waiting(0);
    } else {
      present.copyTo(stats);
    }
    return stats.build();
  }

  /** Describes the pool for the messages of failures. */
  private String state() {
    ConnectionPool present = pool;
    int unfinished = present == null ? 0 : present.unfinished();
    return unfinished == 0
        ? stats().toString()
        : stats()
            + "; statements of "
            + unfinished
            + " former connections have outlived their time and may still run at the server: each"
            + " holds a connection there until it ends, or is killed over the next one opened here";
  }

  /**
   * Loads what a connection needs, and opens one if the database is in reach; before a snapshot
   * does so until it is compiled. Throws nothing but a {@link VirtualMachineError}.
   */
  public void warmUp() {
    attempt(
        () -> {
          tls.warmUp(settings.find(HOST));
          pool();
        });
    boolean snapshot = lifecycle.awaitsSnapshot();
    Deadline deadline = Deadline.after(atMost(snapshot ? SNAPSHOT_LIMIT : CHECK_LIMIT));
    HealthReport report = check(deadline, Purpose.WARM_UP);
    if (!report.success()) {
      LOG.warn("{} - Warmed up without a connection: {}", settings.name(), report.message());
      return;
    }
    LOG.debug("{} - Warmed up: {}", settings.name(), report);
    if (snapshot) {
      Rehearsal rehearsal = rehearsal();
      rehearsals.add(rehearsal);
      attempt(() -> rehearsal.run(deadline));
      rehearsals.remove(rehearsal);
    }
  }

  private Rehearsal rehearsal() {
    return new Rehearsal(
        settings.clock(),
        this::rehearsalPool,
        () -> source(CredentialsSource::invalidate, "forget what it holds"));
  }

  private ConnectionPool rehearsalPool() {
    return poolOf(
        new Shared(
            settings,
            lifecycle,
            new CredentialsTracker(),
            shared.capacity(),
            shared.telemetry(),
            shared.failures()),
        new ServerVariables(settings.clock()));
  }

  /** A step of a warm-up. */
  @FunctionalInterface
  private interface Step {
    void run() throws SQLException, IOException;
  }

  private void attempt(Step step) {
    try {
      step.run();
    } catch (SQLException | IOException e) {
      LOG.debug("{} - Warming up failed: {}", settings.name(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.debug("Warming up failed: {}", shared.failures().messageOf(e));
    } catch (Error e) {
      LOG.debug("Warming up failed: {}", shared.failures().messageOf(e));
    }
  }

  private void beforeCheckpoint() {
    shared.telemetry().checkpoint();
    lifecycle.suspend();
    release(RetireReason.CHECKPOINT);
    LOG.debug("{} - Ready for the checkpoint", settings.name());
  }

  private void afterRestore() {
    TcpConnector.forgetSilent();
    connecting.reopen();
    lifecycle.resume();
    shared.telemetry().restored();
    LOG.debug("{} - Restored", settings.name());
  }

  /** Closes every connection and the credentials' source; idempotent. */
  public void close() {
    if (!lifecycle.close()) {
      return;
    }
    try {
      ConnectionPool present = pool;
      if (present != null) {
        present.endWaiting();
      }
      release(RetireReason.PROVIDER_CLOSED);
      source(CredentialsSource::close, "be closed");
      shared.telemetry().stopped();
    } finally {
      lifecycle.released();
    }
    LOG.debug("{} - Closed", settings.name());
  }

  private void release(RetireReason reason) {
    ConnectionPool present;
    synchronized (this) {
      present = pool;
    }
    if (present != null) {
      present.cancelRunning();
    }
    connecting.close();
    if (present != null) {
      present.closeAll(reason);
    }
    // Other threads are warming up; what they have open would be in a snapshot.
    rehearsals.forEach(rehearsal -> rehearsal.closeAll(reason));
    tracker.forget();
    shared.capacity().forget();
    variables.invalidateAll();
    source(CredentialsSource::invalidate, "forget what it holds");
  }

  /** Does something with the source, which must not keep the provider from letting go. */
  private void source(Consumer<CredentialsSource> action, String what) {
    try {
      action.accept(settings.source());
    } catch (Exception e) { // One in Kotlin may throw any.
      LOG.warn(
          "{} - The source of the credentials could not {}",
          settings.name(),
          what,
          HiddenFailure.of(e));
    }
  }
}
