package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.HealthReport;
import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import dev.thaw.internal.mysql.ConnectPhase;
import dev.thaw.internal.mysql.PhaseTimes;
import dev.thaw.internal.mysql.SocketRegistry;
import dev.thaw.internal.pool.HikariConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
  private static final long ADOPT_SLICE_MILLIS = 100;
  private static final Duration CHECK_LIMIT = Duration.ofSeconds(5);
  // For the rollback at return, when the deadline of the use has passed.
  private static final Duration RETURN_LIMIT = Duration.ofMillis(250);

  private final ProviderSettings settings;
  private final Instants.Clock clock;
  private final Slots slots;
  private final Set<ManagedConnection> open = ConcurrentHashMap.newKeySet();
  private final SocketRegistry connecting = new SocketRegistry();
  private final CredentialsTracker tracker = new CredentialsTracker();
  private final Counters counters = new Counters();
  private final Failures failures;
  private final LastFailure lastFailure = new LastFailure();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Connections connections;

  /** The parts that the first get creates. */
  private record Connections(HikariConnections pool, Connector connector) {}

  /** Creates the provider; does no I/O and starts no thread. */
  public Provider(ProviderSettings settings) {
    this.settings = settings;
    this.clock = new Instants.Clock(settings.wallClock(), settings.nanoClock());
    this.slots = new Slots(settings.maxSize());
    this.failures = new Failures(settings.name(), () -> stats().toString());
  }

  /** Returns a connection within the acquire timeout. */
  public Connection get() throws SQLException {
    return get(Deadline.after(settings.acquireTimeout()).withReserve(Duration.ZERO), true, false);
  }

  /** Returns a connection within the deadline, which bounds its use too. */
  public Connection get(Deadline deadline) throws SQLException {
    return get(deadline, true, true);
  }

  private Connection get(Deadline deadline, boolean retry, boolean boundUse) throws SQLException {
    requireOpen();
    PhaseTimes times = null;
    if (!slots.tryAcquire()) {
      times = new PhaseTimes();
      awaitSlot(deadline, times);
    }
    BorrowedConnection connection = null;
    try {
      requireOpen();
      connection = idle(deadline);
      if (connection == null) {
        connection = openWithRetries(deadline, times == null ? new PhaseTimes() : times, retry);
      }
    } catch (SQLException e) {
      lastFailure.record(e, settings.wallClock().instant());
      throw e;
    } finally {
      if (connection == null) {
        slots.release();
      }
    }
    if (boundUse) {
      bound(connection, deadline);
    }
    return connection;
  }

  private void requireOpen() throws SQLException {
    if (isClosed()) {
      throw failures.closed();
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void awaitSlot(Deadline deadline, PhaseTimes times) throws SQLException {
    times.enter(ConnectPhase.POOL);
    counters.waited();
    try {
      if (!slots.acquire(deadline)) {
        throw failures.timeout(times, null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failures.interrupted(times, e);
    }
  }

  private static void bound(BorrowedConnection connection, Deadline deadline) throws SQLException {
    long millis = Math.max(1, deadline.remaining().toMillis());
    connection.managed().physical().deadline(deadline);
    try {
      connection.setNetworkTimeout(Runnable::run, (int) Math.min(Integer.MAX_VALUE, millis));
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private @Nullable BorrowedConnection idle(Deadline deadline) throws SQLException {
    Connections present = connections;
    while (present != null) {
      Connection proxy = present.pool().takeIdle();
      if (proxy == null) {
        return null;
      }
      BorrowedConnection trusted = trusted(present.pool(), proxy, deadline);
      if (trusted != null) {
        return trusted;
      }
    }
    return null;
  }

  private @Nullable BorrowedConnection trusted(
      HikariConnections pool, Connection proxy, Deadline deadline) throws SQLException {
    ManagedConnection managed = proxy.unwrap(ManagedConnection.class);
    long use = managed.take();
    if (use < 0) {
      pool.evict(proxy);
      return null;
    }
    RetireReason reason =
        managed.credentialsSequence() < tracker.provenSequence()
            ? RetireReason.CREDENTIALS_ROTATED
            : Liveness.check(managed, clock.now(), deadline);
    if (reason == null) {
      counters.reused();
      LOG.debug("{} - Reusing the connection {}", settings.name(), managed);
      return new BorrowedConnection(this, proxy, managed, use);
    }
    managed.retire(reason, reason != RetireReason.NO_ANSWER);
    pool.evict(proxy);
    if (reason == RetireReason.NO_ANSWER) {
      // Each silent connection would cost a ping's whole time; a new one costs less.
      open.forEach(other -> other.retireIdle(RetireReason.SUSPECT));
    } else if (reason == RetireReason.CLOSED_BY_SERVER) {
      open.forEach(ManagedConnection::suspect);
    }
    return null;
  }

  private BorrowedConnection openWithRetries(Deadline deadline, PhaseTimes times, boolean retry)
      throws SQLException {
    Backoff backoff = new Backoff();
    while (true) {
      try {
        return open(deadline, times);
      } catch (SQLException e) {
        if (!retry || isClosed() || !isWorthRetrying(e)) {
          throw isClosed() ? failures.closed() : e;
        }
        times.enter(ConnectPhase.BACKOFF);
        long millis = backoff.nextMillis();
        if (deadline.remaining().toMillis() <= millis) {
          throw e;
        }
        try {
          if (closed.await(millis, TimeUnit.MILLISECONDS)) {
            throw failures.closed();
          }
        } catch (InterruptedException interrupt) {
          Thread.currentThread().interrupt();
          throw failures.interrupted(times, e);
        }
      }
    }
  }

  private static boolean isWorthRetrying(SQLException e) {
    FailureKind kind = FailureKind.of(e);
    return kind == FailureKind.TOO_MANY_CONNECTIONS || kind == FailureKind.UNREACHABLE;
  }

  private BorrowedConnection open(Deadline deadline, PhaseTimes times) throws SQLException {
    Connections parts = connections();
    Connector.Opened opened = parts.connector().connect(deadline, times);
    Instants now = clock.now();
    ManagedConnection managed =
        new ManagedConnection(
            opened.connection(), opened.credentialsSequence(), now, this::retired);
    open.add(managed);
    if (counters.opened()) {
      LOG.info(
          "{} - Connected to {} in {} ms (at most {} connections)",
          settings.name(),
          opened.connection().endpoint(),
          times.totalMillis(),
          settings.maxSize());
    } else {
      LOG.debug(
          "{} - Opened the connection {} in {} ms", settings.name(), managed, times.totalMillis());
    }
    if (opened.rotated()) {
      LOG.info(
          "{} - The credentials were rotated{}; connections of the former ones are retired",
          settings.name(),
          tracker.current().flatMap(c -> c.version()).map(v -> ", now version " + v).orElse(""));
    }
    if (isClosed()) {
      managed.retire(RetireReason.PROVIDER_CLOSED, true);
      throw failures.closed();
    }
    return adopt(parts.pool(), managed, deadline, times);
  }

  /** Hands an open connection to the pool, to get it back as one that the pool looks after. */
  private BorrowedConnection adopt(
      HikariConnections pool, ManagedConnection managed, Deadline deadline, PhaseTimes times)
      throws SQLException {
    times.enter(ConnectPhase.POOL);
    while (true) {
      Connection proxy = pool.adopt(managed, ADOPT_SLICE_MILLIS);
      if (proxy != null) {
        ManagedConnection taken = proxy.unwrap(ManagedConnection.class);
        if (taken.isUnused()) {
          // This caller's own, or that of another one that hands over just now and will get this
          // caller's.
          return new BorrowedConnection(this, proxy, taken, taken.take());
        }
        if (pool.withdraw(managed)) {
          managed.retire(RetireReason.UNCLAIMED, true);
        }
        BorrowedConnection trusted = trusted(pool, proxy, deadline);
        if (trusted != null) {
          return trusted;
        }
        return openAgain(deadline, times);
      }
      if (!pool.withdraw(managed)) {
        // The pool gave it to a caller that came just then; that caller's own is left for this one.
        BorrowedConnection idle = idle(deadline);
        return idle != null ? idle : openAgain(deadline, times);
      }
      if (isClosed()) {
        managed.retire(RetireReason.PROVIDER_CLOSED, true);
        throw failures.closed();
      }
      if (deadline.hasPassed()) {
        managed.retire(RetireReason.UNCLAIMED, true);
        throw failures.timeout(times, null);
      }
    }
  }

  private BorrowedConnection openAgain(Deadline deadline, PhaseTimes times) throws SQLException {
    if (deadline.hasPassed()) {
      throw failures.timeout(times, null);
    }
    return open(deadline, times);
  }

  private Connections connections() throws SQLException {
    Connections present = connections;
    if (present != null) {
      return present;
    }
    synchronized (this) {
      requireOpen();
      if (connections == null) {
        connections =
            new Connections(
                new HikariConnections(settings.name(), settings.maxSize()),
                new Connector(settings, connecting, tracker, counters, failures));
      }
      return connections;
    }
  }

  /** Takes a connection back; called once for each one given out. */
  void giveBack(Connection proxy, ManagedConnection managed, long use) throws SQLException {
    try {
      // The proxy is closed already if it failed, or if it was closed through a statement.
      if (managed.physical().fault() == null) {
        managed.physical().deadline(Deadline.after(RETURN_LIMIT).withReserve(Duration.ZERO));
      }
      Instants now = clock.now();
      managed.usedAt(now);
      proxy.close();
    } finally {
      if (managed.physical().fault() != null) {
        managed.retire(managed.faultReason(), false);
        open.forEach(ManagedConnection::suspect);
      } else {
        managed.physical().deadline(null);
        managed.giveBack(use);
        trim(managed);
      }
      slots.release();
    }
  }

  private void trim(ManagedConnection returned) {
    Instants now = returned.lastUsedAt();
    long maxLifetime = settings.maxLifetime().toMillis();
    if (maxLifetime > 0 && now.millisSince(returned.openedAt()) > maxLifetime) {
      returned.retireIdle(RetireReason.EXPIRED);
    } else if (returned.credentialsSequence() < tracker.provenSequence()) {
      returned.retireIdle(RetireReason.CREDENTIALS_ROTATED);
    }
    long idleTimeout = settings.idleTimeout().toMillis();
    if (idleTimeout == 0 || open.size() <= Math.max(1, settings.minIdle())) {
      return;
    }
    long idle = open.stream().filter(ManagedConnection::isIdle).count();
    for (ManagedConnection other : open) {
      if (idle <= Math.max(1, settings.minIdle())) {
        return;
      }
      if (now.millisSince(other.lastUsedAt()) > idleTimeout
          && other.retireIdle(RetireReason.IDLE)) {
        idle--;
      }
    }
  }

  private void retired(ManagedConnection connection, RetireReason reason) {
    open.remove(connection);
    counters.retired(reason);
    LOG.debug("{} - Closed the connection {}: {}", settings.name(), connection, reason);
  }

  /** Takes a connection and pings the server; never throws. */
  public HealthReport check() {
    long start = System.nanoTime();
    HealthReport.Builder report;
    try (Connection connection = get(checkDeadline(), false, true)) {
      report =
          connection.isValid((int) CHECK_LIMIT.toSeconds())
              ? HealthReport.success(since(start), stats())
              : HealthReport.failure(
                  FailureKind.BROKEN, "The server did not answer a ping", since(start), stats());
    } catch (SQLException | RuntimeException e) {
      report =
          HealthReport.failure(
              FailureKind.of(e), String.valueOf(e.getMessage()), since(start), stats());
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

  /** Tells whether a connection has been opened and the provider is not closed. */
  public boolean isActive() {
    return !isClosed() && counters.openedSoFar() > 0;
  }

  /** Returns the numbers as they are now. */
  public ProviderStats stats() {
    ProviderStats.Builder stats = ProviderStats.builder().maxSize(settings.maxSize());
    int active = 0;
    int idle = 0;
    for (ManagedConnection connection : open) {
      if (connection.isTaken()) {
        active++;
      } else {
        idle++;
      }
    }
    counters.copyTo(stats);
    return stats.active(active).idle(idle).waiting(slots.waiting()).build();
  }

  /** Loads classes and opens a connection if the database is in reach. */
  public void warmUp() {
    try (Connection connection = get(checkDeadline(), false, true)) {
      LOG.debug("{} - Warmed up with {}", settings.name(), connection);
    } catch (SQLException e) {
      LOG.debug("{} - Warmed up without a connection: {}", settings.name(), e.getMessage());
    }
  }

  /** Closes every connection and the credentials' source; idempotent. */
  public void close() {
    synchronized (this) {
      if (isClosed()) {
        return;
      }
      closed.countDown();
    }
    slots.end();
    connecting.close();
    open.forEach(connection -> connection.retireIdle(RetireReason.PROVIDER_CLOSED));
    open.forEach(connection -> connection.retire(RetireReason.PROVIDER_CLOSED, false));
    Connections present = connections;
    if (present != null) {
      present.pool().close();
      present.connector().forget();
    }
    settings.source().close();
    LOG.debug("{} - Closed", settings.name());
  }
}
