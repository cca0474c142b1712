package dev.thaw.provider;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.ProviderStats;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One provider in a function that serves several requests at once: Lambda Managed Instances run a
 * handler of Java on 32 threads for each processor, unless they are told otherwise.
 */
@DatabaseTest
class ProviderManyRequestsTest {
  private static final int THREADS = 32;
  private static final int REQUESTS = 100;
  private static final int TIMEOUT_MILLIS = 60_000;

  private final TestSchema schema;

  @AutoClose("shutdownNow")
  private final ExecutorService handlers = Executors.newFixedThreadPool(THREADS);

  ProviderManyRequestsTest(TestSchema schema) {
    this.schema = schema;
  }

  /** The deadline of an invocation, whose remaining time its context tells. */
  private static Deadline invocation(int timeoutMillis) {
    long end = System.nanoTime() + Duration.ofMillis(timeoutMillis).toNanos();
    return Deadline.of(() -> (int) Duration.ofNanos(end - System.nanoTime()).toMillis());
  }

  private static void handle(PooledConnectionProvider db) throws SQLException {
    try (Connection connection = db.get(invocation(TIMEOUT_MILLIS))) {
      assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
    }
  }

  private <T> List<Future<T>> onAllThreads(Callable<T> task) {
    List<Future<T>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      running.add(handlers.submit(task));
    }
    return running;
  }

  /** Handles requests on all threads; returns how many each has handled. */
  private List<Integer> handleAll(PooledConnectionProvider db) throws Exception {
    AtomicInteger left = new AtomicInteger(THREADS * REQUESTS);
    CyclicBarrier start = new CyclicBarrier(THREADS);
    List<Future<Integer>> running =
        onAllThreads(
            () -> {
              start.await(30, SECONDS);
              int handled = 0;
              while (left.getAndDecrement() > 0) {
                handle(db);
                handled++;
              }
              return handled;
            });
    List<Integer> handled = new ArrayList<>();
    for (Future<Integer> thread : running) {
      handled.add(thread.get(60, SECONDS));
    }
    return handled;
  }

  @ParameterizedTest
  @ValueSource(ints = {5, THREADS})
  void requests_at_once_all_get_a_connection_and_none_is_lost(int size) throws Exception {
    try (PooledConnectionProvider db = schema.provider().maxSize(size).build()) {
      assertThat(handleAll(db).stream().mapToInt(n -> n).sum()).isEqualTo(THREADS * REQUESTS);

      ProviderStats stats = db.stats();
      assertThat(stats.opened()).as("%s", stats).isLessThanOrEqualTo(size);
      assertThat(stats.active()).as("%s", stats).isZero();
      assertAllCanBeTaken(db, size);
    }
  }

  @Test
  void threads_that_share_few_connections_get_them_in_turn() throws Exception {
    try (PooledConnectionProvider db = schema.provider().maxSize(5).build()) {
      handleAll(db); // so that no thread is ahead while another logs in
      assertThat(handleAll(db))
          .as("handled by each thread, of %s on average", REQUESTS)
          .allSatisfy(n -> assertThat(n).isGreaterThan(REQUESTS / 10));
    }
  }

  private static void assertAllCanBeTaken(PooledConnectionProvider db, int size)
      throws SQLException {
    List<Connection> taken = new ArrayList<>();
    try {
      for (int i = 0; i < size; i++) {
        taken.add(db.get(invocation(TIMEOUT_MILLIS)));
      }
      assertThatThrownBy(() -> db.get(Deadline.after(Duration.ofMillis(10))))
          .isInstanceOf(SQLTransientException.class);
    } finally {
      for (Connection connection : taken) {
        connection.close();
      }
    }
  }

  @Test
  void a_request_without_time_fails_alone_while_others_wait_their_turn() throws Exception {
    int size = 5;
    try (PooledConnectionProvider db = schema.provider().maxSize(size).build()) {
      CountDownLatch taken = new CountDownLatch(size);
      CountDownLatch answered = new CountDownLatch(1);
      List<Future<?>> slow = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        slow.add(
            handlers.submit(
                () -> {
                  try (Connection connection = db.get(invocation(TIMEOUT_MILLIS))) {
                    taken.countDown();
                    assertThat(answered.await(60, SECONDS)).isTrue();
                    return Sql.string(connection, "SELECT 1");
                  }
                }));
      }
      assertThat(taken.await(60, SECONDS)).isTrue();
      List<Future<?>> patient = new ArrayList<>();
      List<Future<?>> hurried = new ArrayList<>();
      for (int i = size; i < THREADS; i++) {
        if (i % 3 == 0) {
          hurried.add(handlers.submit(() -> db.get(invocation(200))));
        } else {
          patient.add(
              handlers.submit(
                  () -> {
                    handle(db);
                    return true;
                  }));
        }
      }

      for (Future<?> request : hurried) {
        assertThatThrownBy(() -> request.get(60, SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(SQLTransientException.class);
      }
      answered.countDown();
      for (Future<?> request : patient) {
        assertThat(request.get(60, SECONDS)).isEqualTo(true);
      }
      for (Future<?> request : slow) {
        assertThat(request.get(60, SECONDS)).isEqualTo("1");
      }
      assertThat(db.stats().opened()).isEqualTo(size);
      assertAllCanBeTaken(db, size);
    }
  }
}
