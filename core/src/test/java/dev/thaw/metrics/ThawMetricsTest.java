package dev.thaw.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.metrics.IMetricsTracker;
import com.zaxxer.hikari.metrics.PoolStats;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import dev.thaw.ConnectionListener;
import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThawMetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final ConnectionListener metrics = new ThawMetrics(registry);

  private static final PoolStats HIKARI_STATS =
      new PoolStats(1) {
        @Override
        protected void update() {}
      };

  private void start(String pool) {
    ProviderStats stats =
        ProviderStats.builder().active(3).idle(2).waiting(1).maxSize(7).minIdle(1).build();
    metrics.started(pool, () -> stats);
  }

  @Test
  void what_hikaricp_has_too_is_named_tagged_and_described_as_there() {
    MeterRegistry theirs = new SimpleMeterRegistry();
    IMetricsTracker tracker =
        new MicrometerMetricsTrackerFactory(theirs).create("orders", HIKARI_STATS);
    start("orders");
    assertThat(registry.getMeters())
        .extracting(Meter::getId)
        .containsExactlyInAnyOrderElementsOf(
            theirs.getMeters().stream().map(Meter::getId).toList());
    assertThat(registry.getMeters())
        .extracting(m -> m.getId().getName() + m.getId().getType() + m.getId().getDescription())
        .containsExactlyInAnyOrderElementsOf(
            theirs.getMeters().stream()
                .map(m -> m.getId().getName() + m.getId().getType() + m.getId().getDescription())
                .toList());
    tracker.close();
  }

  @Test
  void gauges_show_the_statistics() {
    start("orders");
    assertThat(gauge("hikaricp.connections")).isEqualTo(5);
    assertThat(gauge("hikaricp.connections.active")).isEqualTo(3);
    assertThat(gauge("hikaricp.connections.idle")).isEqualTo(2);
    assertThat(gauge("hikaricp.connections.pending")).isOne();
    assertThat(gauge("hikaricp.connections.max")).isEqualTo(7);
    assertThat(gauge("hikaricp.connections.min")).isOne();
  }

  private double gauge(String name) {
    return registry.get(name).tag("pool", "orders").gauge().value();
  }

  @Test
  void events_are_timed_and_counted() {
    start("orders");
    metrics.acquired("orders", Duration.ofMillis(5));
    metrics.returned("orders", Duration.ofMillis(7));
    metrics.connected("orders", "db:3306/app", Duration.ofMillis(11));
    metrics.deadlineMissed("orders", Duration.ofSeconds(1), Map.of());
    metrics.reused("orders");
    metrics.retired("orders", RetireReason.IDLE);
    metrics.retired("orders", RetireReason.IDLE);
    metrics.loginRefused("orders", Optional.empty());
    metrics.credentialsRefreshed("orders", Optional.of("v2"));
    metrics.staleCredentialsServed("orders", Instant.EPOCH);
    assertThat(millis("hikaricp.connections.acquire")).isEqualTo(5);
    assertThat(millis("hikaricp.connections.usage")).isEqualTo(7);
    assertThat(millis("hikaricp.connections.creation")).isEqualTo(11);
    assertThat(count("hikaricp.connections.timeout")).isOne();
    assertThat(count("thaw.connections.reused")).isOne();
    assertThat(registry.get("thaw.connections.retired").tag("reason", "IDLE").counter().count())
        .isEqualTo(2);
    assertThat(count("thaw.logins.refused")).isOne();
    assertThat(count("thaw.credentials.refreshed")).isOne();
    assertThat(count("thaw.credentials.stale")).isOne();
  }

  @Test
  void a_deadline_missed_in_use_is_no_timeout_of_the_pool() {
    start("orders");
    Duration second = Duration.ofSeconds(1);
    metrics.deadlineMissed("orders", second, Map.of("use", second));
    metrics.deadlineMissed(
        "orders", second, Map.of("pool", Duration.ofMillis(990), "TCP", Duration.ofMillis(10)));
    assertThat(count("hikaricp.connections.timeout")).isOne();
    assertThat(missed("use")).isOne();
    assertThat(missed("pool")).isOne();
  }

  private double missed(String phase) {
    return registry.get("thaw.deadlines.missed").tag("phase", phase).counter().count();
  }

  private double millis(String name) {
    return registry.get(name).tag("pool", "orders").timer().totalTime(TimeUnit.MILLISECONDS);
  }

  private double count(String name) {
    return registry.get(name).tag("pool", "orders").counter().count();
  }

  @Test
  void the_meters_of_a_pool_end_with_its_provider() {
    start("orders");
    start("audit");
    metrics.reused("orders");
    metrics.reused("audit");
    int all = registry.getMeters().size();
    metrics.stopped("orders");
    assertThat(registry.getMeters())
        .hasSize(all / 2)
        .allSatisfy(meter -> assertThat(meter.getId().getTag("pool")).isEqualTo("audit"));
    metrics.stopped("orders");
  }
}
