package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionSetTest {
  private TestConnections connections;

  @BeforeEach
  void start() throws IOException {
    connections = new TestConnections();
  }

  @AfterEach
  void stop() throws IOException {
    connections.close();
  }

  private ConnectionSet setOf(int minIdle, int idle, int taken) throws SQLException {
    ConnectionSet set = new ConnectionSet(100, minIdle, Duration.ofSeconds(10));
    for (int i = 0; i < idle; i++) {
      set.add(connections.idle());
    }
    for (int i = 0; i < taken; i++) {
      ManagedConnection connection = connections.fresh();
      connection.take();
      set.add(connection);
    }
    return set;
  }

  private void trim(ConnectionSet set) {
    set.trim(connections.clocks.millis(), connections.clocks.nanoTime());
  }

  private void use(ManagedConnection connection) {
    long use = connection.take();
    connection.usedAt(connections.clocks.millis(), connections.clocks.nanoTime());
    connection.giveBack(use);
  }

  private static ProviderStats stats(ConnectionSet set) {
    ProviderStats.Builder stats = ProviderStats.builder();
    set.copyTo(stats);
    return stats.build();
  }

  @Test
  void counts_what_is_taken_and_what_is_idle() throws SQLException {
    ConnectionSet set = setOf(0, 2, 3);
    set.add(connections.fresh());
    assertThat(stats(set).idle()).isEqualTo(2);
    assertThat(stats(set).active()).isEqualTo(4);
    assertThat(set.isEmpty()).isFalse();
  }

  @Test
  void trims_what_was_idle_too_long_but_leaves_one() throws SQLException {
    ConnectionSet set = setOf(0, 3, 0);
    connections.clocks.pass(Duration.ofSeconds(10));
    trim(set);
    assertThat(connections.retired).isEmpty();
    connections.clocks.pass(Duration.ofMillis(1));
    trim(set);
    assertThat(connections.retired).containsExactly(RetireReason.IDLE, RetireReason.IDLE);
  }

  @Test
  void trims_after_a_freeze_whichever_clock_ran_on() throws SQLException {
    ConnectionSet set = setOf(0, 2, 0);
    connections.clocks.passOnWall(Duration.ofSeconds(11));
    trim(set);
    assertThat(connections.retired).hasSize(1);
    ConnectionSet other = setOf(0, 2, 0);
    connections.clocks.passOnMonotonic(Duration.ofSeconds(11));
    trim(other);
    assertThat(connections.retired).hasSize(2);
  }

  @Test
  void leaves_as_many_idle_ones_as_it_should() throws SQLException {
    ConnectionSet set = setOf(2, 4, 1);
    connections.clocks.pass(Duration.ofMinutes(1));
    trim(set);
    assertThat(connections.retired).hasSize(2);
    assertThat(stats(set).active()).isEqualTo(1);
  }

  @Test
  void trims_nothing_without_an_idle_timeout() throws SQLException {
    ConnectionSet set = new ConnectionSet(100, 0, Duration.ZERO);
    set.add(connections.idle());
    set.add(connections.idle());
    connections.clocks.pass(Duration.ofDays(1));
    trim(set);
    assertThat(connections.retired).isEmpty();
  }

  @Test
  void trims_none_that_was_used_lately() throws SQLException {
    ConnectionSet set = setOf(0, 2, 0);
    connections.clocks.pass(Duration.ofMinutes(1));
    ManagedConnection lately = connections.idle();
    set.add(lately);
    trim(set);
    assertThat(connections.retired).hasSize(2);
    assertThat(lately.isClosed()).isFalse();
  }

  @Test
  void trims_each_when_its_own_time_has_come() throws SQLException {
    ConnectionSet set = setOf(0, 1, 0);
    ManagedConnection later = connections.idle();
    set.add(later);
    ManagedConnection last = connections.idle();
    set.add(last);
    connections.clocks.pass(Duration.ofSeconds(5));
    use(later);
    trim(set);
    connections.clocks.pass(Duration.ofSeconds(4));
    use(last);
    trim(set);
    assertThat(connections.retired).isEmpty();
    connections.clocks.pass(Duration.ofMillis(1_001));
    trim(set);
    assertThat(connections.retired).hasSize(1);
    connections.clocks.pass(Duration.ofSeconds(5));
    trim(set);
    assertThat(connections.retired).hasSize(2);
    assertThat(later.isClosed()).isTrue();
    assertThat(last.isClosed()).isFalse();
  }

  @Test
  void trims_by_a_wall_clock_that_was_set_back() throws SQLException {
    ConnectionSet set = setOf(0, 0, 0);
    ManagedConnection one = connections.idle();
    ManagedConnection other = connections.idle();
    set.add(one);
    set.add(other);
    trim(set);
    connections.clocks.passOnWall(Duration.ofHours(-1));
    use(one);
    use(other);
    connections.clocks.passOnWall(Duration.ofSeconds(11));
    trim(set);
    assertThat(connections.retired).hasSize(1);
  }

  @Test
  void retires_all_idle_ones_and_leaves_those_in_use_and_on_their_way() throws SQLException {
    ConnectionSet set = setOf(0, 2, 1);
    ManagedConnection fresh = connections.fresh();
    set.add(fresh);
    set.retireIdle(RetireReason.SERVER_FULL);
    assertThat(connections.retired)
        .containsExactly(RetireReason.SERVER_FULL, RetireReason.SERVER_FULL);
    assertThat(fresh.isClosed()).isFalse();
  }

  @Test
  void retires_all_at_the_end() throws SQLException {
    ConnectionSet set = setOf(0, 2, 1);
    set.add(connections.fresh());
    set.retireAll(RetireReason.PROVIDER_CLOSED);
    assertThat(connections.retired).hasSize(4).containsOnly(RetireReason.PROVIDER_CLOSED);
    set.retireAll(RetireReason.CHECKPOINT);
    assertThat(connections.retired).hasSize(4);
  }

  @Test
  void a_removed_connection_is_no_longer_looked_after() throws SQLException {
    ConnectionSet set = new ConnectionSet(100, 0, Duration.ofSeconds(10));
    ManagedConnection connection = connections.idle();
    set.add(connection);
    set.remove(connection);
    set.retireAll(RetireReason.PROVIDER_CLOSED);
    assertThat(set.isEmpty()).isTrue();
    assertThat(connections.retired).isEmpty();
    connection.close();
  }

  @Test
  void former_writers_are_closed_at_once_or_at_return() throws SQLException {
    ConnectionSet set = setOf(0, 1, 0);
    ManagedConnection inUse = connections.fresh();
    long use = inUse.take();
    set.add(inUse);
    set.outdateAll();
    assertThat(connections.retired).containsExactly(RetireReason.READ_ONLY);
    assertThat(inUse.isClosed()).isFalse();
    assertThat(inUse.unfitReason()).isEqualTo(RetireReason.READ_ONLY);
    inUse.giveBack(use);
  }

  @Test
  void suspicion_is_about_every_open_connection() throws SQLException {
    ManagedConnection one = connections.idle();
    ManagedConnection other = connections.idle();
    ConnectionSet set = new ConnectionSet(100, 0, Duration.ZERO);
    set.add(one);
    set.add(other);
    set.suspectIdle();
    assertThat(one.isSuspect()).isTrue();
    assertThat(other.isSuspect()).isTrue();
  }
}
