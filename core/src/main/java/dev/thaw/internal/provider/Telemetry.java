package dev.thaw.internal.provider;

import static java.util.Objects.requireNonNull;

import dev.thaw.ConnectionListener;
import dev.thaw.HealthReport;
import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.time.Clock;
import dev.thaw.internal.time.Moment;
import dev.thaw.internal.util.Line;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reports of what a provider does: its counters, its events and its log lines. Thread-safe. */
final class Telemetry {
  private static final Logger LOG = LoggerFactory.getLogger("dev.thaw.ConnectionProvider");

  private record Failure(String message, Instant at) {}

  private final String pool;
  private final int maxSize;
  private final Clock clock;
  private final Events events;
  private final AtomicLong opened = new AtomicLong();
  private final LongAdder reused = new LongAdder();
  private final AtomicLong waited = new AtomicLong();
  private final AtomicLong refusedLogins = new AtomicLong();
  private final Map<RetireReason, LongAdder> retired = new EnumMap<>(RetireReason.class);
  private volatile @Nullable Failure lastFailure;

  Telemetry(String pool, int maxSize, Clock clock, List<ConnectionListener> listeners) {
    this.pool = pool;
    this.maxSize = maxSize;
    this.clock = clock;
    this.events = new Events(pool, listeners);
    for (RetireReason reason : RetireReason.values()) {
      retired.put(reason, new LongAdder());
    }
  }

  void started(Supplier<ProviderStats> stats) {
    events.started(stats);
  }

  void stopped() {
    events.stopped();
  }

  /** Records a get that has returned a connection. */
  void acquired(Moment start) {
    if (events.areHeard()) {
      events.acquired(since(start.nanos()));
    }
  }

  /**
   * Records the end of a use.
   *
   * @param takenNanos when it began, as the monotonic clock counts
   */
  void returned(long takenNanos) {
    if (events.areHeard()) {
      events.returned(since(takenNanos));
    }
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(clock.nanos() - nanos);
  }

  void opened(Object connection, String server, long millis) {
    if (opened.incrementAndGet() == 1) {
      LOG.info(
          "{} - Connected to {} in {} ms (at most {} connections)", pool, server, millis, maxSize);
    } else {
      LOG.debug("{} - Opened the connection {} in {} ms", pool, connection, millis);
    }
    events.connected(server, Duration.ofMillis(millis));
  }

  void reused(Object connection) {
    reused.increment();
    events.reused();
    LOG.debug("{} - Reusing the connection {}", pool, connection);
  }

  void retired(Object connection, RetireReason reason) {
    requireNonNull(retired.get(reason), "reason").increment();
    events.retired(reason);
    LOG.debug("{} - Closed the connection {}: {}", pool, connection, reason);
  }

  void waited() {
    waited.incrementAndGet();
  }

  void loginRefused(DatabaseCredentials credentials) {
    refusedLogins.incrementAndGet();
    events.loginRefused(credentials);
  }

  void rotated(Optional<String> version) {
    LOG.info(
        "{} - The credentials were rotated{}; connections of the former ones are retired",
        pool,
        version.map(v -> ", now version " + v).orElse(""));
    events.credentialsRefreshed(version);
  }

  void staleCredentialsServed(Instant since) {
    events.staleCredentialsServed(since);
  }

  /** Records a get that has failed. */
  void failed(SQLException failure) {
    lastFailure = new Failure(String.valueOf(failure.getMessage()), clock.wall().instant());
  }

  void deadlineMissed(PhaseTimes times) {
    times.report(events::deadlineMissed);
  }

  /**
   * Records a use whose deadline has passed before all was done.
   *
   * @param takenNanos when it began, as the monotonic clock counts
   */
  void deadlineMissedInUse(long takenNanos) {
    Duration used = since(takenNanos);
    events.deadlineMissed(used, Map.of(ConnectPhase.USE.label(), used));
  }

  void checkpoint() {
    events.checkpoint();
  }

  void restored() {
    events.restored();
  }

  /** Logs what only explains another event. */
  void detail(String what, Object connection, Exception cause) {
    Exception told = cause instanceof SQLException sql ? Line.of(sql) : cause;
    LOG.debug("{} - {}: {}", pool, what, connection, told);
  }

  void copyTo(ProviderStats.Builder stats) {
    stats
        .opened(opened.get())
        .reused(reused.sum())
        .waited(waited.get())
        .refusedLogins(refusedLogins.get());
    retired.forEach(
        (reason, count) -> {
          if (count.sum() > 0) {
            stats.retired(reason, count.sum());
          }
        });
  }

  void copyTo(HealthReport.Builder report) {
    Failure failure = lastFailure;
    if (failure != null) {
      report.lastFailure(failure.message(), failure.at());
    }
  }
}
