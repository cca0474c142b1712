package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.fixture.Clocks;
import dev.thaw.fixture.MySqlSession;
import dev.thaw.fixture.ScriptedServer;
import dev.thaw.fixture.TestConnections;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.time.Clock;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerCapacityTest {
  private static final Duration CONNECT = Duration.ofMillis(10);

  private final Clocks clocks = new Clocks();
  private final Clock clock = new Clock(clocks, clocks::nanoTime);
  private final ServerCapacity capacity = new ServerCapacity(clock, true);

  private boolean isShort() {
    return capacity.isShort();
  }

  private void refuse() {
    capacity.afterRefusal(new Refusal(60_000, 1, 0, 0), new Backoff());
  }

  /** Closes connections for others, and opens as many after a while, at the same time. */
  private void closeAndConnect(Duration between, int count) {
    capacity.gaveUp();
    clocks.pass(between);
    clocks.pass(CONNECT);
    for (int i = 0; i < count; i++) {
      capacity.connected(2, CONNECT.toNanos(), clock.now());
    }
  }

  @Test
  void connections_are_kept_until_the_server_is_short_of_them() {
    assertThat(isShort()).isFalse();
    refuse();
    assertThat(isShort()).isTrue();
  }

  @Test
  void a_connection_is_kept_for_twenty_connects_after_several_were_closed_in_vain() {
    refuse();
    closeAndConnect(CONNECT.minusNanos(1), 8);
    assertThat(isShort()).isFalse();
    clocks.pass(CONNECT.multipliedBy(20).minusMillis(1));
    assertThat(isShort()).isFalse();
    clocks.pass(Duration.ofMillis(1));
    assertThat(isShort()).isTrue();
  }

  @Test
  void a_connect_before_any_was_closed_for_others_keeps_nothing() {
    refuse();
    clocks.pass(CONNECT);
    capacity.connected(1, CONNECT.toNanos(), clock.now());
    assertThat(isShort()).isTrue();
  }

  @Test
  void a_connection_that_was_closed_in_vain_may_be_that_of_the_last_use() {
    refuse();
    for (int i = 0; i < 7; i++) {
      closeAndConnect(Duration.ZERO, 1);
      assertThat(isShort()).isTrue();
    }
    closeAndConnect(Duration.ZERO, 1);
    assertThat(isShort()).isFalse();
  }

  @Test
  void connections_that_were_not_missed_at_once_were_not_closed_in_vain() {
    refuse();
    closeAndConnect(CONNECT, 8);
    assertThat(isShort()).isTrue();
  }

  @Test
  void a_refusal_puts_off_the_next_connects_until_they_succeed_at_once() {
    assertThat(capacity.beforeConnect(60_000)).isZero();
    refuse();
    assertThat(capacity.isDue(clock.now())).isTrue();
    long most = 0;
    for (int i = 0; i < 50; i++) {
      most = Math.max(most, capacity.beforeConnect(60_000));
    }
    assertThat(most).isPositive();
    for (int i = 0; i < 46; i++) {
      capacity.connected(1, CONNECT.toNanos(), clock.now());
    }
    assertThat(capacity.beforeConnect(60_000)).isZero();
  }

  @Test
  void nothing_is_known_after_a_restore() {
    refuse();
    capacity.forget();
    assertThat(isShort()).isFalse();
    assertThat(capacity.beforeConnect(60_000)).isZero();
  }

  @Test
  void the_servers_answer_counts_and_is_asked_for_once() throws IOException, SQLException {
    try (TestConnections connections = new TestConnections()) {
      answerFull(connections);
      PhysicalConnection connection = connections.open();
      assertThat(capacity.isDue(clock.now())).isTrue();
      capacity.ask(connection, clock.now());
      assertThat(isShort()).isTrue();
      assertThat(capacity.isDue(clock.now())).isFalse();
      connection.close();
    }
  }

  @Test
  void while_connects_are_put_off_the_server_is_asked_ten_times_a_second()
      throws IOException, SQLException {
    try (TestConnections connections = new TestConnections()) {
      answerFull(connections);
      PhysicalConnection connection = connections.open();
      refuse();
      capacity.ask(connection, clock.now());
      clocks.pass(Duration.ofMillis(99));
      assertThat(capacity.isDue(clock.now())).isFalse();
      clocks.pass(Duration.ofMillis(1));
      assertThat(capacity.isDue(clock.now())).isTrue();
      connection.close();
    }
  }

  @Test
  void a_proxy_that_shares_connections_is_told_apart_by_one_statement_and_left_to_queue()
      throws IOException, SQLException {
    try (TestConnections connections = new TestConnections()) {
      connections
          .server()
          .on("SELECT @@max_connections", session -> row(session, "100", session.id() + 1));
      connections
          .server()
          .on("SHOW GLOBAL STATUS", session -> session.error(1105, "HY000", "asked in vain"));
      PhysicalConnection connection = connections.open();
      refuse();
      capacity.ask(connection, clock.now());
      assertThat(capacity.beforeConnect(60_000)).isZero();
      assertThat(
              capacity.afterRefusal(new Refusal(60_000, 5, CONNECT.toMillis(), 0), new Backoff()))
          .isBetween(0L, 20L);
      assertThat(capacity.beforeConnect(60_000)).isZero();
      assertThat(capacity.isDue(clock.now())).isFalse();
      assertThat(isShort()).isFalse();
      connection.close();
    }
  }

  private static void answerFull(TestConnections connections) {
    connections
        .server()
        .on("SELECT @@max_connections", session -> row(session, "100", session.id()));
    connections
        .server()
        .on(
            "SHOW GLOBAL STATUS",
            session -> session.row(List.of("n", "v"), List.of("Threads_connected", "95")));
  }

  private static void row(MySqlSession session, String limit, int id) throws IOException {
    session.row(List.of("max", "id", "user"), List.of(limit, String.valueOf(id), "0"));
  }

  @Test
  void a_question_that_fails_is_not_repeated_at_once() throws IOException, SQLException {
    try (TestConnections connections = new TestConnections()) {
      ScriptedServer server = connections.server();
      server.on("SHOW GLOBAL STATUS", session -> session.error(1142, "42000", "denied"));
      PhysicalConnection connection = connections.open();
      assertThatThrownBy(() -> capacity.ask(connection, clock.now()))
          .isInstanceOf(SQLException.class);
      assertThat(capacity.isDue(clock.now())).isFalse();
      connection.close();
    }
  }
}
