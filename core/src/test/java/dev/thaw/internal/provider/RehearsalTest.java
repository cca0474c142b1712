package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.RetireReason;
import dev.thaw.fixture.Background;
import dev.thaw.internal.time.Clock;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** When a rehearsal ends; what it does is tested with servers. */
class RehearsalTest {
  @Test
  void after_its_time_nothing_is_begun() throws Exception {
    List<String> begun = new ArrayList<>();
    Rehearsal rehearsal =
        new Rehearsal(
            new Clock(InstantSource.system(), System::nanoTime),
            () -> {
              throw new IllegalStateException("a pool is asked for");
            },
            () -> begun.add("forget"));

    rehearsal.run(Deadline.after(Duration.ZERO));

    assertThat(begun).isEmpty();
  }

  @Test
  void within_its_time_it_is_done_56_times() throws Exception {
    List<String> begun = new ArrayList<>();
    try (TestPool test = new TestPool(1)) {
      Rehearsal rehearsal =
          new Rehearsal(
              new Clock(InstantSource.system(), System::nanoTime),
              () -> test.pool,
              () -> begun.add("forget"));

      rehearsal.run(Deadline.after(Background.LONG));

      assertThat(begun).hasSize(56);
      assertThat(test.server.accepted()).isEqualTo(56);
    }
  }

  @Test
  void what_is_open_is_closed_from_another_thread() throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    try (TestPool test = new TestPool(1)) {
      test.atConnect =
          () -> {
            connected.countDown();
            await().atMost(Background.LONG).until(() -> mayGoOn.getCount() == 0);
          };
      Rehearsal rehearsal =
          new Rehearsal(
              new Clock(InstantSource.system(), System::nanoTime), () -> test.pool, () -> {});
      try (Background<Void> run =
          Background.perform(() -> rehearsal.run(Deadline.after(Background.LONG)))) {
        connected.await();
        test.lifecycle.suspend();
        rehearsal.closeAll(RetireReason.CHECKPOINT);
        await().atMost(Background.LONG).until(() -> test.server.open() == 0);
        mayGoOn.countDown();
        assertThat(run.failure()).isInstanceOf(SQLException.class);
      }
    }
  }
}
