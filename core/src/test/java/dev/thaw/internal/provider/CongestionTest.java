package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.fixture.Clocks;
import dev.thaw.internal.mysql.ServerLoad;
import dev.thaw.internal.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CongestionTest {
  private static final long BUDGET = 60_000;

  private final Clocks clocks = new Clocks();
  private final Congestion congestion = fresh();

  private Congestion fresh() {
    return new Congestion(new Clock(clocks, clocks::nanoTime));
  }

  private List<Long> draw(LongSupplier wait) {
    return LongStream.range(0, 200).map(i -> wait.getAsLong()).boxed().toList();
  }

  private List<Long> firstWaits() {
    return draw(() -> congestion.beforeFirst(BUDGET));
  }

  private void refuse(int times) {
    for (int i = 0; i < times; i++) {
      congestion.afterRefusal(BUDGET, 1);
      clocks.pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void nothing_waits_before_the_first_refusal() {
    assertThat(firstWaits()).containsOnly(0L);
  }

  @Test
  void the_wait_after_a_refusal_is_in_the_later_half_of_a_window_that_doubles_up_to_ten_seconds() {
    for (long window : new long[] {2_500, 5_000, 10_000, 10_000}) {
      assertThat(congestion.afterRefusal(BUDGET, 1)).isBetween(window / 2, window);
      clocks.pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void threads_that_are_refused_at_the_same_moment_widen_the_window_once() {
    for (int thread = 0; thread < 5; thread++) {
      assertThat(congestion.afterRefusal(BUDGET, 1)).isBetween(1_250L, 2_500L);
    }
    clocks.pass(Duration.ofMillis(300));
    assertThat(congestion.afterRefusal(BUDGET, 2)).isBetween(2_500L, 5_000L);
  }

  @Test
  void environments_that_are_refused_together_come_back_apart() {
    List<Long> waits = draw(() -> fresh().afterRefusal(BUDGET, 1));
    // 200 draws miss a quarter of the range with a probability of 0.75^200, below 10^-24.
    assertThat(waits).anyMatch(wait -> wait < 1_560).anyMatch(wait -> wait > 2_190);
  }

  @Test
  void a_wait_leaves_a_part_of_what_is_left_for_the_connect() {
    assertThat(draw(() -> fresh().afterRefusal(1_000, 2)))
        .allSatisfy(wait -> assertThat(wait).isBetween(475L, 950L));
  }

  @Test
  void a_get_that_has_tried_twice_does_not_try_ever_faster_as_the_deadline_comes_near() {
    assertThat(fresh().afterRefusal(330, 2)).isEqualTo(300);
    assertThat(fresh().afterRefusal(329, 2)).isEqualTo(329);
    assertThat(fresh().afterRefusal(0, 2)).isZero();
  }

  @Test
  void the_third_refusal_in_a_row_ends_a_get_of_a_few_seconds() {
    refuse(2);
    assertThat(congestion.afterRefusal(4_000, 3)).isBetween(5_000L, 10_000L);
  }

  @Test
  void a_get_with_little_time_has_a_second_try_before_its_deadline() {
    assertThat(draw(() -> fresh().afterRefusal(150, 1)))
        .allSatisfy(wait -> assertThat(wait).isBetween(20L, 120L));
    assertThat(fresh().afterRefusal(40, 1)).isEqualTo(40);
    assertThat(fresh().afterRefusal(0, 1)).isZero();
  }

  @Test
  void the_next_get_waits_too_and_leaves_a_part_of_its_time() {
    refuse(1);
    assertThat(firstWaits())
        .anyMatch(wait -> wait < 625)
        .anyMatch(wait -> wait > 1_875)
        .allMatch(wait -> wait <= 2_500);
    assertThat(draw(() -> congestion.beforeFirst(100))).allMatch(wait -> wait <= 90);
  }

  @Test
  void after_three_refusals_in_a_row_the_next_get_comes_in_the_later_half_of_its_time() {
    refuse(2);
    assertThat(firstWaits()).anyMatch(wait -> wait < 1_250).allMatch(wait -> wait <= 5_000);
    refuse(1);
    assertThat(firstWaits()).allSatisfy(wait -> assertThat(wait).isBetween(5_000L, 10_000L));
    assertThat(draw(() -> congestion.beforeFirst(1_000)))
        .allSatisfy(wait -> assertThat(wait).isBetween(450L, 900L));
  }

  @Test
  void each_connect_that_succeeds_at_once_narrows_the_window_until_nothing_waits() {
    refuse(1);
    congestion.succeeded();
    assertThat(firstWaits()).anyMatch(wait -> wait > 1_125).allMatch(wait -> wait <= 1_500);
    for (int i = 0; i < 9; i++) {
      congestion.succeeded();
    }
    assertThat(firstWaits()).containsOnly(0L);
  }

  @Test
  void a_wide_window_shrinks_by_a_fifth() {
    refuse(3);
    congestion.succeeded();
    assertThat(firstWaits()).allSatisfy(wait -> assertThat(wait).isBetween(4_000L, 8_000L));
    for (int i = 0; i < 4; i++) {
      congestion.succeeded();
    }
    assertThat(firstWaits())
        .anyMatch(wait -> wait < 640)
        .allSatisfy(wait -> assertThat(wait).isLessThanOrEqualTo(2_560L));
  }

  @Test
  void a_server_that_says_it_has_half_of_its_room_left_is_not_waited_for_any_more() {
    refuse(3);
    assertThat(congestion.isWide()).isTrue();
    congestion.answered(new ServerLoad(0, 0, false));
    congestion.answered(new ServerLoad(50, 100, false));
    assertThat(congestion.isWide()).isTrue();
    congestion.answered(new ServerLoad(49, 100, false));
    assertThat(congestion.isWide()).isFalse();
    assertThat(firstWaits()).containsOnly(0L);
  }

  @Test
  void a_refusal_is_forgotten_after_a_minute_whichever_clock_ran_on() {
    refuse(1);
    clocks.passOnWall(Duration.ofSeconds(61));
    assertThat(firstWaits()).containsOnly(0L);
    refuse(1);
    clocks.passOnMonotonic(Duration.ofSeconds(61));
    assertThat(firstWaits()).containsOnly(0L);
  }

  @Test
  void a_restored_environment_knows_nothing() {
    refuse(3);
    congestion.forget();
    assertThat(firstWaits()).containsOnly(0L);
  }
}
