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
      congestion.afterRefusal(new Refusal(BUDGET, 1, 0, 0));
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
      assertThat(congestion.afterRefusal(new Refusal(BUDGET, 1, 0, 0)))
          .isBetween(window / 2, window);
      clocks.pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void tries_that_were_decided_on_before_the_window_was_widened_do_not_widen_it_again() {
    for (int wave = 1; wave <= 2; wave++) {
      long window = wave * 2_500L;
      for (int thread = 0; thread < 10; thread++) {
        Refusal refusal = new Refusal(BUDGET, wave, 0, wave * 1_500L + thread * 100L);
        assertThat(congestion.afterRefusal(refusal)).isBetween(window / 2, window);
        clocks.pass(Duration.ofMillis(100));
      }
      clocks.pass(Duration.ofSeconds(2));
    }
  }

  @Test
  void what_other_threads_were_refused_meanwhile_does_not_end_a_get() {
    refuse(3);
    assertThat(congestion.afterRefusal(new Refusal(4_000, 1, 0, 3_500))).isBetween(1_600L, 3_200L);
    assertThat(congestion.afterRefusal(new Refusal(4_000, 1, 0, 500))).isEqualTo(4_000);
  }

  @Test
  void a_get_with_little_time_keeps_what_a_connect_took_the_last_time() {
    congestion.succeeded(1, 70);
    refuse(1);
    assertThat(draw(() -> congestion.beforeFirst(120)))
        .allSatisfy(wait -> assertThat(wait).isBetween(15L, 30L));
    assertThat(draw(() -> congestion.beforeFirst(60))).containsOnly(0L);
  }

  @Test
  void before_the_first_connect_it_keeps_what_the_refused_try_took() {
    congestion.afterRefusal(new Refusal(BUDGET, 1, 70, 0));
    assertThat(draw(() -> congestion.beforeFirst(120)))
        .allSatisfy(wait -> assertThat(wait).isBetween(15L, 30L));
  }

  @Test
  void a_slow_first_connect_leaves_half_of_the_time_for_tries() {
    congestion.succeeded(1, 2_500);
    assertThat(draw(() -> congestion.afterRefusal(new Refusal(3_000, 1, 0, 0))))
        .allSatisfy(wait -> assertThat(wait).isBetween(735L, 1_470L));
  }

  @Test
  void environments_that_are_refused_together_come_back_apart() {
    List<Long> waits = draw(() -> fresh().afterRefusal(new Refusal(BUDGET, 1, 0, 0)));
    // 200 draws miss a quarter of the range with a probability of 0.75^200, below 10^-24.
    assertThat(waits).anyMatch(wait -> wait < 1_560).anyMatch(wait -> wait > 2_190);
  }

  @Test
  void a_wait_leaves_a_fifth_of_what_is_left_for_the_connect_and_the_use() {
    assertThat(draw(() -> fresh().afterRefusal(new Refusal(1_000, 2, 0, 0))))
        .allSatisfy(wait -> assertThat(wait).isBetween(400L, 800L));
  }

  @Test
  void a_get_that_has_tried_twice_does_not_try_ever_faster_as_the_deadline_comes_near() {
    assertThat(fresh().afterRefusal(new Refusal(375, 2, 0, 0))).isBetween(150L, 300L);
    assertThat(fresh().afterRefusal(new Refusal(374, 2, 0, 0))).isEqualTo(374);
    assertThat(fresh().afterRefusal(new Refusal(0, 2, 0, 0))).isZero();
  }

  @Test
  void
      a_get_is_tried_again_while_its_deadline_has_seconds_left_but_for_the_fourth_refusal_in_a_row() {
    refuse(2);
    assertThat(congestion.afterRefusal(new Refusal(2_000, 3, 0, 0))).isBetween(800L, 1_600L);
    clocks.pass(Duration.ofSeconds(1));
    assertThat(congestion.afterRefusal(new Refusal(5_000, 4, 0, 0))).isEqualTo(5_000);
    assertThat(congestion.afterRefusal(new Refusal(7_000, 4, 0, 0))).isBetween(2_800L, 5_600L);
  }

  @Test
  void where_tries_take_long_the_window_is_five_times_as_long_and_up_to_five_seconds() {
    assertThat(fresh().afterRefusal(new Refusal(BUDGET, 1, 500, 0))).isBetween(1_250L, 2_500L);
    assertThat(draw(() -> fresh().afterRefusal(new Refusal(BUDGET, 1, 800, 0))))
        .anyMatch(wait -> wait > 3_600)
        .allSatisfy(wait -> assertThat(wait).isBetween(2_000L, 4_000L));
    assertThat(draw(() -> fresh().afterRefusal(new Refusal(BUDGET, 1, 60_000, 0))))
        .allSatisfy(wait -> assertThat(wait).isBetween(2_500L, 5_000L));
  }

  @Test
  void a_server_that_says_it_is_nearly_full_puts_off_the_next_connects_by_what_one_takes() {
    congestion.succeeded(1, 100);
    congestion.answered(new ServerLoad(89, 100, false));
    assertThat(firstWaits()).containsOnly(0L);
    congestion.answered(new ServerLoad(90, 100, false));
    assertThat(firstWaits()).anyMatch(wait -> wait > 50).allMatch(wait -> wait <= 100);
    refuse(1);
    congestion.answered(new ServerLoad(90, 100, false));
    assertThat(firstWaits()).anyMatch(wait -> wait > 1_250);
  }

  @Test
  void a_get_with_little_time_has_a_second_try_before_its_deadline() {
    assertThat(draw(() -> fresh().afterRefusal(new Refusal(150, 1, 0, 0))))
        .allSatisfy(wait -> assertThat(wait).isBetween(20L, 120L));
    assertThat(fresh().afterRefusal(new Refusal(40, 1, 0, 0))).isEqualTo(40);
    assertThat(fresh().afterRefusal(new Refusal(0, 1, 0, 0))).isZero();
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
  void where_the_window_outlasts_the_deadline_the_next_get_comes_in_the_later_half_of_its_time() {
    refuse(2);
    assertThat(draw(() -> congestion.beforeFirst(5_000)))
        .anyMatch(wait -> wait < 1_250)
        .allMatch(wait -> wait <= 4_000);
    assertThat(draw(() -> congestion.beforeFirst(4_999)))
        .allSatisfy(wait -> assertThat(wait).isBetween(1_999L, 3_999L));
  }

  @Test
  void each_connect_that_succeeds_at_once_narrows_the_window_until_nothing_waits() {
    refuse(1);
    congestion.succeeded(2, 0);
    assertThat(firstWaits()).anyMatch(wait -> wait > 2_250);
    congestion.succeeded(1, 0);
    assertThat(firstWaits()).anyMatch(wait -> wait > 1_125).allMatch(wait -> wait <= 1_500);
    for (int i = 0; i < 9; i++) {
      congestion.succeeded(1, 0);
    }
    assertThat(firstWaits()).containsOnly(0L);
  }

  @Test
  void a_wide_window_shrinks_by_a_fifth() {
    refuse(3);
    congestion.succeeded(1, 0);
    assertThat(draw(() -> congestion.beforeFirst(7_999)))
        .allSatisfy(wait -> assertThat(wait).isBetween(3_199L, 6_399L));
    assertThat(firstWaits()).anyMatch(wait -> wait > 6_000).allMatch(wait -> wait <= 8_000);
  }

  @Test
  void a_server_that_says_it_has_half_of_its_room_left_is_not_waited_for_any_more() {
    refuse(1);
    congestion.answered(ServerLoad.UNKNOWN);
    assertThat(firstWaits()).anyMatch(wait -> wait > 1_500).allMatch(wait -> wait <= 2_000);
    congestion.answered(new ServerLoad(50, 100, false));
    assertThat(firstWaits()).anyMatch(wait -> wait > 1_200).allMatch(wait -> wait <= 1_600);
    assertThat(congestion.isOpen()).isTrue();
    congestion.answered(new ServerLoad(49, 100, false));
    assertThat(congestion.isOpen()).isFalse();
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
