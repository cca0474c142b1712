package dev.thaw.internal.provider;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.ClosedPort;
import dev.thaw.fixture.MySqlSession;
import dev.thaw.fixture.ScriptedServer;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.provider.Acquisition.Purpose;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ConnectorTest {
  private final AtomicInteger asked = new AtomicInteger();
  private volatile FailureKind failure = FailureKind.OTHER;
  @AutoClose private TestPool test;

  @BeforeEach
  void start() throws IOException {
    test = new TestPool(1, ScriptedServer.start(this::failFirst));
    countQuestions();
  }

  private void countQuestions() {
    test.source =
        deadline -> {
          asked.incrementAndGet();
          return DatabaseCredentials.of("app", "s3cret");
        };
  }

  /** Fails the first connection in a certain way, and serves the others. */
  private void failFirst(ScriptedServer self, MySqlSession session) throws IOException {
    if (session.id() > 1) {
      self.letIn(session);
      return;
    }
    switch (failure) {
      case TOO_MANY_CONNECTIONS -> session.error(1040, "08004", "Too many connections");
      case UNREACHABLE -> throw new AssertionError("no server can fail like that");
      case TIMEOUT -> session.command();
      case BROKEN -> session.greet();
      case CREDENTIALS_REFUSED -> afterLogin(session, 1045, "28000", "Access denied");
      case READ_ONLY -> afterLogin(session, 1836, "HY000", "Running in read-only mode");
      case SCHEMA_REFUSED -> afterLogin(session, 1049, "42000", "Unknown database 'x'");
      case OTHER -> afterLogin(session, 3032, "HY000", "The server is in offline mode");
    }
  }

  private static void afterLogin(MySqlSession session, int code, String state, String message)
      throws IOException {
    session.greet();
    session.login();
    session.error(code, state, message);
  }

  private static Acquisition acquisition(Duration time, boolean bounded, boolean retry) {
    return new Acquisition(
        Deadline.after(time), bounded, retry ? Purpose.USE : Purpose.CHECK, new PhaseTimes());
  }

  private Connector.Opened open(Acquisition acquisition) throws SQLException {
    return requireNonNull(test.connector.open(TestPool.opening(acquisition, () -> false)));
  }

  private static boolean isTriedAgain(FailureKind kind) {
    return switch (kind) {
      case TOO_MANY_CONNECTIONS, UNREACHABLE -> true;
      case CREDENTIALS_REFUSED, SCHEMA_REFUSED, BROKEN, READ_ONLY, TIMEOUT, OTHER -> false;
    };
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNREACHABLE")
  void what_may_pass_is_tried_again_and_nothing_else(FailureKind kind) throws SQLException {
    failure = kind;
    Duration time = kind == FailureKind.TIMEOUT ? Duration.ofMillis(300) : Background.LONG;
    Acquisition acquisition = acquisition(time, true, true);
    if (isTriedAgain(kind)) {
      PhysicalConnection opened = open(acquisition).connection();
      assertThat(opened.isClosed()).isFalse();
      opened.close();
      assertThat(test.server.accepted()).isEqualTo(2);
    } else {
      assertThatThrownBy(() -> open(acquisition))
          .isInstanceOf(SQLException.class)
          .hasMessageNotContaining("tries")
          .satisfies(e -> assertThat(FailureKind.of(e)).isEqualTo(kind));
      assertThat(test.server.accepted()).isOne();
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNREACHABLE", "TIMEOUT"})
  void nothing_is_tried_again_where_that_is_not_asked_for(FailureKind kind) {
    failure = kind;
    assertThatThrownBy(() -> open(acquisition(Background.LONG, true, false)))
        .satisfies(e -> assertThat(FailureKind.of(e)).isEqualTo(kind));
    assertThat(test.server.accepted()).isOne();
  }

  private void useClosedPort() throws IOException {
    test.close();
    test = new TestPool(1, ScriptedServer.start(), ClosedPort.next());
    countQuestions();
  }

  private static Acquisition begunBefore(Duration age, boolean bounded) {
    return new Acquisition(
        Deadline.after(Duration.ofMillis(700)),
        bounded,
        Purpose.USE,
        new PhaseTimes(System.nanoTime() - age.toNanos()));
  }

  @Test
  void a_port_that_refuses_is_tried_until_the_deadline() throws IOException {
    useClosedPort();
    assertThatThrownBy(() -> open(begunBefore(Duration.ofHours(1), true)))
        .hasMessageMatching(
            "(?s)thaw - 127.0.0.1:\\d+/appdb cannot be reached: .* after \\d+ tries")
        .satisfies(e -> assertThat(FailureKind.of(e)).isEqualTo(FailureKind.UNREACHABLE));
    assertThat(asked.get()).isGreaterThan(2);
  }

  @Test
  void a_port_that_refuses_is_given_up_after_three_seconds_where_there_is_no_deadline()
      throws IOException {
    useClosedPort();
    test.source =
        deadline -> {
          asked.incrementAndGet();
          test.clocks.pass(Duration.ofMillis(1_001));
          return DatabaseCredentials.of("app", "s3cret");
        };
    assertThatThrownBy(() -> open(acquisition(Background.LONG, false, true)))
        .hasMessageContaining("after 3 tries")
        .satisfies(e -> assertThat(FailureKind.of(e)).isEqualTo(FailureKind.UNREACHABLE));
    assertThat(asked).hasValue(3);
  }

  @Test
  void a_port_that_refuses_is_tried_again_after_a_long_wait_for_the_pool() throws IOException {
    useClosedPort();
    assertThatThrownBy(() -> open(begunBefore(Duration.ofHours(1), false)))
        .hasMessageContaining("tries");
    assertThat(asked.get()).isBetween(2, 20);
  }

  @Test
  void a_port_that_refuses_is_tried_once_where_no_other_try_is_asked_for() throws IOException {
    useClosedPort();
    assertThatThrownBy(() -> open(acquisition(Background.LONG, true, false)))
        .satisfies(e -> assertThat(FailureKind.of(e)).isEqualTo(FailureKind.UNREACHABLE));
    assertThat(asked).hasValue(1);
  }

  @Test
  void a_deadline_that_passes_in_a_later_try_is_told_as_what_made_the_time_run_out()
      throws IOException {
    test.close();
    test =
        new TestPool(
            1,
            ScriptedServer.start(
                (self, session) -> {
                  if (session.id() == 1) {
                    session.error(1040, "08004", "Too many connections");
                  } else {
                    session.command();
                  }
                }));
    assertThatThrownBy(() -> open(acquisition(Duration.ofMillis(1_500), true, true)))
        .isNotInstanceOf(SQLTimeoutException.class)
        .hasMessageContaining("has no connection left")
        .hasMessageMatching("(?s).*after \\d+ tries");
  }

  @Test
  void a_wait_for_room_ends_once_another_thread_has_heard_that_there_is_some() throws Exception {
    failure = FailureKind.TOO_MANY_CONNECTIONS;
    assertThatThrownBy(() -> open(acquisition(Background.LONG, true, false)))
        .satisfies(e -> assertThat(FailureKind.of(e)).isEqualTo(failure));
    PhysicalConnection other = open(acquisition(Background.LONG, true, false)).connection();
    for (int i = 0; i < 3; i++) {
      test.clocks.pass(Duration.ofSeconds(1)); // refusals of one moment widen the window once
      test.shared.capacity().afterRefusal(new Refusal(60_000, 1, 0, 0), new Backoff());
    }
    // The window outlasts 9 s, so this waits for at least 3.6 s of them.
    Acquisition waiting = acquisition(Duration.ofSeconds(9), true, true);
    try (Background<Connector.Opened> open = Background.run(() -> open(waiting))) {
      await()
          .atMost(Background.LONG)
          .until(() -> waiting.times().current() == ConnectPhase.BACKOFF);
      test.shared.capacity().ask(other, test.shared.settings().clock().now());
      await().atMost(Duration.ofSeconds(3)).until(open::isDone);
      open.join().connection().close();
      other.close();
    }
  }

  @Test
  void a_wait_for_room_ends_without_a_try_once_another_connection_can_be_had() throws SQLException {
    failure = FailureKind.TOO_MANY_CONNECTIONS;
    AtomicInteger looks = new AtomicInteger();
    Acquisition acquisition = acquisition(Background.LONG, true, true);
    BooleanSupplier another =
        () -> acquisition.times().current() == ConnectPhase.BACKOFF && looks.incrementAndGet() > 1;
    assertThat(test.connector.open(TestPool.opening(acquisition, another))).isNull();
    assertThat(looks).hasValue(2);
    assertThat(test.server.accepted()).isOne();
  }

  @Test
  void a_login_whose_next_get_asks_its_source_is_kept_while_the_server_is_full() throws Exception {
    test.close();
    CountDownLatch mayAnswer = new CountDownLatch(1);
    test =
        new TestPool(
            1,
            ScriptedServer.start(
                (self, session) -> {
                  session.greet();
                  session.login();
                  mayAnswer.await();
                  session.ok();
                  self.serve(session);
                }));
    assertThatThrownBy(() -> test.get(Deadline.after(Duration.ofMillis(500)), true))
        .hasMessageContaining("the login goes on");
    test.shared.capacity().afterRefusal(new Refusal(60_000, 1, 0, 0), new Backoff());
    test.source =
        deadline -> {
          mayAnswer.countDown();
          await().until(() -> test.stats().idle() == 1);
          return DatabaseCredentials.of("app", "s3cret");
        };
    test.get(Deadline.after(Background.LONG), true).close();
    assertThat(test.stats().reused()).isOne();
  }
}
