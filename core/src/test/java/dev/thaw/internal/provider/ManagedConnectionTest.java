package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.thaw.RetireReason;
import dev.thaw.fixture.Background;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagedConnectionTest {
  private TestConnections connections;

  @BeforeEach
  void start() throws IOException {
    connections = new TestConnections();
  }

  @AfterEach
  void stop() throws IOException {
    connections.close();
  }

  @Test
  void a_new_connection_belongs_to_the_thread_that_opened_it() throws SQLException {
    ManagedConnection connection = connections.fresh();
    assertThat(connection.isUnused()).isTrue();
    assertThat(connection.isTaken()).isTrue();
    assertThat(connection.isIdle()).isFalse();
    assertThat(connection.retireIdle(RetireReason.SERVER_FULL)).isFalse();
    assertThat(connection.isClosed()).isFalse();
    assertThat(connection.take()).isPositive();
    assertThat(connection.isUnused()).isFalse();
  }

  @Test
  void a_new_connection_that_is_left_to_the_pool_is_idle() throws SQLException {
    ManagedConnection connection = connections.fresh();
    connection.leave();
    assertThat(connection.isIdle()).isTrue();
    assertThat(connection.isUnused()).isFalse();
    assertThat(connection.retireIdle(RetireReason.SERVER_FULL)).isTrue();
    assertThat(connections.retired).containsExactly(RetireReason.SERVER_FULL);
  }

  @Test
  void leaving_a_connection_that_somebody_took_meanwhile_changes_nothing() throws SQLException {
    ManagedConnection connection = connections.fresh();
    long use = connection.take();
    connection.leave();
    assertThat(connection.isTaken()).isTrue();
    connection.giveBack(use);
    assertThat(connection.isIdle()).isTrue();
  }

  @Test
  void a_connection_in_use_is_not_retired_as_idle() throws SQLException {
    ManagedConnection connection = connections.fresh();
    long use = connection.take();
    assertThat(connection.isTaken()).isTrue();
    assertThat(connection.retireIdle(RetireReason.IDLE)).isFalse();
    assertThat(connection.isClosed()).isFalse();
    connection.giveBack(use);
    assertThat(connection.retireIdle(RetireReason.IDLE)).isTrue();
    assertThat(connection.isClosed()).isTrue();
    assertThat(connection.isIdle()).isFalse();
    assertThat(connection.isTaken()).isFalse();
  }

  @Test
  void a_late_end_of_one_use_does_not_end_the_next() throws SQLException {
    ManagedConnection connection = connections.fresh();
    long first = connection.take();
    // The pool has it back, and has given it to another thread, before the first one says so.
    long second = connection.take();
    connection.giveBack(first);
    assertThat(connection.isTaken()).isTrue();
    assertThat(connection.retireIdle(RetireReason.IDLE)).isFalse();
    connection.giveBack(second);
    assertThat(connection.isIdle()).isTrue();
  }

  @Test
  void a_retired_connection_cannot_be_taken_and_is_retired_once() throws SQLException {
    ManagedConnection connection = connections.idle();
    connection.retire(RetireReason.EXPIRED, true);
    connection.retire(RetireReason.BROKEN, false);
    connection.close();
    assertThat(connection.retireIdle(RetireReason.IDLE)).isFalse();
    assertThat(connection.take()).isNegative();
    connection.giveBack(1);
    assertThat(connection.isIdle()).isFalse();
    assertThat(connections.retired).containsExactly(RetireReason.EXPIRED);
  }

  @Test
  void a_polite_end_says_goodbye_and_a_hard_one_does_not() throws SQLException {
    connections.idle().retire(RetireReason.EXPIRED, true);
    await().atMost(Background.LONG).until(() -> connections.server.open() == 0);
    assertThat(connections.server.statements()).containsOnlyOnce("QUIT").endsWith("QUIT");
    connections.idle().retire(RetireReason.BROKEN, false);
    await().atMost(Background.LONG).until(() -> connections.server.open() == 0);
    assertThat(connections.server.statements()).containsOnlyOnce("QUIT");
  }

  @Test
  void what_the_pool_closes_is_broken_and_what_the_application_aborts_too() throws SQLException {
    connections.idle().close();
    connections.idle().abort(Runnable::run);
    assertThat(connections.retired).containsExactly(RetireReason.BROKEN, RetireReason.BROKEN);
  }

  @Test
  void the_pool_is_told_that_it_is_valid_without_a_round_trip() throws SQLException {
    ManagedConnection connection = connections.idle();
    List<String> before = connections.server.statements();
    assertThat(connection.isValid(5)).isTrue();
    assertThat(connections.server.statements()).isEqualTo(before);
  }

  @Test
  void suspicion_ends_with_a_use() throws SQLException {
    ManagedConnection connection = connections.idle();
    connection.suspect();
    assertThat(connection.isSuspect()).isTrue();
    connection.usedAt(connections.clocks.millis(), connections.clocks.nanoTime());
    assertThat(connection.isSuspect()).isFalse();
  }

  @Test
  void whoever_takes_it_while_others_retire_it_either_has_it_open_or_not_at_all() throws Exception {
    for (int round = 0; round < 50; round++) {
      ManagedConnection connection = connections.idle();
      CyclicBarrier start = new CyclicBarrier(4);
      AtomicInteger retirements = new AtomicInteger();
      List<Background<Void>> threads = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        threads.add(
            Background.run(
                () -> {
                  start.await();
                  if (connection.retireIdle(RetireReason.IDLE)) {
                    retirements.incrementAndGet();
                  }
                  return null;
                }));
      }
      threads.add(
          Background.run(
              () -> {
                start.await();
                for (int n = 0; n < 5; n++) {
                  long use = connection.take();
                  if (use < 0) {
                    return null;
                  }
                  assertThat(connection.isClosed()).isFalse();
                  connection.giveBack(use);
                }
                return null;
              }));
      start.await();
      for (Background<Void> thread : threads) {
        thread.join();
      }
      assertThat(retirements.get()).isLessThanOrEqualTo(1);
      assertThat(connection.isClosed()).isEqualTo(retirements.get() == 1);
      connection.retire(RetireReason.EXPIRED, false);
    }
    assertThat(connections.retired).hasSize(50);
  }
}
