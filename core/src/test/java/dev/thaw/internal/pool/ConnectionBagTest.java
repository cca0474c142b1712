package dev.thaw.internal.pool;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

import dev.thaw.Deadline;
import dev.thaw.RetireReason;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.CapturedLog;
import dev.thaw.fixture.TestConnections;
import dev.thaw.internal.mysql.PhysicalConnection;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionBagTest {
  private static final int MAX = 8;

  private final Waiters waiters = new Waiters();
  private final ConnectionBag bag = new ConnectionBag(waiters, MAX, 0);
  private final List<PooledConnection> retired = new ArrayList<>();
  @AutoClose private TestConnections connections;

  // The entries are what this is about: they may have one connection in common.
  @AutoClose("abort")
  private PhysicalConnection physical;

  @BeforeEach
  void start() throws IOException, SQLException {
    connections = new TestConnections();
    physical = connections.open();
  }

  private PooledConnection fresh() {
    return new PooledConnection(physical, 1, connections.now(), mock());
  }

  private PooledConnection inUse(ConnectionBag any) {
    PooledConnection connection = fresh();
    any.add(connection);
    return connection;
  }

  private PooledConnection inUse() {
    return inUse(bag);
  }

  private PooledConnection idle(ConnectionBag any) {
    PooledConnection connection = inUse(any);
    any.giveBack(connection);
    return connection;
  }

  private PooledConnection idle() {
    return idle(bag);
  }

  private void trim(ConnectionBag any) {
    any.trim(
        connections.now(),
        10_000,
        (connection, reason) -> {
          assertThat(reason).isEqualTo(RetireReason.IDLE);
          if (any.seizeIdle(connection) != null) {
            retired.add(connection);
          }
        });
  }

  private void pass(Duration time) {
    connections.clocks().pass(time);
  }

  @Test
  void a_new_connection_is_in_use_until_it_is_given_back() {
    PooledConnection connection = inUse();
    assertThat(bag.takeIdle()).isNull();
    assertThat(bag.active()).isOne();
    bag.giveBack(connection);
    assertThat(bag.idle()).isOne();
    assertThat(bag.takeIdle()).isSameAs(connection);
    assertThat(bag.takeIdle()).isNull();
    assertThat(bag.all()).containsExactly(connection);
  }

  private <T> Background<T> waiting(Waiters.Look<T> look) {
    Background<T> caller =
        Background.run(() -> requireNonNull(waiters.await(Deadline.after(Background.LONG), look)));
    await().atMost(Background.LONG).until(() -> !waiters.mayPass());
    return caller;
  }

  private void fill() {
    while (bag.reserveRoom()) {
      // As many as there may be.
    }
  }

  @Test
  void one_that_comes_back_goes_to_the_caller_that_waits() throws Exception {
    fill();
    PooledConnection connection = inUse();
    try (Background<PooledConnection> waiting = waiting(bag::takeIdle)) {
      bag.giveBack(connection);
      assertThat(waiting.join()).isSameAs(connection);
      assertThat(connection.isInUse()).isTrue();
    }
  }

  @Test
  void one_that_is_no_longer_reserved_goes_to_the_caller_that_waits() throws Exception {
    fill();
    PooledConnection connection = idle();
    assertThat(bag.reserveIdle()).isSameAs(connection);
    try (Background<PooledConnection> waiting = waiting(bag::takeIdle)) {
      bag.unreserve(connection);
      assertThat(waiting.join()).isSameAs(connection);
    }
  }

  @Test
  void room_that_is_given_back_goes_to_the_caller_that_waits() throws Exception {
    fill();
    try (Background<Boolean> waiting = waiting(() -> bag.reserveRoom() ? true : null)) {
      bag.cancelRoom();
      assertThat(waiting.join()).isTrue();
      assertThat(bag.reserveRoom()).isFalse();
    }
  }

  @Test
  void all_are_idle_if_none_is_in_use_or_being_opened() {
    assertThat(bag.areIdle()).isTrue();
    assertThat(bag.reserveRoom()).isTrue();
    assertThat(bag.areIdle()).isFalse();
    PooledConnection connection = inUse();
    assertThat(bag.areIdle()).isFalse();
    bag.giveBack(connection);
    assertThat(bag.areIdle()).isTrue();
  }

  @Test
  void an_interrupted_thread_finds_nothing_and_stays_interrupted() {
    inUse();
    Thread.currentThread().interrupt();
    assertThat(bag.takeIdle()).isNull();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void an_interrupted_thread_takes_what_is_idle() {
    PooledConnection connection = idle();
    Thread.currentThread().interrupt();
    assertThat(bag.takeIdle()).isSameAs(connection);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void there_is_room_for_as_many_as_there_may_be() {
    for (int i = 0; i < MAX; i++) {
      assertThat(bag.reserveRoom()).isTrue();
    }
    assertThat(bag.reserveRoom()).isFalse();
    assertThat(bag.reserveRoom()).isFalse();
    bag.cancelRoom();
    assertThat(bag.reserveRoom()).isTrue();
    assertThat(bag.reserveRoom()).isFalse();
  }

  @Test
  void a_seized_connection_is_gone_once() {
    PooledConnection taken = inUse();
    PooledConnection idle = idle();
    assertThat(bag.seize(taken)).isSameAs(physical);
    assertThat(bag.seize(idle)).isSameAs(physical);
    assertThat(bag.seize(taken)).isNull();
    assertThat(bag.seize(idle)).isNull();
    assertThat(bag.all()).isEmpty();
    assertThat(bag.takeIdle()).isNull();
    assertThat(bag.active() + bag.idle()).isZero();
  }

  @Test
  void a_removed_entry_lets_go_of_its_connection() throws SQLException {
    PooledConnection connection = inUse();
    connection.exposed(requireNonNull(connection.lend(connections.now(), null)));
    assertThat(connection.exposed()).isNotNull();
    bag.seize(connection);
    assertThat(connection.physical()).isNull();
    assertThat(connection.exposed()).isNull();
    assertThat(connection.lend(connections.now(), null)).isNull();
  }

  @Test
  void a_removed_entry_is_not_revived_when_it_is_given_back() {
    PooledConnection connection = inUse();
    bag.seize(connection);
    bag.giveBack(connection);
    assertThat(connection.isInUse()).isFalse();
    assertThat(bag.takeIdle()).isNull();
    assertThat(bag.seize(connection)).isNull();
  }

  @Test
  void one_in_use_is_not_seized_as_idle() {
    PooledConnection connection = inUse();
    assertThat(bag.seizeIdle(connection)).isNull();
    bag.giveBack(connection);
    assertThat(bag.seizeIdle(connection)).isSameAs(physical);
  }

  @Test
  void one_that_is_reserved_is_neither_lent_nor_seized() {
    PooledConnection connection = idle();
    inUse();
    assertThat(bag.reserveIdle()).isSameAs(connection);
    assertThat(bag.reserveIdle()).isNull();
    assertThat(bag.takeIdle()).isNull();
    assertThat(bag.seize(connection)).isNull();
    bag.unreserve(connection);
    assertThat(bag.takeIdle()).isSameAs(connection);
  }

  @Test
  void one_that_is_reserved_can_be_removed() {
    PooledConnection connection = idle();
    assertThat(bag.reserveIdle()).isSameAs(connection);
    assertThat(bag.remove(connection)).isSameAs(physical);
    assertThat(bag.all()).isEmpty();
  }

  @Test
  void a_seizure_is_not_lost_while_others_take_and_give_back() throws Exception {
    for (int round = 0; round < 2_000; round++) {
      PooledConnection connection = idle();
      CyclicBarrier start = new CyclicBarrier(2);
      try (Background<Void> user =
          Background.perform(
              () -> {
                start.await();
                PooledConnection taken = bag.takeIdle();
                while (taken != null) {
                  bag.giveBack(taken);
                  taken = bag.takeIdle();
                }
              })) {
        start.await();
        assertThat(bag.seize(connection)).as("round %s", round).isSameAs(physical);
        user.join();
      }
    }
  }

  @Test
  void one_of_several_threads_seizes_and_hikaricp_has_nothing_to_say() throws Exception {
    try (CapturedLog log = new CapturedLog()) {
      for (int round = 0; round < 500; round++) {
        PooledConnection connection = inUse();
        CyclicBarrier start = new CyclicBarrier(4);
        AtomicInteger seizures = new AtomicInteger();
        List<Background<Void>> threads =
            Background.perform(
                3,
                () -> {
                  start.await();
                  if (bag.seize(connection) != null) {
                    seizures.incrementAndGet();
                  }
                });
        start.await();
        bag.giveBack(connection);
        Background.joinAll(threads);
        assertThat(seizures).hasValue(1);
        assertThat(bag.takeIdle()).isNull();
      }
      assertThat(log.text()).doesNotContain("WARN");
    }
  }

  @Test
  void threads_that_take_and_give_back_never_share_one() throws Exception {
    for (int i = 0; i < 3; i++) {
      idle();
    }
    AtomicBoolean[] owned = new AtomicBoolean[3];
    for (int i = 0; i < owned.length; i++) {
      owned[i] = new AtomicBoolean();
    }
    List<PooledConnection> all = bag.all();
    List<Background<Void>> threads =
        Background.perform(
            6,
            () -> {
              for (int n = 0; n < 500; n++) {
                PooledConnection taken = bag.takeIdle();
                if (taken != null) {
                  AtomicBoolean owner = owned[all.indexOf(taken)];
                  assertThat(owner.compareAndSet(false, true)).isTrue();
                  Thread.onSpinWait();
                  owner.set(false);
                  bag.giveBack(taken);
                }
              }
            });
    Background.joinAll(threads);
    assertThat(bag.idle()).isEqualTo(3);
  }

  @Test
  void trims_what_was_idle_too_long_but_leaves_one() {
    idle();
    idle();
    idle();
    pass(Duration.ofSeconds(10));
    trim(bag);
    assertThat(retired).isEmpty();
    pass(Duration.ofSeconds(1));
    trim(bag);
    assertThat(retired).hasSize(2);
    assertThat(bag.idle()).isOne();
  }

  @Test
  void trims_after_a_freeze_whichever_clock_ran_on() {
    idle();
    idle();
    connections.clocks().passOnWall(Duration.ofSeconds(11));
    trim(bag);
    assertThat(retired).hasSize(1);
    idle();
    connections.clocks().passOnMonotonic(Duration.ofSeconds(11));
    trim(bag);
    assertThat(retired).hasSize(2);
  }

  @Test
  void leaves_as_many_idle_ones_as_it_should_and_those_in_use() {
    ConnectionBag two = new ConnectionBag(waiters, MAX, 2);
    for (int i = 0; i < 4; i++) {
      idle(two);
    }
    inUse(two);
    pass(Duration.ofMinutes(1));
    trim(two);
    assertThat(retired).hasSize(2);
    assertThat(two.idle()).isEqualTo(2);
    assertThat(two.active()).isOne();
  }

  @Test
  void trims_nothing_without_an_idle_timeout() {
    idle();
    idle();
    pass(Duration.ofDays(1));
    bag.trim(connections.now(), 0, (connection, reason) -> retired.add(connection));
    assertThat(retired).isEmpty();
  }

  @Test
  void trims_each_when_its_own_time_has_come() {
    PooledConnection first = idle();
    pass(Duration.ofSeconds(5));
    PooledConnection second = idle();
    trim(bag);
    pass(Duration.ofSeconds(4));
    PooledConnection last = idle();
    trim(bag);
    assertThat(retired).isEmpty();
    pass(Duration.ofMillis(1_001));
    trim(bag);
    assertThat(retired).containsExactly(first);
    pass(Duration.ofSeconds(5));
    trim(bag);
    assertThat(retired).containsExactly(first, second);
    assertThat(bag.all()).containsExactly(last);
  }

  @Test
  void looks_for_idle_ones_ten_times_within_their_time_and_no_more() {
    idle();
    PooledConnection later = idle();
    pass(Duration.ofMillis(9_500));
    later.usedAt(connections.now());
    trim(bag);
    pass(Duration.ofMillis(999));
    trim(bag);
    assertThat(retired).isEmpty();
    pass(Duration.ofMillis(1));
    trim(bag);
    assertThat(retired).hasSize(1);
  }

  @Test
  void trims_by_a_wall_clock_that_was_set_back() {
    trim(bag);
    connections.clocks().passOnWall(Duration.ofHours(-1));
    idle();
    idle();
    connections.clocks().passOnWall(Duration.ofSeconds(11));
    trim(bag);
    assertThat(retired).hasSize(1);
  }

  @Test
  void knows_for_how_long_the_longest_use_has_lasted() throws SQLException {
    assertThat(bag.longestUseMillis(connections.now())).isNegative();
    PooledConnection longest = inUse();
    pass(Duration.ofSeconds(3));
    inUse();
    pass(Duration.ofSeconds(4));
    assertThat(bag.longestUseMillis(connections.now())).isEqualTo(7_000);
    bag.giveBack(longest);
    assertThat(bag.longestUseMillis(connections.now())).isEqualTo(4_000);
    assertThat(requireNonNull(bag.takeIdle()).lend(connections.now(), null)).isNotNull();
    assertThat(bag.longestUseMillis(connections.now())).isEqualTo(4_000);
  }

  @Test
  void suspicion_and_the_end_of_usefulness_are_about_every_connection() {
    PooledConnection idle = idle();
    PooledConnection inUse = inUse();
    bag.suspectIdle();
    assertThat(idle.isSuspect()).isTrue();
    assertThat(inUse.isSuspect()).isTrue();
    bag.outdateAll(RetireReason.READ_ONLY);
    assertThat(idle.unfitReason()).isEqualTo(RetireReason.READ_ONLY);
    assertThat(inUse.unfitReason()).isEqualTo(RetireReason.READ_ONLY);
  }
}
