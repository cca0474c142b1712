package dev.thaw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadlineTest {
  private final AtomicLong nanos = new AtomicLong(-7_000_000_000L);

  private Deadline after(Duration time) {
    return Deadline.after(time, nanos::get);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void a_time_from_now_has_no_reserve() {
    Deadline deadline = after(Duration.ofMillis(400));
    assertThat(deadline.remaining()).isEqualTo(Duration.ofMillis(400));
    pass(Duration.ofMillis(399));
    assertThat(deadline.remaining()).isEqualTo(Duration.ofMillis(1));
    assertThat(deadline.hasPassed()).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(deadline.hasPassed()).isTrue();
    assertThat(deadline.remaining()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"10000, 9750", "1000, 750", "999, 749.25", "400, 300", "4, 3"})
  void an_invocation_has_a_reserve_of_250_ms_and_at_most_a_quarter(int millis, double remaining) {
    assertThat(Deadline.of(() -> millis).remaining())
        .isEqualTo(Duration.ofNanos((long) (remaining * 1_000_000)));
  }

  @Test
  void keeps_the_reserve_that_it_began_with_as_time_goes_by() {
    AtomicInteger remaining = new AtomicInteger(400);
    Deadline deadline = Deadline.of(remaining::get);
    remaining.set(200);
    assertThat(deadline.remaining()).isEqualTo(Duration.ofMillis(100));
    remaining.set(101);
    assertThat(deadline.hasPassed()).isFalse();
    remaining.set(100);
    assertThat(deadline.hasPassed()).isTrue();
    assertThat(deadline.remaining()).isZero();
  }

  @Test
  void another_reserve_replaces_the_first_one() {
    Deadline deadline = Deadline.of(() -> 10_000);
    assertThat(deadline.withReserve(Duration.ZERO).remaining()).isEqualTo(Duration.ofSeconds(10));
    assertThat(deadline.withReserve(Duration.ofSeconds(4)).remaining())
        .isEqualTo(Duration.ofSeconds(6));
    assertThat(deadline.remaining()).isEqualTo(Duration.ofMillis(9_750));
  }

  @Test
  void a_reserve_shortens_a_time_from_now_too() {
    assertThat(after(Duration.ofSeconds(10)).withReserve(Duration.ofSeconds(4)).remaining())
        .isEqualTo(Duration.ofSeconds(6));
  }

  @Test
  void a_reserve_as_long_as_the_time_leaves_nothing() {
    assertThat(after(Duration.ofSeconds(1)).withReserve(Duration.ofSeconds(1)).hasPassed())
        .isTrue();
    assertThat(after(Duration.ofSeconds(1)).withReserve(Duration.ofDays(1)).remaining()).isZero();
  }

  @Test
  void follows_the_remaining_time_of_an_invocation() {
    AtomicInteger remaining = new AtomicInteger(3_000);
    Deadline deadline = Deadline.of(remaining::get);
    assertThat(deadline.remaining()).isEqualTo(Duration.ofMillis(2_750));
    remaining.set(251);
    assertThat(deadline.remaining()).isEqualTo(Duration.ofMillis(1));
    remaining.set(-5);
    assertThat(deadline.remaining()).isZero();
  }

  @Test
  void an_invocation_that_is_over_gives_a_deadline_that_has_passed() {
    assertThat(Deadline.of(() -> 0).hasPassed()).isTrue();
    assertThat(Deadline.of(() -> Integer.MIN_VALUE).hasPassed()).isTrue();
  }

  @Test
  void the_longest_invocation_does_not_overflow() {
    assertThat(Deadline.of(() -> Integer.MAX_VALUE).remaining())
        .isEqualTo(Duration.ofMillis(Integer.MAX_VALUE - 250));
  }

  @Test
  void zero_gives_a_deadline_that_has_passed() {
    assertThat(after(Duration.ZERO).hasPassed()).isTrue();
    assertThat(after(Duration.ZERO).remaining()).isZero();
  }

  @Test
  void times_beyond_what_nanoseconds_can_count_are_as_good_as_endless() {
    Deadline deadline = after(Duration.ofSeconds(Long.MAX_VALUE));
    pass(Duration.ofDays(365));
    assertThat(deadline.remaining()).isGreaterThan(Duration.ofDays(36_500));
  }

  @Test
  void a_reserve_beyond_what_nanoseconds_can_count_leaves_nothing_even_after_the_end() {
    Deadline deadline =
        after(Duration.ofSeconds(1)).withReserve(Duration.ofSeconds(Long.MAX_VALUE));
    pass(Duration.ofSeconds(3));
    assertThat(deadline.remaining()).isZero();
  }

  @Test
  void runs_on_the_monotonic_clock_of_the_system_by_default() {
    assertThat(Deadline.after(Duration.ofHours(1)).remaining())
        .isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
  }

  @Test
  void rejects_negative_times_with_the_value_and_the_bound() {
    assertThatThrownBy(() -> Deadline.after(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("time is PT-0.001S, allowed are zero and more");
    assertThatThrownBy(() -> after(Duration.ofDays(1)).withReserve(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("reserve is PT-0.000000001S, allowed are zero and more");
  }

  @Test
  @SuppressWarnings("NullAway") // what this is about
  void names_what_is_null() {
    assertThatNullPointerException()
        .isThrownBy(() -> Deadline.of(null))
        .withMessage("remainingMillis");
    assertThatNullPointerException()
        .isThrownBy(() -> Deadline.after(Duration.ofDays(1), null))
        .withMessage("nanoTime");
  }

  @Test
  void says_how_much_is_left() {
    assertThat(after(Duration.ofSeconds(10))).hasToString("Deadline[remaining=PT10S]");
  }
}
