package dev.thaw.internal.provider;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Elapsed;
import dev.thaw.fixture.ScriptedServer;
import dev.thaw.internal.jdbc.BorrowedConnection;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.net.Endpoint;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.provider.Acquisition.Purpose;
import dev.thaw.internal.time.Moment;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PendingLoginsTest {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final DatabaseCredentials CREDENTIALS = DatabaseCredentials.of("app", "s3cret");

  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  private final CountDownLatch never = new CountDownLatch(1);
  private final CountDownLatch sourceMayAnswer = new CountDownLatch(1);
  @AutoClose private TestPool test;

  /** Loads the driver, which takes longer than a short get. */
  @BeforeAll
  static void load() throws Exception {
    try (TestPool first = new TestPool(1)) {
      first.get(Deadline.after(Background.LONG), true).close();
    }
  }

  @BeforeEach
  void start() throws IOException {
    test = new TestPool(1);
  }

  /** Tries short gets until one succeeds, and counts the others. */
  private void getAtLast(AtomicInteger failed) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(Background.LONG)
        .until(
            () -> {
              try {
                test.get(Deadline.after(SHORT), true).close();
                return true;
              } catch (SQLTimeoutException e) {
                failed.incrementAndGet();
                return false;
              }
            });
  }

  /** Uses a pool of another size, on a server with a script, from now on. */
  private void use(int maxSize, ScriptedServer.Script script) throws IOException {
    test.close();
    test = new TestPool(maxSize, ScriptedServer.start(script));
  }

  /**
   * Lets clients in whose login has waited while so many gets have failed; never the first ones.
   */
  private void use(int maxSize, AtomicInteger failed, int waits, int neverAnswered)
      throws IOException {
    use(
        maxSize,
        (self, session) -> {
          session.greet();
          session.login();
          int since = failed.get();
          await()
              .pollInterval(Duration.ofMillis(1))
              .atMost(Duration.ofMinutes(1))
              .until(() -> session.id() > neverAnswered && failed.get() - since >= waits);
          session.ok();
          self.serve(session);
        });
  }

  @Test
  void one_that_hangs_keeps_no_other_from_taking_several_deadlines() throws IOException {
    AtomicInteger failed = new AtomicInteger();
    use(1, failed, 3, 1);
    getAtLast(failed);
    assertThat(test.server.accepted()).isEqualTo(2);
  }

  @Test
  void those_of_several_threads_take_several_deadlines() throws Exception {
    AtomicInteger failed = new AtomicInteger();
    use(3, failed, 12, 0);
    Background.joinAll(Background.perform(3, () -> getAtLast(failed)));
    // Four at a time; where one serves the get that waits for another one, that one ends.
    assertThat(test.server.accepted()).isLessThanOrEqualTo(8);
  }

  @Test
  void where_no_more_may_begin_those_of_the_same_user_are_waited_for() throws IOException {
    AtomicInteger failed = new AtomicInteger();
    use(1, failed, 4, 0);
    AtomicInteger tokens = new AtomicInteger();
    test.source = deadline -> DatabaseCredentials.of("app", "t0ken" + tokens.incrementAndGet());
    getAtLast(failed);
    assertThat(test.server.accepted()).isLessThanOrEqualTo(3);
  }

  @Test
  void sessions_and_logins_are_one_more_than_the_pool_may_have_at_most() throws Exception {
    AtomicInteger failed = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    use(
        2,
        (self, session) -> {
          most.accumulateAndGet(test.server.open(), Math::max);
          session.greet();
          session.login();
          if (session.id() > 1) {
            await()
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofMinutes(1))
                .until(() -> failed.get() >= 20);
          }
          session.ok();
          self.serve(session);
        });
    BorrowedConnection held = test.get(Deadline.after(Background.LONG), true);
    Background.joinAll(Background.perform(3, () -> getAtLast(failed)));
    held.close();
    // In use, under way, and one that hangs.
    assertThat(most).hasValueLessThanOrEqualTo(3);
    await().until(() -> test.server.open() == test.stats().total());
    assertThat(test.stats().total()).isLessThanOrEqualTo(2);
  }

  private BorrowedConnection get(Duration time) throws SQLException {
    return test.get(Deadline.after(time), true);
  }

  /**
   * Leaves a login behind, which the server answers when it may; it never answers those after it.
   */
  private void leaveOne() throws IOException {
    use(
        1,
        (self, session) -> {
          session.greet();
          session.login();
          if (session.id() > 1) {
            never.await();
          }
          mayAnswer.await();
          session.ok();
          self.serve(session);
        });
    assertLeavesOne(SHORT);
  }

  /** Has the source answer when it may; what is returned opens when it is asked. */
  private CountDownLatch answerWhenAllowed(CredentialsSource answer) {
    CountDownLatch asking = new CountDownLatch(1);
    test.source =
        deadline -> {
          asking.countDown();
          await().until(() -> sourceMayAnswer.getCount() == 0);
          return answer.credentials(deadline);
        };
    return asking;
  }

  private void assertLeavesOne(Duration time) {
    assertThatThrownBy(() -> get(time)).hasMessageContaining("the login goes on");
  }

  @Test
  void one_that_ends_while_the_next_get_asks_its_source_is_for_any_get() throws Exception {
    leaveOne();
    CountDownLatch asking =
        answerWhenAllowed(
            deadline -> {
              throw new SQLException("no secret");
            });
    try (Background<BorrowedConnection> first = Background.run(() -> get(Background.LONG))) {
      asking.await();
      mayAnswer.countDown();
      get(Background.LONG).close();
      sourceMayAnswer.countDown();
      first.join().close();
    }
    assertThat(test.server.accepted()).isOne();
    assertThat(test.stats().reused()).isEqualTo(2);
    assertThat(test.stats().total()).isOne();
  }

  @Test
  void a_get_whose_login_ended_while_it_asked_its_source_waits_for_the_connection()
      throws Exception {
    leaveOne();
    CountDownLatch asking = answerWhenAllowed(deadline -> CREDENTIALS);
    try (Background<BorrowedConnection> first = Background.run(() -> get(Background.LONG))) {
      asking.await();
      mayAnswer.countDown();
      BorrowedConnection other = get(Background.LONG);
      sourceMayAnswer.countDown();
      await().until(() -> test.stats().waiting() == 1);
      other.close();
      first.join().close();
    }
    assertThat(test.server.accepted()).isOne();
    assertThat(test.stats().total()).isOne();
  }

  @Test
  void a_get_whose_source_fails_leaves_it_in_the_pool() throws Exception {
    leaveOne();
    test.source =
        deadline -> {
          throw new SQLException("no secret");
        };
    assertThatThrownBy(() -> get(Background.LONG)).hasMessageContaining("no secret");
    mayAnswer.countDown();
    await().until(() -> test.stats().idle() == 1);
    assertThat(test.server.accepted()).isOne();
  }

  @Test
  void one_that_was_replaced_is_kept_in_the_room_of_one_that_is_not_done() throws Exception {
    leaveOne();
    assertLeavesOne(SHORT.multipliedBy(4));
    assertThat(test.server.accepted()).isEqualTo(2);
    mayAnswer.countDown();
    await().until(() -> test.stats().idle() == 1);
    get(Background.LONG).close();
    assertThat(test.server.accepted()).isEqualTo(2);
    assertThat(test.stats().reused()).isOne();
  }

  @Test
  void left_behind_it_has_the_end_of_the_server_and_is_taken_once() throws Exception {
    AtomicReference<Deadline> end = new AtomicReference<>();
    CountDownLatch over = new CountDownLatch(1);
    Deadline soon = Deadline.after(SHORT);
    PendingLogins logins = new PendingLogins();
    Opening first = TestPool.opening(soon, () -> false);
    PendingLogin login =
        new PendingLogin(
            new LoginTarget(
                requireNonNull(Endpoint.of(CREDENTIALS, "127.0.0.1", 3306, "appdb")), CREDENTIALS),
            new Moment(0, 0),
            first,
            new LoginWork() {
              @Override
              public void admit() {}

              @Override
              public PhysicalConnection connect(PendingLogin own) throws SQLException {
                end.set(own.end());
                own.greeted(soon);
                await().until(() -> over.getCount() == 0);
                throw new SQLException("over");
              }

              @Override
              public Connector.Opened opened(PhysicalConnection connection) {
                throw new AssertionError("opened");
              }

              @Override
              public void failed(SQLException failure) {}
            },
            logins);
    login.start();
    assertThat(login.await(first, null)).isNull();
    assertThat(requireNonNull(end.get()).remaining()).isGreaterThan(Duration.ofSeconds(5));
    assertThat(logins.take()).isSameAs(login);
    assertThat(logins.take()).isNull();
    assertThat(login.letGo(null)).isTrue();
    // Another get has done that: this one has no room any more.
    assertThat(first.mayReplace()).isFalse();
    over.countDown();
    login.awaitEnd(Deadline.after(Background.LONG));
  }

  @Test
  void a_connect_for_which_the_get_has_had_an_idle_connection_is_not_given_up() throws Exception {
    CountDownLatch connecting = new CountDownLatch(1);
    use(
        2,
        (self, session) -> {
          if (session.id() == 2) {
            connecting.countDown();
            mayAnswer.await();
          }
          self.letIn(session);
        });
    BorrowedConnection held = get(Background.LONG);
    try (Background<BorrowedConnection> waiting = Background.run(() -> get(Background.LONG))) {
      connecting.await();
      held.close();
      waiting.join().close();
      mayAnswer.countDown();
      await().until(() -> test.stats().idle() == 2);
    }
    assertThat(test.server.accepted()).isEqualTo(2);
  }

  @Test
  void the_refusal_of_one_whose_get_was_served_by_another_one_is_told() throws Exception {
    CountDownLatch loggingIn = new CountDownLatch(1);
    CountDownLatch mayRefuse = new CountDownLatch(1);
    use(
        1,
        (self, session) -> {
          session.greet();
          session.login();
          if (session.id() > 1) {
            loggingIn.countDown();
            mayRefuse.await();
            session.error(1045, "28000", "Access denied");
            return;
          }
          mayAnswer.await();
          session.ok();
          self.serve(session);
        });
    assertLeavesOne(SHORT);
    Duration time = Duration.ofSeconds(4);
    try (Background<BorrowedConnection> second = Background.run(() -> get(time))) {
      // After half of the time.
      loggingIn.await();
      mayAnswer.countDown();
      second.join().close();
    }
    assertThat(test.stats().opened()).isOne();
    mayRefuse.countDown();
    await().until(() -> test.stats().refusedLogins() == 1);
    assertThat(test.stats().total()).isOne();
  }

  @Test
  void two_that_hang_do_not_keep_gets_from_a_third_until_the_server_gives_up() throws Exception {
    use(
        1,
        (self, session) -> {
          session.greet();
          session.login();
          if (session.id() <= 2) {
            never.await();
          }
          session.ok();
          self.serve(session);
        });
    Elapsed.assertTakesAtMost(Duration.ofSeconds(8), () -> getAtLast(new AtomicInteger()));
    assertThat(test.server.accepted()).isEqualTo(3);
  }

  /**
   * Leaves a login behind, which the server answers when it may, while a get waits for a second
   * one, which is never answered; those after it are.
   */
  private Background<BorrowedConnection> leaveOneBesideAnother() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    use(
        2,
        (self, session) -> {
          session.greet();
          session.login();
          if (session.id() == 1) {
            first.countDown();
            mayAnswer.await();
          } else if (session.id() == 2) {
            second.countDown();
            never.await();
          }
          session.ok();
          self.serve(session);
        });
    AtomicInteger left = new AtomicInteger(60_000);
    try (Background<BorrowedConnection> leaves =
        Background.run(() -> test.get(Deadline.of(left::get), true))) {
      first.await();
      Background<BorrowedConnection> waits = Background.run(() -> get(Background.LONG));
      second.await();
      left.set(0);
      assertThatThrownBy(leaves::join).isInstanceOf(SQLTimeoutException.class);
      return waits;
    }
  }

  @Test
  void one_that_hangs_in_the_room_of_the_one_that_served_its_get_is_replaced() throws Exception {
    try (Background<BorrowedConnection> served = leaveOneBesideAnother()) {
      mayAnswer.countDown();
      served.join();
      // After half of the time.
      get(Duration.ofSeconds(2)).close();
    }
    assertThat(test.server.accepted()).isEqualTo(3);
  }

  @Test
  void a_get_that_waits_for_room_is_told_of_one_that_is_left_then() throws Exception {
    try (Background<BorrowedConnection> served = leaveOneBesideAnother()) {
      CountDownLatch asking = answerWhenAllowed(deadline -> CREDENTIALS);
      try (Background<BorrowedConnection> asks = Background.run(() -> get(Background.LONG))) {
        asking.await();
        test.source = deadline -> CREDENTIALS;
        try (Background<BorrowedConnection> waits =
            Background.run(() -> get(Duration.ofSeconds(4)))) {
          await().until(() -> test.stats().waiting() == 1);
          mayAnswer.countDown();
          served.join();
          waits.join().close();
        }
        sourceMayAnswer.countDown();
        asks.join().close();
      }
    }
    assertThat(test.server.accepted()).isEqualTo(3);
  }

  @Test
  void a_get_without_room_is_told_of_what_is_being_opened() throws Exception {
    CountDownLatch loggingIn = new CountDownLatch(1);
    use(
        1,
        (self, session) -> {
          loggingIn.countDown();
          mayAnswer.await();
          self.letIn(session);
        });
    try (Background<BorrowedConnection> first = Background.run(() -> get(Background.LONG))) {
      loggingIn.await();
      assertThatThrownBy(() -> get(SHORT))
          .hasMessageStartingWith("thaw - No connection was given back within")
          .hasMessageEndingWith("; connections that other calls are opening: 1");
      mayAnswer.countDown();
      try (BorrowedConnection held = first.join()) {
        assertThat(held.isClosed()).isFalse();
        assertThatThrownBy(() -> get(SHORT)).hasMessageContaining("is closed after its use");
      }
    }
  }

  @Test
  void the_age_of_one_that_follows_another_is_its_own() throws Exception {
    use(
        1,
        (self, session) -> {
          session.greet();
          session.login();
          (session.id() == 1 ? mayAnswer : never).await();
        });
    assertLeavesOne(SHORT);
    Acquisition acquisition =
        new Acquisition(Deadline.after(Duration.ofSeconds(1)), true, Purpose.USE, new PhaseTimes());
    Opening opening =
        TestPool.opening(
            acquisition,
            () -> {
              if (mayAnswer.getCount() > 0) {
                test.clocks.pass(Duration.ofSeconds(11));
                mayAnswer.countDown();
              }
              return false;
            },
            test.logins.take());
    assertThatThrownBy(() -> test.logins.connect(opening, new LoginCount()))
        .isInstanceOf(SQLTimeoutException.class);
    PendingLogin second = requireNonNull(test.logins.take());
    Moment now = new Moment(test.clocks.instant().toEpochMilli(), test.clocks.nanoTime());
    assertThat(second.isTooOld(now)).isFalse();
  }
}
