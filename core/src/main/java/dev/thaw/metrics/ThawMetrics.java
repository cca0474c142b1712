package dev.thaw.metrics;

import static java.util.Objects.requireNonNull;

import dev.thaw.ConnectionListener;
import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import dev.thaw.internal.net.ConnectPhase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Meters of connection providers in a Micrometer registry, for {@code
 * PooledConnectionProvider.builder().listener(new ThawMetrics(registry))}.
 *
 * <p>What HikariCP has, too, has the names that HikariCP gives it, with the tag {@code pool}, so
 * that dashboards for HikariCP work: the gauges {@code hikaricp.connections}, {@code .active},
 * {@code .idle}, {@code .pending}, {@code .max} and {@code .min}, the timers {@code .acquire},
 * {@code .usage} and {@code .creation}, and the counter {@code .timeout}, of calls that got no
 * connection. The counters {@code thaw.connections.reused}, {@code thaw.connections.retired} (tag
 * {@code reason}), {@code thaw.deadlines.missed} (tag {@code phase}: the one that took longest, and
 * {@code use} for a deadline that has passed in the use of a connection), {@code
 * thaw.logins.refused}, {@code thaw.credentials.refreshed} and {@code thaw.credentials.stale} are
 * of this library alone.
 *
 * <p>The meters of a pool are removed when its provider is closed. Thread-safe; one may serve
 * several providers.
 */
public final class ThawMetrics implements ConnectionListener {
  private static final String HIKARI = "hikaricp.connections";

  private final MeterRegistry registry;
  private final Map<String, Set<Meter>> meters = new ConcurrentHashMap<>();

  /**
   * Creates meters in a registry.
   *
   * @param registry the registry
   */
  @SuppressWarnings("exports") // a module without Micrometer need not read it
  public ThawMetrics(MeterRegistry registry) {
    this.registry = requireNonNull(registry, "registry");
  }

  @Override
  public void started(String pool, Supplier<ProviderStats> stats) {
    gauge(pool, HIKARI, "Total connections", stats, ProviderStats::total);
    gauge(pool, HIKARI + ".active", "Active connections", stats, ProviderStats::active);
    gauge(pool, HIKARI + ".idle", "Idle connections", stats, ProviderStats::idle);
    gauge(pool, HIKARI + ".pending", "Pending threads", stats, ProviderStats::waiting);
    gauge(pool, HIKARI + ".max", "Max connections", stats, ProviderStats::maxSize);
    gauge(pool, HIKARI + ".min", "Min connections", stats, ProviderStats::minIdle);
    // Seen from the start, with zero, as a rate needs them.
    timeout(pool);
    timer(pool, HIKARI + ".acquire", "Connection acquire time");
    timer(pool, HIKARI + ".usage", "Connection usage time");
    timer(pool, HIKARI + ".creation", "Connection creation time");
  }

  private void gauge(
      String pool,
      String name,
      String description,
      Supplier<ProviderStats> stats,
      ToDoubleFunction<ProviderStats> value) {
    keep(
        pool,
        Gauge.builder(name, stats, s -> value.applyAsDouble(s.get()))
            .description(description)
            .tags("pool", pool)
            .strongReference(true)
            .register(registry));
  }

  private Timer timer(String pool, String name, String description) {
    return keep(
        pool, Timer.builder(name).description(description).tags("pool", pool).register(registry));
  }

  private Counter timeout(String pool) {
    return counter(pool, HIKARI + ".timeout", "Connection timeout total count", Tags.empty());
  }

  private Counter counter(String pool, String name, String description, Tags more) {
    return keep(
        pool,
        Counter.builder(name)
            .description(description)
            .tags(more.and("pool", pool))
            .register(registry));
  }

  private <M extends Meter> M keep(String pool, M meter) {
    meters.computeIfAbsent(pool, unused -> ConcurrentHashMap.newKeySet()).add(meter);
    return meter;
  }

  @Override
  public void stopped(String pool) {
    Set<Meter> removed = meters.remove(pool);
    if (removed != null) {
      removed.forEach(registry::remove);
    }
  }

  @Override
  public void acquired(String pool, Duration waited) {
    timer(pool, HIKARI + ".acquire", "Connection acquire time").record(waited);
  }

  @Override
  public void returned(String pool, Duration used) {
    timer(pool, HIKARI + ".usage", "Connection usage time").record(used);
  }

  @Override
  public void connected(String pool, String server, Duration took) {
    timer(pool, HIKARI + ".creation", "Connection creation time").record(took);
  }

  @Override
  public void deadlineMissed(String pool, Duration waited, Map<String, Duration> phases) {
    String longest =
        phases.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .orElse("none");
    if (!longest.equals(ConnectPhase.USE.label())) {
      timeout(pool).increment();
    }
    counter(pool, "thaw.deadlines.missed", "Deadlines that passed", Tags.of("phase", longest))
        .increment();
  }

  @Override
  public void reused(String pool) {
    counter(pool, "thaw.connections.reused", "Connections lent out again", Tags.empty())
        .increment();
  }

  @Override
  public void retired(String pool, RetireReason reason) {
    counter(
            pool,
            "thaw.connections.retired",
            "Connections closed instead of kept",
            Tags.of("reason", reason.name()))
        .increment();
  }

  @Override
  public void loginRefused(String pool, Optional<String> version) {
    counter(pool, "thaw.logins.refused", "Logins that the server refused", Tags.empty())
        .increment();
  }

  @Override
  public void credentialsRefreshed(String pool, Optional<String> version) {
    counter(pool, "thaw.credentials.refreshed", "Logins with new credentials", Tags.empty())
        .increment();
  }

  @Override
  public void staleCredentialsServed(String pool, Instant since) {
    counter(pool, "thaw.credentials.stale", "Logins with stale credentials", Tags.empty())
        .increment();
  }
}
