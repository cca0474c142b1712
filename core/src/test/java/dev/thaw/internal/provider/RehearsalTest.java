package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.Deadline;
import dev.thaw.fixture.Background;
import dev.thaw.internal.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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
}
