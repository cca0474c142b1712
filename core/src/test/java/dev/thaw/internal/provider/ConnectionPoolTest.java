package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mysql.cj.jdbc.JdbcConnection;
import dev.thaw.Deadline;
import dev.thaw.RetireReason;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.HeldDeadline;
import dev.thaw.internal.jdbc.BorrowedConnection;
import java.io.IOException;
import java.net.ConnectException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class ConnectionPoolTest {
  @AutoClose private TestPool test;

  @BeforeEach
  void start() throws IOException {
    test = new TestPool(1);
  }

  private BorrowedConnection get() throws SQLException {
    return test.get(Deadline.after(Background.LONG), true);
  }

  private void resize(int maxSize) throws IOException {
    test.close();
    test = new TestPool(maxSize);
  }

  private static void query(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeQuery("SELECT 1").close();
    }
  }

  /** Checks that as many connections can be had as ever, and no more. */
  private void assertNothingIsLost(int maxSize) throws SQLException {
    List<Connection> all = new ArrayList<>();
    for (int i = 0; i < maxSize; i++) {
      Connection connection = get();
      query(connection);
      all.add(connection);
    }
    assertThat(test.stats().active()).isEqualTo(maxSize);
    assertThatThrownBy(() -> test.get(Deadline.after(Duration.ofMillis(10)), true))
        .isInstanceOf(SQLTimeoutException.class);
    for (Connection connection : all) {
      connection.close();
    }
  }

  private static Stream<List<SQLException>> failuresOfASource() {
    SQLException unreachable =
        new SQLTransientConnectionException("no route", "08001", new ConnectException());
    return Stream.of(
        List.of(new SQLException("no secret")),
        List.of(unreachable),
        List.of(unreachable, new SQLTimeoutException("too slow")));
  }

  @ParameterizedTest
  @MethodSource("failuresOfASource")
  void a_get_that_cannot_open_a_connection_takes_one_that_was_given_back(
      List<SQLException> failures) throws Exception {
    resize(2);
    BorrowedConnection held = get();
    AtomicInteger asked = new AtomicInteger();
    int last = failures.size() - 1;
    test.source =
        deadline -> {
          int index = asked.getAndIncrement();
          if (index == last) {
            held.close();
          }
          throw failures.get(Math.min(index, last));
        };
    get().close();
    assertThat(asked).hasValue(failures.size());
    test.source = deadline -> DatabaseCredentials.of("app", "s3cret");
    assertNothingIsLost(2);
  }

  @Test
  void a_connection_that_was_given_back_is_taken_again_without_a_round_trip() throws SQLException {
    get().close();
    List<String> before = test.server.statements();
    get().close();
    test.get(null, true).close();
    assertThat(test.server.statements()).isEqualTo(before);
    assertThat(test.stats().opened()).isOne();
    assertThat(test.stats().reused()).isEqualTo(2);
    assertThat(test.stats().waited()).isZero();
  }

  @Test
  void each_caller_keeps_the_connection_that_it_has_opened() throws Exception {
    resize(4);
    CountDownLatch allConnected = new CountDownLatch(4);
    test.atConnect =
        () -> {
          allConnected.countDown();
          await().atMost(Background.LONG).until(() -> allConnected.getCount() == 0);
        };
    List<Background<BorrowedConnection>> callers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      callers.add(Background.run(this::get));
    }
    for (Background<BorrowedConnection> caller : callers) {
      query(caller.join());
    }
    assertThat(test.stats().opened()).isEqualTo(4);
    assertThat(test.stats().reused()).isZero();
    assertThat(test.server.accepted()).isEqualTo(4);
    assertThat(test.stats().active()).isEqualTo(4);
  }

  static Stream<Named<Consumer<TestPool>>> failures() {
    return Stream.of(
        Named.of("the source has no credentials", test -> test.source = d -> fail()),
        Named.of(
            "the source fails",
            test ->
                test.source =
                    d -> {
                      throw new IllegalStateException("source");
                    }),
        Named.of(
            "the source ends with an error",
            test ->
                test.source =
                    d -> {
                      throw new AssertionError("source");
                    }),
        Named.of(
            "the source returns an impossible host",
            test ->
                test.source =
                    d -> DatabaseCredentials.builder("app", "x").host("unknown.invalid").build()),
        Named.of("a snapshot is taken", test -> test.lifecycle.suspend()),
        Named.of(
            "a snapshot is taken while the source is asked",
            test ->
                test.source =
                    d -> {
                      test.suspend();
                      return DatabaseCredentials.of("app", "s3cret");
                    }),
        Named.of(
            "a snapshot is taken once it is open", test -> test.atConnect = () -> test.suspend()),
        Named.of(
            "the clock fails while it is opened",
            test ->
                test.source =
                    d -> {
                      test.atClock = ConnectionPoolTest::clockFails;
                      return DatabaseCredentials.of("app", "s3cret");
                    }),
        Named.of("it is interrupted", test -> Thread.currentThread().interrupt()),
        Named.of(
            "the caller is interrupted while the source is asked",
            test ->
                test.source =
                    d -> {
                      Thread.currentThread().interrupt();
                      return DatabaseCredentials.of("app", "s3cret");
                    }));
  }

  private static DatabaseCredentials fail() throws SQLException {
    throw new SQLException("no credentials");
  }

  private static void clockFails() {
    throw new IllegalStateException("clock");
  }

  @ParameterizedTest
  @MethodSource("failures")
  void a_get_that_fails_leaves_its_permit_and_its_room(Consumer<TestPool> failure)
      throws SQLException {
    CredentialsSource source = test.source;
    failure.accept(test);
    try {
      assertThatThrownBy(this::get).isNotNull();
    } finally {
      Thread.interrupted();
    }
    test.lifecycle.resume();
    test.source = source;
    test.atConnect = () -> {};
    assertThat(test.stats().active()).isZero();
    assertNothingIsLost(1);
  }

  @Test
  void gets_whose_deadline_has_passed_leave_nothing_behind() throws SQLException {
    Deadline past = Deadline.after(Duration.ZERO);
    assertThatThrownBy(() -> test.get(past, true)).isInstanceOf(SQLTimeoutException.class);
    assertThat(test.server.accepted()).isZero();
    get().close();
    assertThatThrownBy(() -> test.get(past, true)).isInstanceOf(SQLTimeoutException.class);
    assertThat(test.stats().idle()).isOne();
    assertNothingIsLost(1);
  }

  @Test
  void a_waiting_caller_that_is_interrupted_leaves_nothing_behind() throws Exception {
    BorrowedConnection taken = get();
    try (Background<BorrowedConnection> waiting = Background.run(this::get)) {
      await().atMost(Background.LONG).until(() -> test.stats().waiting() == 1);
      waiting.thread().interrupt();
      assertThat(waiting.failure())
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessageMatching("thaw - Interrupted after \\d+ ms in phase pool");
    }
    taken.close();
    assertNothingIsLost(1);
  }

  @Test
  void what_was_opened_too_late_stays_for_the_next_caller() throws SQLException {
    Deadline deadline = Deadline.after(Duration.ofMillis(500));
    get().close();
    test.suspend();
    test.lifecycle.resume();
    test.atConnect = () -> await().atMost(Background.LONG).until(deadline::hasPassed);
    assertThatThrownBy(() -> test.get(deadline, true)).isInstanceOf(SQLTimeoutException.class);
    assertThat(test.stats().idle()).isOne();
    long opened = test.stats().opened();
    get().close();
    assertThat(test.stats().opened()).isEqualTo(opened);
    assertNothingIsLost(1);
  }

  @Test
  void the_message_of_an_exhausted_pool_names_the_longest_use() throws SQLException {
    BorrowedConnection taken = get();
    test.clocks.pass(Duration.ofSeconds(7));
    assertThatThrownBy(() -> test.get(Deadline.after(Duration.ofMillis(30)), true))
        .isInstanceOf(SQLTimeoutException.class)
        .hasMessageContaining("has been in use for 7000 ms: check that each connection is closed");
    taken.close();
    assertNothingIsLost(1);
  }

  @Test
  void one_that_the_server_has_closed_is_replaced_and_the_others_must_answer() throws Exception {
    resize(2);
    BorrowedConnection one = get();
    BorrowedConnection other = get();
    one.close();
    other.close();
    JdbcConnection driver = (JdbcConnection) one.session().connection();
    test.clocks.pass(Duration.ofMillis(5));
    test.server.closeAll();
    await().atMost(Background.LONG).until(() -> test.server.open() == 0);
    query(get());
    assertThat(driver.isClosed()).isTrue();
    assertThat(test.stats().retired()).containsEntry(RetireReason.CLOSED_BY_SERVER, 2L);
    assertThat(test.stats().active()).isOne();
  }

  @Test
  void one_that_does_not_answer_costs_the_others_their_place() throws Exception {
    resize(3);
    List<BorrowedConnection> all = List.of(get(), get(), get());
    for (BorrowedConnection connection : all) {
      connection.close();
    }
    test.clocks.pass(Duration.ofSeconds(6));
    test.server.on("PING", session -> {});
    query(get());
    assertThat(test.stats().retired())
        .containsEntry(RetireReason.NO_ANSWER, 1L)
        .containsEntry(RetireReason.SUSPECT, 2L);
    assertThat(test.stats().opened()).isEqualTo(4);
    assertThat(test.stats().idle()).isZero();
  }

  @Test
  void one_that_cannot_be_lent_is_replaced() throws SQLException {
    BorrowedConnection first = get();
    JdbcConnection driver = (JdbcConnection) first.session().connection();
    first.close();
    driver.abortInternal();
    query(get());
    assertThat(test.stats().retired()).containsEntry(RetireReason.BROKEN, 1L);
    assertThat(test.stats().active()).isOne();
  }

  @Test
  void a_get_that_has_just_begun_opens_nothing_while_a_snapshot_is_taken() throws SQLException {
    test.atClock = test.lifecycle::suspend;
    test.source =
        deadline -> {
          // Restored by the time that the connection is open.
          test.lifecycle.resume();
          return DatabaseCredentials.of("app", "s3cret");
        };
    assertThatThrownBy(this::get)
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasMessageContaining("snapshot");
    assertThat(test.server.accepted()).isZero();
  }

  @Test
  void a_connection_from_before_a_restore_is_not_lent_after_it() throws SQLException {
    test.atConnect =
        () -> {
          test.suspend();
          test.lifecycle.resume();
        };
    assertThatThrownBy(this::get)
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasMessageContaining("snapshot");
    test.atConnect = () -> {};
    assertThat(test.stats().retired()).containsEntry(RetireReason.CHECKPOINT, 1L);
    assertNothingIsLost(1);
  }

  @Test
  void a_listener_that_waits_keeps_no_connection_open() throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    test.atConnect =
        () -> {
          connected.countDown();
          await().atMost(Background.LONG).until(() -> mayGoOn.getCount() == 0);
        };
    try (Background<BorrowedConnection> open = Background.run(this::get)) {
      connected.await();
      test.suspend();
      await().atMost(Background.LONG).until(() -> test.server.open() == 0);
      mayGoOn.countDown();
      assertThat(open.failure()).isInstanceOf(SQLTransientConnectionException.class);
    }
  }

  @Test
  void nothing_is_left_open_by_the_end_and_those_that_wait_are_told() throws Exception {
    BorrowedConnection taken = get();
    try (Background<BorrowedConnection> waiting = Background.run(this::get)) {
      await().atMost(Background.LONG).until(() -> test.stats().waiting() == 1);
      test.lifecycle.close();
      test.pool.endWaiting();
      test.pool.closeAll(RetireReason.PROVIDER_CLOSED);
      assertThat(waiting.failure()).isInstanceOf(SQLNonTransientConnectionException.class);
    }
    taken.close();
    assertThat(test.stats().active()).isZero();
    assertThat(test.stats().idle()).isZero();
    assertThat(test.stats().retired()).containsOnly(Map.entry(RetireReason.PROVIDER_CLOSED, 1L));
    assertThat(test.pool.isActive()).isFalse();
    await().atMost(Background.LONG).until(() -> test.server.open() == 0);
  }

  @Test
  void an_abort_frees_the_permit_once() throws SQLException {
    BorrowedConnection taken = get();
    taken.abort(Runnable::run);
    taken.close();
    taken.abort(Runnable::run);
    assertNothingIsLost(1);
  }

  @Test
  void a_driver_connection_that_is_closed_through_unwrap_frees_the_permit_once()
      throws SQLException {
    BorrowedConnection taken = get();
    taken.unwrap(JdbcConnection.class).abortInternal();
    assertThat(taken.isClosed()).isTrue();
    assertNothingIsLost(1);
    taken.close();
    assertNothingIsLost(1);
  }

  private void leaveUnfinished() throws SQLException {
    // The first use loads the driver's classes, which may take longer than the deadline.
    try (BorrowedConnection connection = test.get(Deadline.after(Background.LONG), true)) {
      query(connection);
    }
    HeldDeadline held = new HeldDeadline(Duration.ofMillis(300));
    test.server.on("SELECT SLEEP", session -> {});
    try (BorrowedConnection connection = test.get(held.deadline(), true);
        Statement statement = connection.createStatement()) {
      held.release();
      assertThatThrownBy(() -> statement.execute("SELECT SLEEP(100)"))
          .isInstanceOf(SQLTimeoutException.class);
    }
  }

  @Test
  void a_statement_that_outlived_its_deadline_is_ended_before_the_next_use() throws SQLException {
    leaveUnfinished();
    get().close();
    assertThat(test.server.statements()).containsOnlyOnce("KILL 1");
    get().close();
    assertThat(test.server.statements()).containsOnlyOnce("KILL 1");
  }

  @Test
  void one_over_which_a_statement_could_not_be_ended_is_not_lent() throws SQLException {
    leaveUnfinished();
    test.server.on("KILL", session -> {});
    try (BorrowedConnection connection = get()) {
      query(connection);
    }
    assertNothingIsLost(1);
  }

  @Test
  void an_idle_one_over_which_a_statement_could_not_be_ended_is_not_lent() throws Exception {
    resize(2);
    BorrowedConnection other = get();
    leaveUnfinished();
    other.close();
    test.server.on("KILL", session -> {});
    try (BorrowedConnection connection = get()) {
      query(connection);
    }
    assertNothingIsLost(2);
  }

  @Test
  void one_that_must_not_end_a_statement_of_another_user_is_lent_all_the_same()
      throws SQLException {
    leaveUnfinished();
    test.server.on(
        "KILL", session -> session.error(1095, "HY000", "You are not owner of thread 1"));
    try (BorrowedConnection connection = get()) {
      query(connection);
    }
    assertThat(test.stats().opened()).isEqualTo(2);
  }

  @Test
  void no_permit_is_lost_when_many_come_and_give_up() throws Exception {
    resize(3);
    List<Background<Void>> callers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int caller = i;
      callers.add(
          Background.perform(
              () -> {
                for (int n = 0; n < 100; n++) {
                  use(caller, n);
                }
              }));
    }
    Background.joinAll(callers);
    assertThat(test.stats().active()).isZero();
    assertNothingIsLost(3);
  }

  private void use(int caller, int n) throws SQLException {
    try (BorrowedConnection connection =
        test.get(Deadline.after(Duration.ofMillis(caller == 0 ? 1 : 5_000)), true)) {
      if (n % 10 == caller) {
        connection.abort(Runnable::run);
      }
    } catch (SQLTimeoutException e) {
      assertThat(caller).isZero();
    }
  }
}
