package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
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
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PendingLoginTest {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final String GOES_ON = "the login goes on, and the next call waits for it";

  private final CountDownLatch mayGreet = new CountDownLatch(1);
  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean refuses;
  @AutoClose private TestPool test;

  @BeforeEach
  void start() throws IOException {
    test = new TestPool(1, ScriptedServer.start(this::beSlowAtFirst));
    mayGreet.countDown();
  }

  /** Is slow with the first connection, and serves the others. */
  private void beSlowAtFirst(ScriptedServer self, MySqlSession session) throws Exception {
    if (session.id() > 1) {
      self.letIn(session);
      return;
    }
    mayGreet.await();
    session.greet();
    session.login();
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
    assertGoesOn();
    Background<BorrowedConnection> next = Background.run(() -> get(Background.LONG));
    mayAnswer.countDown();
    next.join().close();
    assertThat(test.server.accepted()).isOne();
    assertThat(test.stats().opened()).isOne();
    assertThat(test.stats().reused()).isZero();
    assertThat(test.stats().idle()).isOne();
  }

  @Test
  void a_server_that_has_not_greeted_by_the_deadline_is_asked_anew() throws Exception {
    test.close();
    CountDownLatch silence = new CountDownLatch(1);
    test =
        new TestPool(
            1,
            ScriptedServer.start(
                (self, session) -> {
                  if (session.id() == 1) {
                    silence.await();
                  }
                  self.letIn(session);
                }));
    assertThatThrownBy(() -> get(SHORT))
        .isInstanceOf(SQLTimeoutException.class)
        .hasMessageNotContaining(GOES_ON);
    get(Background.LONG).close();
    assertThat(test.server.accepted()).isEqualTo(2);
    silence.countDown();
  }

  @Test
  void one_that_the_server_has_ended_is_begun_anew_by_the_get_that_waits_for_it() throws Exception {
    test.close();
    CountDownLatch mayEnd = new CountDownLatch(1);
    test =
        new TestPool(
            1,
            ScriptedServer.start(
                (self, session) -> {
                  if (session.id() > 1) {
                    self.letIn(session);
                  } else {
                    session.greet();
                    session.login();
                    mayEnd.await();
                  }
                }));
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
    Background<BorrowedConnection> next = Background.run(() -> get(Background.LONG));
    mayAnswer.countDown();
    assertThatThrownBy(next::join)
        .hasMessageContaining("refused the login: ")
        .hasMessageContaining("1 login");
    assertThat(test.server.accepted()).isOne();
    assertThat(test.stats().refusedLogins()).isOne();
  }

  @Test
  void one_of_other_credentials_ends() throws SQLException {
    assertGoesOn();
    test.source = deadline -> DatabaseCredentials.of("app", "0ther");
    get(Background.LONG).close();
    mayAnswer.countDown();
    assertThat(test.server.accepted()).isEqualTo(2);
    await().until(() -> ended.getCount() == 0);
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
    test.atConnect = test.lifecycle::suspend;
    mayAnswer.countDown();
    await().until(() -> !test.stats().retired().isEmpty());
    assertThat(test.stats().total()).isZero();
    assertThat(test.pool.isActive()).isFalse();
  }

  @Test
  void an_interrupt_of_the_get_that_waits_ends_it() throws Exception {
    Background<BorrowedConnection> waiting = Background.run(() -> get(Background.LONG));
    await().until(() -> test.server.accepted() == 1);
    waiting.thread().interrupt();
    assertThatThrownBy(waiting::join)
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasMessageContaining("Interrupted after ");
    mayAnswer.countDown();
    get(Background.LONG).close();
    assertThat(test.server.accepted()).isEqualTo(2);
    assertThat(test.stats().opened()).isOne();
  }
}
