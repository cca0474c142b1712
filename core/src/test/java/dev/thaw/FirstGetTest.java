package dev.thaw;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.fixture.Background;
import dev.thaw.fixture.ScriptedServer;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.RepeatedTest;

/** Threads that ask for the first connection at the same moment. */
class FirstGetTest {
  private static final int THREADS = 4;
  // Two threads must meet within microseconds. Without the lock, half of the repetitions failed.
  private static final int REPETITIONS = 20;

  @RepeatedTest(REPETITIONS)
  void make_one_pool_in_which_each_connection_is_found_again() throws Exception {
    try (ScriptedServer server = ScriptedServer.start();
        PooledConnectionProvider provider = server.provider().maxSize(THREADS).build()) {
      CyclicBarrier start = new CyclicBarrier(THREADS);
      List<Background<Connection>> first = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        first.add(
            Background.run(
                () -> {
                  start.await(Background.LONG.toMillis(), MILLISECONDS);
                  return provider.get();
                }));
      }
      for (Connection connection : Background.joinAll(first)) {
        connection.close();
      }

      // A connection in a second pool would be there, count, and never be lent again.
      List<Connection> again = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        again.add(provider.get(Deadline.after(Duration.ofSeconds(5))));
      }
      assertThat(provider.stats().opened()).isEqualTo(THREADS);
      assertThat(provider.stats().reused()).isEqualTo(THREADS);
      for (Connection connection : again) {
        connection.close();
      }
    }
  }
}
