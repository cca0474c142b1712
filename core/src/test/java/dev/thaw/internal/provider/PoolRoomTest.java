package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.ScriptedServer;
import dev.thaw.internal.jdbc.BorrowedConnection;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pool has room for as many connections after whatever has gone wrong as before. */
@Timeout(120)
class PoolRoomTest {
  private static final int SIZE = 3;
  private static final int THREADS = 6;
  private static final int GETS = 150;

  private final CountDownLatch calm = new CountDownLatch(1);
  private final Random random = new Random(1);
  private final AtomicInteger failed = new AtomicInteger();
  @AutoClose private TestPool test;

  @BeforeEach
  void start() throws IOException {
    test =
        new TestPool(
            SIZE,
            ScriptedServer.start(
                (self, session) -> {
                  session.greet();
                  session.login();
                  if (!calm.await(random.nextInt(80), TimeUnit.MILLISECONDS)
                      && random.nextInt(10) == 0) {
                    return;
                  }
                  session.ok();
                  self.serve(session);
                }));
    test.source =
        deadline ->
            switch (random.nextInt(5)) {
              case 0 -> throw new SQLException("no secret");
              case 1 -> DatabaseCredentials.of("other", "s3cret");
              case 2 -> DatabaseCredentials.of("app", "t0ken" + random.nextInt());
              default -> DatabaseCredentials.of("app", "s3cret");
            };
  }

  private BorrowedConnection get(long millis) throws SQLException {
    return test.get(Deadline.after(Duration.ofMillis(millis)), true);
  }

  private void storm() {
    for (int i = 0; i < GETS; i++) {
      if (random.nextInt(20) == 0) {
        Thread.currentThread().interrupt();
      }
      try (BorrowedConnection connection = get(random.nextInt(60))) {
        if (random.nextInt(4) == 0) {
          connection.abort(Runnable::run);
        }
      } catch (SQLException e) {
        failed.incrementAndGet();
      }
      var unused = Thread.interrupted();
    }
  }

  private void assertHasRoom() throws Exception {
    calm.countDown();
    test.source = deadline -> DatabaseCredentials.of("app", "s3cret");
    List<BorrowedConnection> held = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      held.add(get(Background.LONG.toMillis()));
    }
    await().until(() -> test.server.open() == SIZE);
    assertThat(test.stats().active()).isEqualTo(SIZE);
    assertThat(test.stats().idle()).isZero();
    assertThatThrownBy(() -> get(100)).hasMessageContaining("No connection was given back");
    for (BorrowedConnection connection : held) {
      connection.close();
    }
    assertThat(test.stats().active()).isZero();
    assertThat(test.stats().waiting()).isZero();
  }

  @Test
  void after_gets_that_failed_in_any_way() throws Exception {
    Background.joinAll(Background.perform(THREADS, this::storm));
    assertThat(failed).hasPositiveValue();
    assertHasRoom();
  }

  @Test
  void after_checkpoints_amid_them() throws Exception {
    List<Background<Void>> gets = Background.perform(THREADS, this::storm);
    while (!gets.stream().allMatch(Background::isDone)) {
      test.suspend();
      assertThat(test.stats().idle()).isZero();
      test.lifecycle.resume();
      int before = failed.get();
      await().until(() -> failed.get() > before || gets.stream().allMatch(Background::isDone));
    }
    Background.joinAll(gets);
    assertHasRoom();
  }
}
