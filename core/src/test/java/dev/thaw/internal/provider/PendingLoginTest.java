package dev.thaw.internal.provider;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.RetireReason;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.MySqlSession;
import dev.thaw.fixture.ScriptedServer;
import dev.thaw.internal.jdbc.BorrowedConnection;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
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
class PendingLoginTest {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final String GOES_ON = "the login goes on, and the next call waits for it";

  private static final DatabaseCredentials CREDENTIALS = DatabaseCredentials.of("app", "s3cret");

  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  private final CountDownLatch loggingIn = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean refuses;
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
    test = new TestPool(1, ScriptedServer.start(this::beSlowAtFirst));
  }

  /** Is slow with the first connection, and serves the others. */
  private void beSlowAtFirst(ScriptedServer self, MySqlSession session) throws Exception {
    if (session.id() > 1) {
      self.letIn(session);
      return;
    }
    session.greet();
    session.login();
    loggingIn.countDown();
    mayAnswer.await();
    try {
      if (refuses) {
        session.error(1045, "28000", "Access denied");
      } else {
        session.ok();
        self.serve(session);
      }
    } finally {
      ended.countDown();
    }
  }

  /** Uses a server with another script from now on. */
  private void use(ScriptedServer.Script script) throws IOException {
    use(1, script);
  }

  private void use(int maxSize, ScriptedServer.Script script) throws IOException {
    test.close();
    test = new TestPool(maxSize, ScriptedServer.start(script));
  }

  private BorrowedConnection get(Duration time) throws SQLException {
    return test.get(Deadline.after(time), true);
  }

  private void assertGoesOn() {
    assertThatThrownBy(() -> get(SHORT))
        .isInstanceOf(SQLTimeoutException.class)
        .hasMessageStartingWith("thaw - No connection within ")
        .hasMessageContaining("login ")
        .hasMessageEndingWith(GOES_ON)
        .satisfies(e -> assertThat(FailureKind.of(e)).isEqualTo(FailureKind.TIMEOUT));
    assertThat(test.stats().total()).isZero();
  }

  /** Lets the server answer once a get has taken the login, and asks its source. */
  private void answerTheNextGet() {
    test.source =
        deadline -> {
          mayAnswer.countDown();
          return CREDENTIALS;
        };
  }

  @Test
  void a_login_that_is_done_after_the_deadline_is_kept_for_the_next_get() throws SQLException {
    assertGoesOn();
    mayAnswer.countDown();
    await().until(() -> test.stats().idle() == 1);
    assertThat(test.stats().opened()).isOne();
    get(Background.LONG).close();
    assertThat(test.server.accepted()).isOne();
    assertThat(test.stats().reused()).isOne();
    assertThat(test.pool.isActive()).isTrue();
  }

  @Test
  void the_next_get_waits_for_it() throws Exception {
    assertGoesOn();
    answerTheNextGet();
    get(Background.LONG).close();
    assertThat(test.server.accepted()).isOne();
    assertThat(test.stats().opened()).isOne();
    assertThat(test.stats().reused()).isZero();
    assertThat(test.stats().idle()).isOne();
  }

  @Test
  void one_whose_greeting_comes_after_the_deadline_is_waited_for_by_the_next_get()
      throws Exception {
    use(
        (self, session) -> {
          mayAnswer.await();
          self.letIn(session);
        });
    assertThatThrownBy(() -> get(SHORT)).hasMessageEndingWith(GOES_ON);
    answerTheNextGet();
    get(Background.LONG).close();
    assertThat(test.server.accepted()).isOne();
  }

  @Test
  void one_without_a_greeting_is_replaced_after_half_of_the_time() throws Exception {
    use(
        (self, session) -> {
          if (session.id() == 1) {
            mayAnswer.await();
          }
          self.letIn(session);
        });
    assertThatThrownBy(() -> get(SHORT)).hasMessageEndingWith(GOES_ON);
    get(SHORT.multipliedBy(8)).close();
    assertThat(test.server.accepted()).isEqualTo(2);
    mayAnswer.countDown();
  }

  @Test
  void one_that_the_server_has_ended_is_begun_anew_by_the_get_that_waits_for_it() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    use(
        (self, session) -> {
          if (session.id() > 1) {
            self.letIn(session);
          } else {
            session.greet();
            session.login();
            mayEnd.await();
          }
        });
    assertGoesOn();
    Background<BorrowedConnection> next = Background.run(() -> get(Background.LONG));
    mayEnd.countDown();
    next.join().close();
    assertThat(test.server.accepted()).isEqualTo(2);
  }

  @Test
  void a_refusal_after_the_deadline_is_counted() {
    refuses = true;
    assertGoesOn();
    mayAnswer.countDown();
    await().until(() -> test.stats().refusedLogins() == 1);
    assertThat(test.stats().total()).isZero();
  }

  @Test
  void a_get_that_waits_for_it_is_told_of_its_refusal() throws Exception {
    refuses = true;
    assertGoesOn();
    answerTheNextGet();
    assertThatThrownBy(() -> get(Background.LONG))
        .hasMessageContaining("refused the login: ")
        // The latter if it comes when the login is over.
        .hasMessageMatching("(?s).*(1 login|no login tried, since the same user was refused).*");
    assertThat(test.server.accepted()).isOne();
    assertThat(test.stats().refusedLogins()).isOne();
  }

  @Test
  void a_get_with_other_credentials_does_not_wait_for_it() throws SQLException {
    assertGoesOn();
    test.source = deadline -> DatabaseCredentials.of("app", "0ther");
    get(Background.LONG).close();
    assertThat(test.server.accepted()).isEqualTo(2);
    mayAnswer.countDown();
    await().until(() -> ended.getCount() == 0);
    // There is room for one.
    await().until(() -> test.stats().total() == 1);
  }

  @Test
  void where_it_hangs_another_one_is_begun_before_the_deadline() throws SQLException {
    assertGoesOn();
    get(Duration.ofSeconds(2)).close();
    assertThat(test.server.accepted()).isEqualTo(2);
    assertThat(test.stats().opened()).isOne();
  }

  @Test
  void it_serves_the_get_that_has_begun_another_one() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    use(
        (self, session) -> {
          session.greet();
          session.login();
          if (session.id() == 1) {
            mayAnswer.await();
            session.ok();
            self.serve(session);
          } else {
            second.countDown();
            never.await();
          }
        });
    assertGoesOn();
    Background<BorrowedConnection> next = Background.run(() -> get(Duration.ofSeconds(4)));
    second.await();
    mayAnswer.countDown();
    next.join().close();
    assertThat(test.server.accepted()).isEqualTo(2);
    assertThat(test.stats().opened()).isOne();
    get(Background.LONG).close();
    assertThat(test.stats().reused()).isOne();
    never.countDown();
  }

  @Test
  void a_deadline_is_asked_on_the_thread_of_the_get_only() throws SQLException {
    Thread own = Thread.currentThread();
    mayAnswer.countDown();
    Deadline deadline =
        Deadline.of(
            () -> {
              assertThat(Thread.currentThread()).isSameAs(own);
              return 20_000;
            });
    test.get(deadline, true).close();
    assertThat(test.stats().opened()).isOne();
  }

  @Test
  void a_deadline_that_can_no_longer_be_asked_ends_it() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Deadline deadline =
        Deadline.of(
            () -> {
              if (test.server.accepted() > 0 && asked.incrementAndGet() > 1) {
                throw new IllegalStateException("The invocation is over");
              }
              return 20_000;
            });
    assertThatThrownBy(() -> test.get(deadline, true)).hasStackTraceContaining("is over");
    mayAnswer.countDown();
    await().until(() -> test.server.open() == 0);
    get(Background.LONG).close();
    assertThat(test.server.accepted()).isEqualTo(2);
    assertThat(test.stats().opened()).isOne();
  }

  @Test
  void one_that_was_frozen_for_longer_than_the_server_waits_ends() throws SQLException {
    assertGoesOn();
    test.clocks.passOnWall(Duration.ofSeconds(11));
    get(Background.LONG).close();
    assertThat(test.server.accepted()).isEqualTo(2);
    assertThat(test.stats().opened()).isOne();
  }

  @Test
  void it_ends_with_a_checkpoint() throws SQLException {
    assertGoesOn();
    test.suspend();
    test.lifecycle.resume();
    get(Background.LONG).close();
    assertThat(test.server.accepted()).isEqualTo(2);
    assertThat(test.stats().opened()).isOne();
  }

  @Test
  void one_that_is_done_while_a_checkpoint_begins_is_closed() {
    assertGoesOn();
    // Asked when the login is done.
    test.atClock = test.lifecycle::suspend;
    mayAnswer.countDown();
    await().until(() -> !test.stats().retired().isEmpty());
    assertThat(test.stats().total()).isZero();
    assertThat(test.pool.isActive()).isFalse();
  }

  @Test
  void a_listener_is_told_when_the_pool_has_the_connection() {
    assertGoesOn();
    CountDownLatch told = new CountDownLatch(1);
    test.atConnect =
        () -> {
          test.pool.closeAll(RetireReason.PROVIDER_CLOSED);
          told.countDown();
        };
    mayAnswer.countDown();
    await().until(() -> told.getCount() == 0);
    assertThat(test.stats().total()).isZero();
    assertThat(test.stats().retired(RetireReason.PROVIDER_CLOSED)).isOne();
  }

  @Test
  void a_clock_that_waits_keeps_no_connection_open() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    use(
        (self, session) -> {
          session.greet();
          session.login();
          test.atClock =
              () -> {
                read.countDown();
                await().until(() -> mayGoOn.getCount() == 0);
              };
          session.ok();
          self.serve(session);
        });
    try (Background<BorrowedConnection> open = Background.run(() -> get(Background.LONG))) {
      read.await();
      test.suspend();
      await().until(() -> test.server.open() == 0);
      mayGoOn.countDown();
      assertThat(open.failure()).isInstanceOf(SQLTransientConnectionException.class);
    }
  }

  @Test
  void its_thread_has_the_class_loader_of_the_get() throws Exception {
    ClassLoader loader = new ClassLoader(null) {};
    AtomicReference<ClassLoader> found = new AtomicReference<>();
    Background<BorrowedConnection> get =
        Background.run(
            () -> {
              Thread.currentThread().setContextClassLoader(loader);
              return get(Background.LONG);
            });
    await().until(() -> test.server.accepted() == 1);
    // Asked when the login is done.
    test.atClock = () -> found.set(Thread.currentThread().getContextClassLoader());
    mayAnswer.countDown();
    get.join().close();
    assertThat(found.get()).isSameAs(loader);
  }

  private void interruptAtTheLogin() throws Exception {
    Background<BorrowedConnection> waiting = Background.run(() -> get(Background.LONG));
    loggingIn.await();
    waiting.thread().interrupt();
    assertThatThrownBy(waiting::join)
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasMessageContaining("Interrupted after ");
  }

  @Test
  void after_an_interrupt_of_the_get_the_next_one_waits_for_it() throws Exception {
    interruptAtTheLogin();
    answerTheNextGet();
    get(Background.LONG).close();
    assertThat(test.server.accepted()).isOne();
    assertThat(test.stats().opened()).isOne();
  }

  @Test
  void a_refusal_after_an_interrupt_of_the_get_is_told() throws Exception {
    refuses = true;
    interruptAtTheLogin();
    mayAnswer.countDown();
    await().until(() -> test.stats().refusedLogins() == 1);
  }

  @Test
  void an_interrupt_at_the_end_of_a_login_leaves_no_connection_behind() throws Exception {
    AtomicReference<Thread> waiting = new AtomicReference<>();
    use(
        (self, session) -> {
          session.greet();
          session.login();
          session.ok();
          requireNonNull(waiting.get()).interrupt();
          self.serve(session);
        });
    for (int i = 0; i < 100; i++) {
      Background<Void> get =
          Background.perform(
              () -> {
                waiting.set(Thread.currentThread());
                try {
                  get(Background.LONG).close();
                } catch (SQLTransientConnectionException e) {
                  assertThat(e.getMessage()).contains("Interrupted after ");
                }
              });
      get.join();
      test.pool.closeAll(RetireReason.CHECKPOINT);
      await().pollInterval(Duration.ofMillis(1)).until(() -> test.server.open() == 0);
    }
    assertThat(test.stats().total()).isZero();
  }

  @Test
  void whenever_a_deadline_cannot_be_asked_no_connection_is_left_behind() throws Exception {
    // The first question is that of the deadline's creation.
    for (int i = 2; i < 20; i++) {
      CountDownLatch answer = new CountDownLatch(1);
      use(
          (self, session) -> {
            session.greet();
            session.login();
            answer.await();
            session.ok();
            self.serve(session);
          });
      assertGoesOn();
      AtomicInteger left = new AtomicInteger(i);
      Deadline deadline =
          Deadline.of(
              () -> {
                if (left.decrementAndGet() == 0) {
                  answer.countDown();
                  throw new IllegalStateException("The invocation is over");
                }
                return 400;
              });
      Throwable failure = catchThrowable(() -> test.get(deadline, true).close());
      answer.countDown();
      if (failure != null && !(failure instanceof SQLTimeoutException)) {
        assertThat(failure).hasStackTraceContaining("The invocation is over");
      }
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> test.server.open() == test.stats().total());
    }
  }

  @Test
  void a_get_that_waits_for_one_that_hangs_takes_a_connection_that_is_given_back()
      throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    use(
        2,
        (self, session) -> {
          if (session.id() == 2) {
            session.greet();
            session.login();
            never.await();
          }
          self.letIn(session);
        });
    BorrowedConnection held = get(Background.LONG);
    assertThatThrownBy(() -> get(SHORT)).hasMessageEndingWith(GOES_ON);
    Background<BorrowedConnection> next = Background.run(() -> get(Background.LONG));
    held.close();
    next.join().close();
    assertThat(test.server.accepted()).isEqualTo(2);
    never.countDown();
  }

  @Test
  void one_that_is_left_for_an_idle_connection_is_no_timeout() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    Opening opening =
        TestPool.opening(Deadline.after(Background.LONG), () -> looks.incrementAndGet() <= 2);
    assertThat(test.logins.connect(opening, new LoginCount())).isNull();
    mayAnswer.countDown();
  }
}
