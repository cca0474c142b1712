package dev.thaw.internal.pool;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.fixture.Background;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HikariConnectionsTest {
  private static final int MAX = 16;

  private final HikariConnections pool = new HikariConnections("pool-under-test", MAX);
  private final StubConnection stub = new StubConnection();

  @AfterEach
  void close() {
    pool.close();
  }

  private Connection adopt(StubConnection opened) throws SQLException {
    return handOver(pool, opened.connection);
  }

  private Connection takeIdle() throws SQLException {
    return requireNonNull(pool.takeIdle(MAX));
  }

  private static Set<String> threads() {
    Set<String> names = new HashSet<>();
    Thread.getAllStackTraces().keySet().forEach(thread -> names.add(thread.getName()));
    return names;
  }

  @Test
  void an_empty_pool_has_nothing_idle_and_no_thread() throws SQLException {
    HikariConnections empty = new HikariConnections("empty-pool", 1);
    assertThat(empty.takeIdle(1)).isNull();
    assertThat(threads()).noneMatch(name -> name.contains("empty-pool"));
    empty.close();
  }

  @Test
  void a_connection_is_handed_over_and_taken_again_after_its_return() throws SQLException {
    Connection proxy = adopt(stub);
    assertThat(proxy.unwrap(Connection.class)).isSameAs(stub.connection);
    assertThat(pool.takeIdle(MAX)).isNull();
    proxy.close();
    Connection again = takeIdle();
    assertThat(again.unwrap(Connection.class)).isSameAs(stub.connection);
    assertThat(stub.closed).isFalse();
    again.close();
  }

  @Test
  void who_is_the_only_taker_gets_what_is_there_or_nothing() throws SQLException {
    adopt(stub).close();
    Connection proxy = requireNonNull(pool.takeIdle(1));
    assertThat(pool.takeIdle(1)).isNull();
    proxy.close();
  }

  @Test
  void what_is_on_its_way_to_somebody_else_is_not_taken() throws SQLException {
    adopt(stub).close();
    pool.offer(new StubConnection().connection);
    assertThat(pool.takeIdle(1)).isNull();
    pool.handedOver();
    assertThat(pool.takeIdle(1)).isNotNull();
  }

  @Test
  void the_thread_of_the_application_is_not_interrupted() throws SQLException {
    adopt(stub).close();
    takeIdle().close();
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void there_is_no_housekeeper() throws SQLException {
    adopt(stub).close();
    assertThat(threads()).noneMatch(name -> name.contains("housekeeper"));
  }

  @Test
  void everybody_who_hands_over_at_the_same_time_gets_one_and_none_is_lost() throws Exception {
    for (int round = 0; round < 20; round++) {
      HikariConnections fresh = new HikariConnections("round", MAX);
      CyclicBarrier start = new CyclicBarrier(MAX);
      List<StubConnection> opened = new ArrayList<>();
      List<Background<Connection>> threads = new ArrayList<>();
      for (int i = 0; i < MAX; i++) {
        StubConnection own = new StubConnection();
        opened.add(own);
        threads.add(
            Background.run(
                () -> {
                  start.await();
                  return handOver(fresh, own.connection);
                }));
      }
      List<Connection> proxies = new ArrayList<>();
      for (Background<Connection> thread : threads) {
        proxies.add(requireNonNull(thread.join()));
      }
      Set<Object> got = new HashSet<>();
      for (Connection proxy : proxies) {
        assertThat(got.add(proxy.unwrap(Connection.class))).isTrue();
        proxy.close();
      }
      assertThat(opened).allSatisfy(own -> assertThat(got).contains(own.connection));
      assertThat(opened).noneMatch(own -> own.closed);
      for (int i = 0; i < MAX; i++) {
        assertThat(fresh.takeIdle(MAX)).isNotNull();
      }
      assertThat(fresh.takeIdle(MAX)).isNull();
      fresh.close();
    }
  }

  /** Repeats its request, as the provider does: HikariCP may drop one when many come at once. */
  private static Connection handOver(HikariConnections pool, Connection own) throws SQLException {
    pool.offer(own);
    try {
      long start = System.nanoTime();
      while (System.nanoTime() - start < Background.LONG.toNanos()) {
        Connection proxy = pool.claim(20);
        if (proxy != null) {
          return proxy;
        }
      }
      throw new AssertionError("Not claimed");
    } finally {
      pool.handedOver();
    }
  }

  @Test
  void many_threads_that_take_and_give_back_never_share_one() throws Exception {
    List<Background<Void>> threads = new ArrayList<>();
    for (int i = 0; i < MAX; i++) {
      threads.add(
          Background.run(
              () -> {
                adopt(new StubConnection()).close();
                for (int n = 0; n < 500; n++) {
                  Connection proxy = pool.takeIdle(MAX);
                  if (proxy != null) {
                    // Whoever has it finds its own mark.
                    int mark = Thread.currentThread().hashCode();
                    Connection inner = proxy.unwrap(Connection.class);
                    inner.setNetworkTimeout(Runnable::run, mark);
                    Thread.onSpinWait();
                    assertThat(inner.getNetworkTimeout()).isEqualTo(mark);
                    proxy.close();
                  }
                }
                return null;
              }));
    }
    for (Background<Void> thread : threads) {
      thread.join();
    }
  }

  @Test
  void an_offer_that_the_pool_has_no_room_for_can_be_withdrawn() throws SQLException {
    HikariConnections one = new HikariConnections("one", 1);
    Connection taken = handOver(one, stub.connection);
    StubConnection second = new StubConnection();
    one.offer(second.connection);
    assertThat(one.claim(20)).isNull();
    assertThat(one.takeBack(second.connection)).isSameAs(second.connection);
    assertThat(one.takeBack(second.connection)).isNull();
    one.handedOver();
    taken.close();
    one.close();
    assertThat(second.closed).isFalse();
  }

  @Test
  void an_evicted_connection_is_closed_and_makes_room() throws SQLException {
    HikariConnections one = new HikariConnections("one", 1);
    one.evict(handOver(one, stub.connection));
    await().atMost(Background.LONG).until(() -> stub.closed);
    handOver(one, new StubConnection().connection).close();
    one.close();
  }

  @Test
  void session_state_is_reset_at_return() throws SQLException {
    Connection proxy = adopt(stub);
    proxy.setAutoCommit(false);
    proxy.setNetworkTimeout(Runnable::run, 500);
    proxy.close();
    assertThat(stub.autoCommit).isTrue();
    assertThat(stub.networkTimeout).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "0A000, 0, not supported",
    "HY000, 1105, unknown error",
    "HY000, 1290, running with the --secure-file-priv option",
    "42S02, 1146, no such table",
    "40001, 1213, deadlock"
  })
  void an_error_that_says_nothing_of_the_connection_costs_none(
      String state, int code, String message) throws SQLException {
    Connection proxy = adopt(stub);
    stub.failure = new SQLException(message, state, code);
    assertThatThrownBy(() -> proxy.nativeSQL("")).isSameAs(stub.failure);
    proxy.close();
    assertThat(takeIdle().unwrap(Connection.class)).isSameAs(stub.connection);
    assertThat(stub.closed).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "08S01, 0, link failure",
    "HY000, 1290, running with the --read-only option",
    "HY000, 1836, read only mode"
  })
  void an_error_of_the_connection_ends_it(String state, int code, String message)
      throws SQLException {
    Connection proxy = adopt(stub);
    stub.failure = new SQLException(message, state, code);
    assertThatThrownBy(() -> proxy.nativeSQL("")).isSameAs(stub.failure);
    proxy.close();
    await().atMost(Background.LONG).until(() -> stub.closed);
    assertThat(pool.takeIdle(MAX)).isNull();
  }

  @Test
  void the_end_closes_what_is_idle_and_what_is_taken() throws SQLException {
    StubConnection taken = new StubConnection();
    Connection proxy = adopt(taken);
    adopt(stub).close();
    pool.close();
    assertThat(stub.closed).isTrue();
    assertThat(taken.closed).isTrue();
    proxy.close();
    assertThat(pool.takeIdle(MAX)).isNull();
    pool.offer(stub.connection);
    assertThat(pool.claim(20)).isNull();
    assertThat(pool.takeBack(stub.connection)).isSameAs(stub.connection);
    pool.close();
  }

  @Test
  void an_interrupt_does_not_stop_the_end_and_is_kept() throws Exception {
    adopt(stub).close();
    try (Background<Boolean> closing =
        Background.run(
            () -> {
              Thread.currentThread().interrupt();
              pool.close();
              return Thread.currentThread().isInterrupted();
            })) {
      assertThat(closing.join()).isTrue();
    }
    assertThat(stub.closed).isTrue();
  }
}
