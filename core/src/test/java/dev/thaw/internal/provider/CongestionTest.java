package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.fixture.Clocks;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CongestionTest {
  private static final long BUDGET = 60_000;

  private final Clocks clocks = new Clocks();
  private final Congestion congestion =
      new Congestion(new Instants.Clock(clocks, clocks::nanoTime));

  private List<Long> firstWaits() {
    return LongStream.range(0, 200).map(i -> congestion.beforeFirst(BUDGET)).boxed().toList();
  }

  @Test
  void nothing_waits_before_the_first_refusal() {
    assertThat(firstWaits()).containsOnly(0L);
  }

  @Test
  void the_wait_after_a_refusal_is_spread_over_a_window_that_doubles_up_to_eight_seconds() {
    for (long window : new long[] {1_500, 3_000, 6_000, 8_000, 8_000}) {
      assertThat(congestion.afterRefusal(BUDGET)).isBetween(100L, window);
    }
  }

  @Test
  void environments_that_are_refused_together_come_back_apart() {
    List<Long> waits =
        LongStream.range(0, 200)
            .map(
                i ->
                    new Congestion(new Instants.Clock(clocks, clocks::nanoTime))
                        .afterRefusal(BUDGET))
            .boxed()
            .toList();
    // 200 draws miss a quarter of the range with a probability of 0.75^200, below 10^-24.
    assertThat(waits).anyMatch(wait -> wait < 450).anyMatch(wait -> wait > 1_150);
  }

  @Test
  void a_wait_leaves_half_of_what_is_left_for_other_tries() {
    for (int i = 0; i < 200; i++) {
      assertThat(congestion.afterRefusal(1_000)).isBetween(100L, 500L);
    }
  }

  @Test
  void the_last_try_comes_before_the_deadline_and_then_there_is_none() {
    for (int i = 0; i < 200; i++) {
      assertThat(congestion.afterRefusal(150)).isBetween(20L, 120L);
    }
    assertThat(congestion.afterRefusal(40)).isEqualTo(40);
    assertThat(congestion.afterRefusal(0)).isZero();
  }

  @Test
  void the_next_get_waits_too_and_leaves_more_than_half_of_its_time() {
    congestion.afterRefusal(BUDGET);
    assertThat(firstWaits()).anyMatch(wait -> wait > 0).allMatch(wait -> wait <= 1_500);
    assertThat(congestion.beforeFirst(100)).isLessThanOrEqualTo(40);
  }

  @Test
  void each_connect_that_succeeds_at_once_halves_the_window_until_nothing_waits() {
    congestion.afterRefusal(BUDGET);
    congestion.succeeded();
    assertThat(firstWaits()).allMatch(wait -> wait <= 750);
    for (int i = 0; i < 6; i++) {
      congestion.succeeded();
    }
    assertThat(firstWaits()).containsOnly(0L);
  }

  @Test
  void a_refusal_is_forgotten_after_a_minute_whichever_clock_ran_on() {
    congestion.afterRefusal(BUDGET);
    clocks.passOnWall(Duration.ofSeconds(61));
    assertThat(firstWaits()).containsOnly(0L);
    congestion.afterRefusal(BUDGET);
    clocks.passOnMonotonic(Duration.ofSeconds(61));
    assertThat(firstWaits()).containsOnly(0L);
  }

  @Test
  void a_restored_environment_knows_nothing() {
    congestion.afterRefusal(BUDGET);
    congestion.forget();
    assertThat(firstWaits()).containsOnly(0L);
  }
}
