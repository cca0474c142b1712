package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.RetireReason;
import dev.thaw.SslMode;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.EnvironmentFreeze;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.fault.MovableClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How far a pooled connection is trusted, and what that costs. */
@DatabaseTest
class ProviderTrustTest {
  private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final EnvironmentFreeze freeze = new EnvironmentFreeze(clock);
  private final TestSchema schema;
  private FaultProxy proxy;
  private PooledConnectionProvider provider;

  ProviderTrustTest(TestSchema schema) {
    this.schema = schema;
  }

  @BeforeEach
  void start() {
    proxy = Proxied.proxy(schema);
    provider =
        Proxied.provider(schema, proxy)
            .sslMode(SslMode.REQUIRED)
            .giveBackWhenFull(false)
            .wallClock(clock)
            .nanoClock(clock::nanoTime)
            .build();
  }

  @AfterEach
  void stop() {
    provider.close();
    proxy.close();
  }

  private void open(int count) throws SQLException {
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      connections.add(provider.get());
    }
    for (Connection connection : connections) {
      connection.close();
    }
  }

  private void assertEachWorks(int count) throws SQLException {
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Connection connection = provider.get(Deadline.after(Duration.ofSeconds(5)));
      connections.add(connection);
      assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
    }
    for (Connection connection : connections) {
      connection.close();
    }
  }

  private void awaitConnectionsAtServer(int count) {
    await().until(() -> schema.connectionIds().size() == count);
    // Lets the proxy pass on what the server has said.
    assertThat(proxy.exchanges()).isPositive();
  }

  @Test
  void none_of_five_connections_killed_soon_after_their_use_is_handed_out() throws SQLException {
    open(5);
    clock.advance(Duration.ofMillis(150));
    assertThat(schema.killConnections()).isEqualTo(5);
    awaitConnectionsAtServer(0);

    assertEachWorks(5);
    assertThat(provider.stats().retired(RetireReason.CLOSED_BY_SERVER)).isEqualTo(5);
    assertThat(provider.stats().opened()).isEqualTo(10);
  }

  @Test
  void a_warm_get_soon_after_the_use_costs_no_round_trip() throws SQLException {
    open(1);
    for (Duration idle : List.of(Duration.ZERO, Duration.ofMillis(10), Duration.ofSeconds(2))) {
      clock.advance(idle);
      long before = proxy.exchanges();
      provider.get(Deadline.after(Duration.ofSeconds(5))).close();
      assertThat(proxy.exchanges() - before).as("after %s", idle).isZero();
    }
    assertThat(provider.stats().opened()).isOne();
  }

  @Test
  void a_get_after_a_minute_costs_one_round_trip() throws SQLException {
    open(1);
    clock.advance(Duration.ofMinutes(1));
    long before = proxy.exchanges();
    provider.get().close();
    assertThat(proxy.exchanges() - before).isOne();
    assertThat(provider.stats().opened()).isOne();
  }

  @Test
  void after_a_freeze_a_silent_connection_costs_one_ping_and_its_siblings_none()
      throws SQLException {
    open(3);
    proxy.silence();
    freeze.freeze(Duration.ofMinutes(5));
    assertEachWorks(3);
    assertThat(provider.stats().retired(RetireReason.NO_ANSWER)).isOne();
    assertThat(provider.stats().retired(RetireReason.SUSPECT)).isEqualTo(2);
  }

  @Test
  void a_freeze_during_a_use_is_noticed_although_the_monotonic_clock_stood_still()
      throws SQLException {
    open(1);
    Connection connection = provider.get();
    freeze.freezeWithStoppedMonotonicClock(Duration.ofMinutes(5));
    connection.close();
    long before = proxy.exchanges();
    provider.get().close();
    assertThat(proxy.exchanges() - before).isOne();
  }

  @Test
  void a_freeze_is_noticed_although_the_monotonic_clock_stood_still() throws SQLException {
    open(3);
    proxy.silence();
    freeze.freezeWithStoppedMonotonicClock(Duration.ofMinutes(5));
    assertEachWorks(3);
    assertThat(provider.stats().retired(RetireReason.NO_ANSWER)).isOne();
  }

  @Test
  void a_short_freeze_is_noticed_by_the_disagreement_of_the_clocks() throws SQLException {
    open(1);
    proxy.silence();
    freeze.freezeWithStoppedMonotonicClock(Duration.ofSeconds(2));
    assertEachWorks(1);
    assertThat(provider.stats().retired(RetireReason.NO_ANSWER)).isOne();
  }

  @Test
  void a_connection_whose_fin_was_lost_in_the_freeze_is_replaced() throws SQLException {
    open(2);
    proxy.loseFin();
    freeze.freeze(Duration.ofMinutes(5));
    assertEachWorks(2);
    assertThat(provider.stats().opened()).isEqualTo(4);
  }

  @Test
  void one_connection_found_dead_makes_the_idle_ones_prove_themselves(DatabaseServer server)
      throws SQLException {
    open(2);
    Sql.execute(server::connect, "KILL CONNECTION " + schema.connectionIds().get(0));
    awaitConnectionsAtServer(1);
    clock.advance(Duration.ofSeconds(1));
    long before = proxy.exchanges();
    assertEachWorks(2);
    assertThat(provider.stats().retired(RetireReason.CLOSED_BY_SERVER)).isOne();
    assertThat(provider.stats().opened()).isEqualTo(3);
    assertThat(proxy.exchanges() - before).as("the survivor's ping is among them").isPositive();
  }

  @Test
  void a_connection_that_died_in_use_unnoticed_is_not_handed_out() throws SQLException {
    Connection connection = provider.get();
    assertThat(proxy.disconnect()).isOne();
    clock.advance(Duration.ofMillis(5));
    connection.close();
    assertEachWorks(1);
  }

  @Test
  void a_connection_that_broke_in_use_is_not_kept() throws SQLException {
    try (Connection connection = provider.get()) {
      proxy.reset();
      assertThatThrownBy(() -> Sql.string(connection, "SELECT 1")).isInstanceOf(SQLException.class);
    }
    assertThat(provider.stats().idle()).isZero();
    assertThat(provider.stats().retired(RetireReason.BROKEN)).isOne();
    assertEachWorks(1);
  }
}
