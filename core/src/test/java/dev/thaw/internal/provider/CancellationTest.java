package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.RetireReason;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Elapsed;
import dev.thaw.fixture.HeldDeadline;
import dev.thaw.fixture.MySqlSession;
import dev.thaw.fixture.ScriptedServer;
import dev.thaw.internal.jdbc.BorrowedConnection;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a statement that runs is ended over another connection. */
@Timeout(60)
class CancellationTest {
  private static final String SLOW = "SELECT SLEEP(100)";

  private final CountDownLatch killed = new CountDownLatch(1);
  private final CountDownLatch testOver = new CountDownLatch(1);
  private volatile boolean silent;
  private TestPool test;

  @BeforeEach
  void start() throws IOException {
    test = new TestPool(2, ScriptedServer.start(this::play));
    test.server.on(
        SLOW,
        session -> {
          hold(killed);
          session.error(1317, "70100", "Query execution was interrupted");
        });
    test.server.on(
        "KILL QUERY",
        session -> {
          killed.countDown();
          session.ok();
        });
  }

  @AfterEach
  void stop() throws IOException {
    testOver.countDown();
    test.close();
  }

  private void play(ScriptedServer self, MySqlSession session) throws Exception {
    if (silent) {
      testOver.await();
    }
    self.letIn(session);
  }

  private static void hold(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private BorrowedConnection get() throws SQLException {
    return test.get(Deadline.after(Background.LONG), true);
  }

  private static void executeSlow(Statement statement) throws SQLException {
    statement.execute(SLOW);
  }

  private void cancelWhileItRuns(BorrowedConnection connection) throws Exception {
    try (Statement statement = connection.createStatement();
        Background<Void> use = Background.perform(() -> executeSlow(statement))) {
      await().atMost(Background.LONG).until(() -> test.server.statements().contains(SLOW));
      statement.cancel();
      assertThat(use.failure())
          .isInstanceOf(SQLException.class)
          .hasMessageStartingWith("The statement was cancelled");
    }
  }

  @Test
  void a_statement_is_ended_over_an_idle_connection_which_stays() throws Exception {
    BorrowedConnection connection = get();
    get().close();
    cancelWhileItRuns(connection);
    assertThat(test.server.accepted()).isEqualTo(2);
    assertThat(test.stats().idle()).isOne();
    connection.close();
    assertThat(test.stats().retired()).isEmpty();
    assertThat(test.stats().idle()).isEqualTo(2);
  }

  @Test
  void a_statement_is_ended_over_a_connection_of_its_own_where_none_is_idle() throws Exception {
    BorrowedConnection connection = get();
    cancelWhileItRuns(connection);
    assertThat(test.server.accepted()).isEqualTo(2);
    assertThat(test.stats().opened()).isOne();
    connection.close();
    assertThat(test.stats().idle()).isOne();
    await().atMost(Background.LONG).until(() -> test.server.open() == 1);
  }

  @Test
  void an_idle_connection_that_fails_in_that_is_closed_and_another_one_does_it() throws Exception {
    BorrowedConnection connection = get();
    BorrowedConnection other = get();
    other.close();
    test.server.on(
        "KILL QUERY",
        session -> {
          if (session.id() == 2) {
            session.socket().close();
          } else {
            killed.countDown();
            session.ok();
          }
        });
    cancelWhileItRuns(connection);
    assertThat(test.stats().retired()).containsEntry(RetireReason.CLOSED_BY_SERVER, 1L);
    connection.close();
    try (BorrowedConnection first = get();
        BorrowedConnection second = get()) {
      assertThat(first).isNotSameAs(second);
    }
  }

  @Test
  void the_way_to_the_server_does_not_take_longer_than_the_deadline() throws Exception {
    Duration time = Duration.ofMillis(1_300);
    HeldDeadline held = new HeldDeadline(time);
    try (BorrowedConnection connection = test.get(held.deadline(), true);
        Statement statement = connection.createStatement()) {
      silent = true;
      statement.setQueryTimeout(1);
      Elapsed.assertTakesAtMost(
          time,
          () -> {
            held.release();
            assertThatThrownBy(() -> executeSlow(statement))
                .isInstanceOf(SQLTimeoutException.class);
          });
    }
  }

  @Test
  void an_idle_connection_without_an_answer_leaves_time_for_one_of_its_own() throws Exception {
    String question = "SELECT t.HOST, o.HOST, (";
    // No answer to the first one.
    test.server.on(question, session -> test.server.off(question));
    BorrowedConnection connection = get();
    get().close();
    cancelWhileItRuns(connection);
    assertThat(test.server.accepted()).isEqualTo(3);
    // The first KILL may have been sent, and come later.
    connection.close();
    assertThat(test.stats().idle()).isZero();
  }

  @Test
  void all_that_runs_is_ended_with_the_provider() throws Exception {
    BorrowedConnection connection = get();
    get().close();
    try (Statement statement = connection.createStatement();
        Background<Void> use = Background.perform(() -> executeSlow(statement))) {
      await().atMost(Background.LONG).until(() -> test.server.statements().contains(SLOW));
      test.pool.cancelRunning();
      assertThat(use.failure()).hasMessageStartingWith("The statement was cancelled");
    }
  }

  @Test
  void what_outlived_its_deadline_is_ended_with_the_provider_too() throws Exception {
    HeldDeadline held = new HeldDeadline(Duration.ofMillis(300));
    try (BorrowedConnection connection = test.get(held.deadline(), true);
        Statement statement = connection.createStatement()) {
      get().close();
      held.release();
      assertThatThrownBy(() -> executeSlow(statement)).isInstanceOf(SQLTimeoutException.class);
    }
    test.server.on("KILL 1", session -> session.ok());
    test.pool.cancelRunning();
    assertThat(test.server.statements()).contains("KILL 1");
    assertThat(test.pool.unfinished()).isZero();
  }

  @Test
  void what_outlived_its_deadline_is_ended_before_its_borrower_gives_it_back() throws Exception {
    test.server.on("KILL 1", session -> session.ok());
    HeldDeadline held = new HeldDeadline(Duration.ofMillis(300));
    try (BorrowedConnection connection = test.get(held.deadline(), true);
        Statement statement = connection.createStatement()) {
      get().close();
      held.release();
      assertThatThrownBy(() -> executeSlow(statement)).isInstanceOf(SQLTimeoutException.class);
      test.pool.cancelRunning();
      assertThat(test.server.statements()).contains("KILL 1");
    }
  }

  @Test
  void where_nothing_runs_nothing_is_asked() throws SQLException {
    get().close();
    test.pool.cancelRunning();
    assertThat(test.server.accepted()).isOne();
    assertThat(test.server.statements()).noneMatch(sql -> sql.startsWith("KILL"));
  }
}
