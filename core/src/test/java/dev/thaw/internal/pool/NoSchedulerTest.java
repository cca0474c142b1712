package dev.thaw.internal.pool;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class NoSchedulerTest {
  private final NoScheduler scheduler = new NoScheduler();

  private static void fail() {
    throw new AssertionError("It ran");
  }

  @Test
  void accepts_repeated_tasks_and_never_runs_them() {
    Object delayed = scheduler.scheduleWithFixedDelay(NoSchedulerTest::fail, 0, 1, NANOSECONDS);
    Object repeated = scheduler.scheduleAtFixedRate(NoSchedulerTest::fail, 0, 1, NANOSECONDS);
    assertThat(delayed).isNull();
    assertThat(repeated).isNull();
  }

  @Test
  void refuses_what_somebody_may_wait_for() {
    assertThatThrownBy(() -> scheduler.execute(NoSchedulerTest::fail))
        .isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> scheduler.schedule(NoSchedulerTest::fail, 0, NANOSECONDS))
        .isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> scheduler.schedule(() -> 1, 0, NANOSECONDS))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void has_nothing_to_shut_down() {
    scheduler.shutdown();
    assertThat(scheduler.shutdownNow()).isEmpty();
    assertThat(scheduler.awaitTermination(1, NANOSECONDS)).isTrue();
  }
}
