package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.WAIT;
import static dev.thaw.secrets.SourceFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.Deadline;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SingleFlightTest {
  // Of 40 ms, less the reserve: what a waiting thread sees at each look.
  private static final int REMAINING_MILLIS = 40;
  private static final Duration PATIENCE = Duration.ofMillis(30).dividedBy(4);

  private final SingleFlight<String> flight = new SingleFlight<>("Secret 'x'");

  @AutoClose("shutdownNow")
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private final CountDownLatch firstBegun = new CountDownLatch(1);
  private final CountDownLatch firstMayEnd = new CountDownLatch(1);
  private final CountDownLatch secondMayEnd = new CountDownLatch(1);

  private Future<Optional<String>> first(SingleFlight.Work<String> end) throws Exception {
    Future<Optional<String>> first =
        threads.submit(
            () ->
                flight.run(
                    soon(),
                    () -> {
                      firstBegun.countDown();
                      await(firstMayEnd);
                      return end.run();
                    }));
    assertThat(firstBegun.await(WAIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    return first;
  }

  private static void await(CountDownLatch latch) throws SQLException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new SQLException(e);
    }
  }

  private static String get(Future<Optional<String>> result) throws Exception {
    return result.get(WAIT.toMillis(), TimeUnit.MILLISECONDS).orElseThrow();
  }

  @Test
  void a_waiter_runs_the_work_as_well_when_no_answer_comes() throws Exception {
    Future<Optional<String>> first = first(() -> "first");

    assertThat(flight.run(Deadline.of(() -> REMAINING_MILLIS), () -> "second")).hasValue("second");

    assertThat(flight.isRunning()).isFalse();
    firstMayEnd.countDown();
    assertThat(get(first)).isEqualTo("first");
  }

  @Test
  void progress_lets_a_waiter_go_on_waiting() throws Exception {
    Future<Optional<String>> first = first(() -> "first");
    AtomicInteger looks = new AtomicInteger();
    Deadline deadline =
        Deadline.of(
            () -> {
              flight.progress();
              if (looks.incrementAndGet() == 10) {
                firstMayEnd.countDown();
              }
              return REMAINING_MILLIS;
            });

    assertThat(flight.run(deadline, () -> "second")).hasValue("first");
    assertThat(get(first)).isEqualTo("first");
  }

  @Test
  void while_no_answer_comes_one_more_run_begins_at_a_time() throws Exception {
    int waiters = 8;
    CountDownLatch begun = new CountDownLatch(waiters);
    List<Future<Optional<String>>> results = new ArrayList<>();
    results.add(first(() -> "first"));
    long start = System.nanoTime();
    for (int i = 0; i < waiters; i++) {
      results.add(
          threads.submit(
              () ->
                  flight.run(
                      Deadline.of(() -> REMAINING_MILLIS),
                      () -> {
                        begun.countDown();
                        await(secondMayEnd);
                        return "other";
                      })));
    }
    assertThat(begun.await(WAIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(PATIENCE.multipliedBy(waiters));
    assertThat(results).noneMatch(Future::isDone);
  }

  @Test
  void a_run_that_fails_returns_what_another_has_got_meanwhile() throws Exception {
    Future<Optional<String>> first =
        first(
            () -> {
              throw new SQLTransientConnectionException("lost");
            });
    assertThat(flight.run(Deadline.of(() -> REMAINING_MILLIS), () -> "second")).hasValue("second");

    firstMayEnd.countDown();

    assertThat(get(first)).isEqualTo("second");
  }

  @Test
  void a_run_that_gives_up_leaves_the_wait_to_the_run_beside_it() throws Exception {
    Future<Optional<String>> first =
        first(
            () -> {
              throw new SQLTimeoutException("the deadline passed");
            });
    CountDownLatch secondBegun = new CountDownLatch(1);
    Future<Optional<String>> second =
        threads.submit(
            () ->
                flight.run(
                    Deadline.of(() -> REMAINING_MILLIS),
                    () -> {
                      secondBegun.countDown();
                      await(secondMayEnd);
                      return "second";
                    }));
    assertThat(secondBegun.await(WAIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();

    firstMayEnd.countDown();
    assertThat(first)
        .failsWithin(WAIT)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(SQLTimeoutException.class);
    assertThat(flight.isRunning()).isTrue();

    secondMayEnd.countDown();
    assertThat(get(second)).isEqualTo("second");
    assertThat(flight.isRunning()).isFalse();
  }
}
