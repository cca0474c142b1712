package dev.thaw.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.fixture.Clocks;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MomentTest {
  private final Clocks clocks = new Clocks();
  private final Clock clock = new Clock(clocks, clocks::nanoTime);
  private final Moment start = clock.now();

  @Test
  void a_clock_reads_both() {
    assertThat(start).isEqualTo(new Moment(clocks.millis(), clocks.nanoTime()));
    assertThat(clock.nanos()).isEqualTo(clocks.nanoTime());
  }

  @Test
  void time_is_what_has_passed_on_both() {
    clocks.pass(Duration.ofMillis(1_500));
    assertThat(clock.now().millisSince(start)).isEqualTo(1_500);
  }

  @Test
  void the_clock_counts_that_ran_on() {
    clocks.passOnWall(Duration.ofSeconds(3));
    assertThat(clock.now().millisSince(start)).isEqualTo(3_000);
    clocks.passOnMonotonic(Duration.ofSeconds(5));
    assertThat(clock.now().millisSince(start)).isEqualTo(5_000);
    assertThat(clock.now().wallMillisSince(start)).isEqualTo(3_000);
    assertThat(clock.now().monotonicMillisSince(start)).isEqualTo(5_000);
  }

  @Test
  void a_wall_clock_that_was_set_back_hides_no_time() {
    clocks.passOnMonotonic(Duration.ofSeconds(1));
    clocks.passOnWall(Duration.ofHours(-1));
    assertThat(clock.now().millisSince(start)).isEqualTo(1_000);
    assertThat(clock.now().wallMillisSince(start)).isEqualTo(-3_600_000);
  }

  @Test
  void the_monotonic_clock_may_be_negative_and_pass_the_end_of_a_long() {
    Moment before = new Moment(0, Long.MAX_VALUE - 500_000);
    Moment after = new Moment(0, Long.MIN_VALUE + 1_499_999);
    assertThat(after.millisSince(before)).isEqualTo(2);
  }
}
