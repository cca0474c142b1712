package dev.thaw.internal.provider;

import static dev.thaw.fixture.Sql.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mysql.cj.jdbc.JdbcConnection;
import dev.thaw.Deadline;
import dev.thaw.RetireReason;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Elapsed;
import dev.thaw.fixture.HeldDeadline;
import dev.thaw.internal.jdbc.BorrowedConnection;
import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a connection that is given back. */
@Timeout(60)
class ReturnsTest {
  private static final int IN_TRANSACTION = 3;

  @AutoClose private TestPool test;

  @BeforeEach
  void start() throws IOException {
    test = new TestPool(2);
  }

  private BorrowedConnection get() throws SQLException {
    return test.get(Deadline.after(Background.LONG), true);
  }

  /** Checks what was retired, and that nothing else was lost. */
  private void assertRetired(RetireReason reason, int count) throws SQLException {
    assertThat(test.stats().retired()).isEqualTo(Map.of(reason, (long) count));
    assertNothingIsLost();
  }

  private void assertNothingIsLost() throws SQLException {
    List<Connection> all = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Connection connection = get();
      execute(connection, "SELECT 1");
      all.add(connection);
    }
    for (Connection connection : all) {
      connection.close();
    }
    assertThat(test.stats().active()).isZero();
  }

  private void awaitClosed(boolean expected) {
    await().atMost(Background.LONG).until(() -> test.server.open() == 0);
    assertThat(test.server.statements().contains("QUIT")).isEqualTo(expected);
  }

  @Test
  void a_use_that_only_reads_costs_no_round_trip_at_return() throws SQLException {
    BorrowedConnection connection = get();
    execute(connection, "SELECT 1");
    List<String> before = test.server.statements();
    connection.close();
    assertThat(test.server.statements()).isEqualTo(before);
    assertThat(test.stats().idle()).isOne();
  }

  @Test
  void a_use_that_may_have_changed_the_session_is_undone() throws SQLException {
    BorrowedConnection connection = get();
    execute(connection, "SET @a = 1");
    connection.close();
    assertThat(test.server.statements())
        .anySatisfy(sql -> assertThat(sql).startsWith("SET NAMES utf8mb4 COLLATE"))
        .contains("RESET");
    assertThat(test.stats().idle()).isOne();
  }

  private BorrowedConnection inTransaction(String begin) throws SQLException {
    test.server.on(
        begin,
        session -> {
          session.status(IN_TRANSACTION);
          session.ok();
        });
    BorrowedConnection connection = get();
    execute(connection, begin);
    return connection;
  }

  @Test
  void a_transaction_that_is_left_open_is_rolled_back() throws SQLException {
    test.server.on(
        "ROLLBACK",
        session -> {
          session.status(2);
          session.ok();
        });
    inTransaction("INSERT INTO t VALUES (1)").close();
    assertThat(test.server.statements()).contains("ROLLBACK");
    assertThat(test.stats().idle()).isOne();
  }

  @Test
  void one_whose_rollback_is_refused_is_closed_with_a_quit_and_nothing_is_thrown()
      throws SQLException {
    test.server.on(
        "ROLLBACK", session -> session.error(1399, "XAE07", "XAER_RMFAIL: global transaction"));
    inTransaction("INSERT INTO t VALUES (1)").close();
    awaitClosed(true);
    assertRetired(RetireReason.BROKEN, 1);
  }

  @Test
  void a_rollback_that_takes_long_holds_the_caller_for_a_second_and_ends_with_the_session()
      throws SQLException {
    test.server.on("ROLLBACK", session -> {});
    Connection connection = inTransaction("INSERT INTO t VALUES (1)");
    Elapsed.assertTakes(Duration.ofSeconds(1), connection::close);
    assertRetired(RetireReason.BROKEN, 1);
    assertThat(test.server.statements()).doesNotContain("COMMIT");
  }

  @Test
  void what_was_not_autocommitted_and_cannot_be_committed_is_told_at_return_or_at_the_write()
      throws SQLException {
    test.server.on(
        "SELECT @@session.autocommit",
        session -> session.row(List.of("@@session.autocommit"), List.of("0")));
    test.server.on("COMMIT", session -> session.error(1180, "HY000", "Got error during COMMIT"));
    assertWritesInDoubt(inTransaction("SELECT 1 FROM t")::close);
    assertRetired(RetireReason.BROKEN, 1);
    assertWritesInDoubt(() -> inTransaction("INSERT INTO t VALUES (1)"));
  }

  private static void assertWritesInDoubt(ThrowingCallable call) {
    assertThatThrownBy(call)
        .hasMessageContainingAll("writes of this use may be lost", "Got error during COMMIT");
  }

  @Test
  void one_that_breaks_in_the_rollback_makes_the_others_prove_themselves() throws SQLException {
    BorrowedConnection other = get();
    test.server.on("ROLLBACK", session -> session.socket().close());
    inTransaction("INSERT INTO t VALUES (1)").close();
    other.close();
    get().close();
    assertThat(test.server.statements()).contains("PING");
    assertRetired(RetireReason.BROKEN, 1);
  }

  @Test
  void one_that_breaks_in_the_reset_makes_the_others_prove_themselves() throws SQLException {
    BorrowedConnection other = get();
    test.server.on("RESET", session -> session.socket().close());
    BorrowedConnection connection = get();
    execute(connection, "SET @a = 1");
    connection.close();
    other.close();
    get().close();
    assertThat(test.server.statements()).contains("PING");
    assertRetired(RetireReason.BROKEN, 1);
  }

  @Test
  void one_whose_server_knows_no_reset_is_closed_with_a_quit() throws SQLException {
    test.server.on("RESET", session -> session.error(1047, "08S01", "Unknown command"));
    BorrowedConnection connection = get();
    execute(connection, "SET @a = 1");
    connection.close();
    awaitClosed(true);
    assertRetired(RetireReason.BROKEN, 1);
  }

  @Test
  void an_unchecked_exception_at_return_costs_the_connection_and_is_not_thrown()
      throws SQLException {
    BorrowedConnection connection = get();
    execute(connection, "SELECT 1");
    test.atClock =
        () -> {
          throw new IllegalStateException("at return");
        };
    connection.close();
    assertRetired(RetireReason.BROKEN, 1);
  }

  @Test
  void statements_that_were_left_open_are_closed() throws SQLException {
    BorrowedConnection connection = get();
    JdbcConnection driver = (JdbcConnection) connection.session().connection();
    connection.createStatement().executeQuery("SELECT 1");
    connection.prepareStatement("SELECT 2");
    assertThat(driver.getActiveStatementCount()).isEqualTo(2);
    connection.close();
    assertThat(driver.getActiveStatementCount()).isZero();
    assertThat(test.stats().idle()).isOne();
  }

  @Test
  void an_answer_that_is_lost_costs_the_connection_and_makes_the_others_prove_themselves()
      throws SQLException {
    BorrowedConnection other = get();
    test.server.on("SELECT 2", session -> session.socket().close());
    BorrowedConnection connection = get();
    assertThatThrownBy(() -> execute(connection, "SELECT 2")).isInstanceOf(SQLException.class);
    connection.close();
    other.close();
    get().close();
    assertThat(test.server.statements()).contains("PING").doesNotContain("QUIT");
    assertRetired(RetireReason.BROKEN, 1);
  }

  @Test
  void a_write_whose_answer_is_lost_fails_with_the_loss() throws SQLException {
    test.server.on("INSERT", session -> session.socket().close());
    try (BorrowedConnection connection = get()) {
      assertThatThrownBy(() -> execute(connection, "INSERT INTO t VALUES (1)"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08S01"));
    }
    assertRetired(RetireReason.BROKEN, 1);
  }

  @Test
  void a_write_that_is_not_answered_in_time_fails_with_a_timeout() throws SQLException {
    HeldDeadline held = new HeldDeadline(Duration.ofMillis(300));
    test.server.on("INSERT", session -> {});
    try (BorrowedConnection connection = test.get(held.deadline(), true)) {
      held.release();
      assertThatThrownBy(() -> execute(connection, "INSERT INTO t VALUES (1)"))
          .isInstanceOf(SQLTimeoutException.class);
    }
    assertRetired(RetireReason.BROKEN, 1);
  }

  @ParameterizedTest
  @CsvSource({
    "1290, running with the --read-only option",
    "1290, running with the --super-read-only option",
    "1836, Running in read-only mode"
  })
  void a_former_writer_costs_all_connections(int code, String message) throws SQLException {
    BorrowedConnection inUse = get();
    BorrowedConnection writer = get();
    test.server.on("INSERT", session -> session.error(code, "HY000", message));
    assertThatThrownBy(() -> execute(writer, "INSERT INTO t VALUES (1)"))
        .isInstanceOf(SQLException.class);
    writer.close();
    assertThat(test.stats().idle()).isZero();
    inUse.close();
    assertRetired(RetireReason.READ_ONLY, 2);
  }

  @ParameterizedTest
  @CsvSource({
    "1105, HY000, unknown error",
    "1290, HY000, running with the --secure-file-priv option",
    "1146, 42S02, no such table",
    "1213, 40001, deadlock"
  })
  void an_error_that_says_nothing_of_the_connection_costs_none(
      int code, String state, String message) throws SQLException {
    test.server.on("SELECT 2", session -> session.error(code, state, message));
    BorrowedConnection connection = get();
    assertThatThrownBy(() -> execute(connection, "SELECT 2")).isInstanceOf(SQLException.class);
    connection.close();
    assertThat(test.stats().retired()).isEmpty();
    assertThat(test.stats().idle()).isOne();
  }

  @Test
  void one_that_is_too_old_is_closed_at_return() throws SQLException {
    BorrowedConnection connection = get();
    execute(connection, "SELECT 1");
    test.clocks.pass(Duration.ofMinutes(30).plusMillis(1));
    connection.close();
    awaitClosed(true);
    assertRetired(RetireReason.EXPIRED, 1);
  }

  @Test
  void one_that_is_too_old_is_not_lent() throws SQLException {
    get().close();
    test.clocks.passOnWall(Duration.ofMinutes(30).plusMillis(1));
    get().close();
    assertRetired(RetireReason.EXPIRED, 1);
    assertThat(test.stats().opened()).isEqualTo(3);
  }

  @Test
  void all_are_closed_once_none_is_in_use_while_the_server_is_short() throws Exception {
    BorrowedConnection first = get();
    BorrowedConnection second = get();
    test.shared.capacity().afterRefusal(new Refusal(60_000, 1, 0, 0), new Backoff());
    try (Background<BorrowedConnection> waiting = Background.run(this::get)) {
      await().atMost(Background.LONG).until(() -> test.stats().waiting() == 1);
      first.close();
      BorrowedConnection third = waiting.join();
      assertThat(test.stats().retired()).isEmpty();
      third.close();
    }
    assertThat(test.stats().retired()).isEmpty();
    second.close();
    awaitClosed(true);
    assertThat(test.stats().retired()).isEqualTo(Map.of(RetireReason.SERVER_FULL, 2L));
  }

  @Test
  void surplus_idle_ones_are_closed_when_another_is_given_back() throws SQLException {
    BorrowedConnection first = get();
    BorrowedConnection second = get();
    first.close();
    test.clocks.pass(Duration.ofSeconds(11));
    execute(second, "SELECT 1");
    second.close();
    assertRetired(RetireReason.IDLE, 1);
  }

  @Test
  void the_bounds_of_a_use_end_with_it() throws SQLException {
    BorrowedConnection connection = get();
    JdbcConnection driver = (JdbcConnection) connection.session().connection();
    assertThat(driver.getNetworkTimeout()).isPositive();
    connection.close();
    assertThat(driver.getNetworkTimeout()).isZero();
    Connection unbound = test.get(null, true);
    unbound.setNetworkTimeout(Runnable::run, 500);
    unbound.close();
    assertThat(driver.getNetworkTimeout()).isZero();
  }

  private Background<Void> unanswered(BorrowedConnection connection) {
    test.server.on("SELECT 2", session -> {});
    Background<Void> use = Background.perform(() -> execute(connection, "SELECT 2"));
    await().atMost(Background.LONG).until(() -> test.server.statements().contains("SELECT 2"));
    return use;
  }

  @Test
  void a_return_by_another_thread_does_not_wait_for_a_running_statement() throws Exception {
    BorrowedConnection connection = get();
    try (Background<Void> use = unanswered(connection)) {
      connection.close();
      assertThat(use.failure()).isInstanceOf(SQLException.class);
    }
    assertRetired(RetireReason.BROKEN, 1);
    assertThat(test.server.statements()).contains("KILL 1");
  }

  @Test
  void a_statement_that_an_abort_has_left_running_is_ended_before_the_next_use() throws Exception {
    BorrowedConnection connection = get();
    try (Background<Void> use = unanswered(connection)) {
      connection.abort(Runnable::run);
      assertThat(use.failure()).isInstanceOf(SQLException.class);
    }
    get().close();
    assertThat(test.server.statements()).containsOnlyOnce("KILL 1");
  }

  @Test
  void one_that_outlives_its_deadline_after_an_unwrap_is_ended_before_the_next_use()
      throws Exception {
    HeldDeadline held = new HeldDeadline(Duration.ofMillis(300));
    test.server.on("SELECT 2", session -> {});
    BorrowedConnection connection = test.get(held.deadline(), true);
    connection.unwrap(JdbcConnection.class);
    held.release();
    assertThatThrownBy(() -> execute(connection, "SELECT 2")).isInstanceOf(SQLException.class);
    connection.close();
    get().close();
    assertThat(test.server.statements()).containsOnlyOnce("KILL 1");
  }

  @Test
  void an_abort_does_not_wait_for_an_upload_that_the_server_does_not_read() throws Exception {
    CountDownLatch testOver = new CountDownLatch(1);
    CompletableFuture<Socket> peer = new CompletableFuture<>();
    test.server.on(
        "SELECT 2",
        session -> {
          session.ok();
          peer.complete(session.socket());
          try {
            testOver.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        });
    BorrowedConnection connection = get();
    execute(connection, "SELECT 2");
    try (Background<Void> upload =
            Background.perform(
                () ->
                    execute(
                        connection, "INSERT INTO t VALUES ('" + "x".repeat(20_000_000) + "')"));
        Background<Void> abort =
            Background.perform(
                () -> {
                  await()
                      .atMost(Background.LONG)
                      .until(() -> peer.join().getInputStream().available() > 50_000);
                  connection.abort(Runnable::run);
                })) {
      abort.join();
      assertThat(upload.failure()).isInstanceOf(SQLException.class);
    }
    testOver.countDown();
    assertRetired(RetireReason.BROKEN, 1);
  }

  @Test
  void a_return_after_the_end_closes_nothing_twice() throws SQLException {
    BorrowedConnection connection = get();
    test.suspend();
    test.lifecycle.resume();
    connection.close();
    assertRetired(RetireReason.CHECKPOINT, 1);
  }
}
