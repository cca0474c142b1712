package dev.thaw.internal.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mysql.cj.exceptions.OperationCancelledException;
import dev.thaw.Deadline;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Elapsed;
import dev.thaw.fixture.Listener;
import dev.thaw.internal.net.ChannelSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunningStatementTest {
  private static final Deadline SOON = Deadline.after(Duration.ZERO);
  private static final String UNSAID =
      "; the server reported no error, so it may have been executed, in part or as a whole";
  private static final String CANCELLED = "The statement was cancelled" + UNSAID;

  private final SQLException interrupted = new SQLException("interrupted", "70100", 1317);

  private final AtomicInteger cancels = new AtomicInteger();
  @AutoClose private Listener listener;

  private ChannelSocket socket;
  private Socket server;
  private RunningStatement running;

  @BeforeEach
  void start() throws IOException {
    listener = Listener.open();
    socket = new ChannelSocket(() -> {});
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port()));
    server = listener.accept();
    running = new RunningStatement(socket);
    running.canceller(bound -> cancels.incrementAndGet());
  }

  @AfterEach
  void stop() {
    socket.abort();
  }

  private void finish() throws SQLException {
    running.finish(null);
  }

  private void readOne() throws IOException {
    assertThat(socket.getInputStream().read()).isEqualTo('x');
  }

  private void answer() throws IOException {
    server.getOutputStream().write('x');
  }

  @Test
  void a_statement_that_is_answered_is_not_cancelled() throws Exception {
    running.begin(1, null);
    answer();
    readOne();
    finish();
    assertThat(cancels).hasValue(0);
    assertThat(running.isOverdue()).isFalse();
  }

  @Test
  void without_a_statement_there_is_nothing_to_cancel_or_to_end() throws Exception {
    running.cancel(() -> true);
    assertThat(running.end()).isFalse();
    running.begin(0, null);
    finish();
    running.cancel(() -> true);
    assertThat(running.end()).isFalse();
    assertThat(cancels).hasValue(0);
    running.begin(0, null);
    finish();
  }

  @Test
  void a_statement_that_was_cancelled_says_so_though_the_driver_has_a_result() throws Exception {
    running.begin(0, null);
    running.cancel(() -> true);
    assertThat(cancels).hasValue(1);
    assertThatThrownBy(this::finish)
        .isNotInstanceOf(SQLTimeoutException.class)
        .hasMessage(CANCELLED);
    running.begin(0, null);
    finish();
  }

  @Test
  void a_thread_that_executes_nothing_does_not_end_the_statement_of_another() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    try (Background<String> executing =
        Background.run(
            () -> {
              running.begin(0, null);
              begun.countDown();
              cancelled.await();
              try {
                finish();
                return "";
              } catch (SQLException e) {
                return e.getMessage();
              }
            })) {
      begun.await();
      finish();
      assertThat(running.isOverdue()).isTrue();
      running.cancel(() -> true);
      assertThat((Throwable) running.explained(interrupted)).isSameAs(interrupted);
      cancelled.countDown();
      assertThat(executing.join()).isEqualTo(CANCELLED);
    }
  }

  @Test
  void a_thread_that_executes_nothing_does_not_end_the_query_timeout_of_another() throws Exception {
    CountDownLatch disarmed = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    running.canceller(bound -> assertThatCode(this::answer).doesNotThrowAnyException());
    try (Background<@Nullable Boolean> executing =
        Background.run(
            () -> {
              running.begin(1, null);
              begun.countDown();
              disarmed.await();
              readOne();
              finish();
              return true;
            })) {
      begun.await();
      finish();
      disarmed.countDown();
      assertThat(executing.failure()).isInstanceOf(SQLTimeoutException.class);
    }
  }

  @Test
  void the_drivers_exception_is_explained_if_the_end_was_asked_for() throws Exception {
    running.begin(0, null);
    assertThat((Throwable) running.explained(interrupted)).isSameAs(interrupted);
    running.cancel(() -> true);
    SQLException other = new SQLException("no such table", "42S02", 1146);
    assertThat((Throwable) running.explained(other)).isSameAs(other);
    assertThat((Throwable) running.explained(interrupted))
        .hasMessage("The statement was cancelled")
        .hasCause(interrupted);
    finish();
  }

  @Test
  void a_statement_that_is_ended_with_the_provider_says_so() throws Exception {
    running.begin(0, null);
    assertThat(running.end()).isTrue();
    assertThatThrownBy(this::finish).hasMessage(CANCELLED);
    assertThat(cancels).hasValue(0);
  }

  @Test
  void the_query_timeout_ends_the_statement_at_the_server() throws Exception {
    running.canceller(
        bound -> {
          cancels.incrementAndGet();
          assertThatCode(this::answer).doesNotThrowAnyException();
        });
    Deadline deadline = Deadline.after(Background.LONG);
    socket.deadline(deadline);
    running.begin(1, deadline);
    readOne();
    assertThat(cancels).hasValue(1);
    assertThat(socket.deadline()).isNotSameAs(deadline);
    assertThatThrownBy(() -> running.finish(deadline))
        .isInstanceOf(SQLTimeoutException.class)
        .hasMessage("The query timeout passed, so the statement was ended at the server" + UNSAID);
    assertThat(socket.deadline()).isSameAs(deadline);
    running.begin(0, deadline);
    running.finish(deadline);
  }

  @Test
  void a_server_that_says_nothing_after_the_query_timeout_is_waited_for_a_second()
      throws Exception {
    Elapsed.assertTakes(Duration.ofSeconds(2), this::readInVain);
    assertThat((Throwable) running.explained(interrupted)).isInstanceOf(SQLTimeoutException.class);
  }

  @Test
  void a_statement_that_cannot_be_ended_at_the_server_ends_with_its_query_timeout()
      throws Exception {
    running.canceller(
        bound -> {
          throw new SQLException("no way there");
        });
    Elapsed.assertTakes(Duration.ofSeconds(1), this::readInVain);
  }

  private void readInVain() throws SQLException {
    running.begin(1, null);
    assertThatThrownBy(this::readOne).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void the_next_statement_has_its_own_time_once_the_server_has_answered() throws Exception {
    running.canceller(bound -> assertThatCode(this::answer).doesNotThrowAnyException());
    running.begin(1, null);
    readOne();
    assertThat((Throwable) running.explained(interrupted)).isInstanceOf(SQLTimeoutException.class);
    assertThat(socket.deadline()).isNotNull();
    running.finish(null);
    assertThat(socket.deadline()).isNull();
  }

  @Test
  void the_deadline_bounds_the_cancellation_at_the_query_timeout_and_is_not_extended()
      throws Exception {
    List<@Nullable Deadline> bounds = new ArrayList<>();
    running.canceller(bounds::add);
    Deadline deadline = Deadline.after(Duration.ofMillis(1_500));
    socket.deadline(deadline);
    running.begin(1, deadline);
    assertThatThrownBy(this::readOne).isInstanceOf(SocketTimeoutException.class);
    assertThat(bounds).containsExactly(deadline);
    assertThat(socket.deadline()).isSameAs(deadline);
  }

  @Test
  void a_cancellation_that_comes_too_late_for_its_statement_ends_no_other() throws Exception {
    running.begin(0, null);
    running.cancel(() -> false);
    assertThat(cancels).hasValue(0);
    finish();
  }

  private @Nullable Boolean cancelInBackground(CountDownLatch inside, CountDownLatch leave)
      throws Exception {
    running.canceller(
        bound -> {
          inside.countDown();
          try {
            leave.await();
          } catch (InterruptedException e) {
            throw new SQLException(e);
          }
        });
    running.cancel(() -> true);
    return true;
  }

  @Test
  void a_cancellation_under_way_is_known_since_it_may_hit_the_next_statement() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    running.begin(0, null);
    try (Background<@Nullable Boolean> canceller =
        Background.run(() -> cancelInBackground(inside, leave))) {
      inside.await();
      assertThatThrownBy(this::finish).hasMessage(CANCELLED);
      assertThat(running.isOverdue()).isTrue();
      leave.countDown();
      canceller.join();
      await().atMost(Background.LONG).until(() -> !running.isOverdue());
    }
  }

  @Test
  void a_cancellation_that_fails_is_over_too() throws Exception {
    running.canceller(
        bound -> {
          throw new SQLException("no way there");
        });
    running.begin(0, null);
    assertThatThrownBy(() -> running.cancel(() -> true)).hasMessage("no way there");
    assertThatCode(this::finish).doesNotThrowAnyException();
    assertThat(running.isOverdue()).isFalse();
  }

  @Test
  void the_next_statement_does_not_begin_while_its_former_is_being_ended() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    running.begin(0, null);
    try (Background<@Nullable Boolean> canceller =
        Background.run(() -> cancelInBackground(inside, leave))) {
      inside.await();
      assertThatThrownBy(this::finish).hasMessage(CANCELLED);
      assertThatThrownBy(() -> running.begin(0, SOON))
          .isInstanceOf(SQLTimeoutException.class)
          .hasMessageContaining("nothing was sent");
      leave.countDown();
      canceller.join();
    }
    running.begin(0, null);
    finish();
  }

  @Test
  void a_second_thread_waits_for_the_statement_of_the_first() throws Exception {
    running.begin(0, null);
    try (Background<@Nullable Boolean> second =
        Background.run(
            () -> {
              running.begin(0, SOON);
              return true;
            })) {
      assertThat(second.failure()).isInstanceOf(SQLTimeoutException.class);
    }
    finish();
    try (Background<@Nullable Boolean> second =
        Background.run(
            () -> {
              running.begin(0, SOON);
              finish();
              return true;
            })) {
      assertThat(second.join()).isTrue();
    }
  }

  @Test
  void a_kill_that_was_not_answered_may_hit_the_next_borrower() {
    running.killSent();
    assertThat(running.isOverdue()).isTrue();
    running.killAnswered();
    assertThat(running.isOverdue()).isFalse();
  }

  @Test
  void the_alarm_is_heard_while_data_flows() throws Exception {
    AtomicInteger rung = new AtomicInteger();
    answer();
    socket.alarm(System.nanoTime(), rung::incrementAndGet);
    readOne();
    assertThat(rung).hasValue(1);
    socket.alarm(System.nanoTime(), rung::incrementAndGet);
    socket.getOutputStream().write('y');
    assertThat(rung).hasValue(2);
  }

  @Test
  void the_rest_of_a_batch_is_not_sent_once_it_was_ended() throws Exception {
    running.begin(0, null);
    running.beforeCommand();
    running.beforeCommand();
    running.cancel(() -> true);
    assertThatThrownBy(running::beforeCommand).isInstanceOf(OperationCancelledException.class);
    SQLException batch = new SQLException("the batch");
    assertThat((Throwable) running.explained(batch)).isSameAs(batch);
    running.finish(null);
    running.begin(0, null);
    running.beforeCommand();
    finish();
  }
}
