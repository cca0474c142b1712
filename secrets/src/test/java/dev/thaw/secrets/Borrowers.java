package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.fixture.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongArray;

/** Four threads that borrow a connection, query, and give it back, until they are told to end. */
final class Borrowers implements AutoCloseable {
  private static final int COUNT = 4;
  private static final Duration LIMIT = Duration.ofSeconds(10);
  // The threads do not rest while the test waits for them.
  private static final Duration POLL = Duration.ofMillis(5);

  private final ConnectionProvider provider;
  private final Queue<SQLException> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLongArray gets = new AtomicLongArray(COUNT);
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean ended;

  Borrowers(ConnectionProvider provider) {
    this.provider = provider;
    for (int i = 0; i < COUNT; i++) {
      int number = i;
      Thread thread = new Thread(() -> borrow(number), "borrower-" + i);
      threads.add(thread);
      thread.start();
    }
  }

  private void borrow(int number) {
    while (!ended) {
      try (Connection connection = provider.get(Deadline.after(LIMIT))) {
        assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
      } catch (SQLException e) {
        failures.add(e);
      }
      gets.incrementAndGet(number);
    }
  }

  /** Waits until each thread has borrowed and given back so many times more. */
  void awaitMoreGets(int count) {
    long[] goals = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      goals[i] = gets.get(i) + count;
    }
    await()
        .pollInterval(POLL)
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              for (int i = 0; i < COUNT; i++) {
                if (gets.get(i) < goals[i]) {
                  return false;
                }
              }
              return true;
            });
  }

  List<SQLException> failures() {
    return List.copyOf(failures);
  }

  /** Ends the threads and waits for them. */
  void end() {
    ended = true;
    await().pollInterval(POLL).until(() -> threads.stream().noneMatch(Thread::isAlive));
  }

  @Override
  public void close() {
    end();
  }
}
