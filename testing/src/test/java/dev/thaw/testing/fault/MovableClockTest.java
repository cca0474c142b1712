package dev.thaw.testing.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MovableClockTest {
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

  private final MovableClock clock = new MovableClock(START);
  private final EnvironmentFreeze freeze = new EnvironmentFreeze(clock);

  @Test
  void it_stands_still_until_it_is_moved() {
    assertThat(clock.instant()).isEqualTo(START).isEqualTo(clock.instant());
    assertThat(clock.nanoTime()).isZero();
  }

  @Test
  void both_clocks_move_together_or_apart() {
    clock.advance(Duration.ofSeconds(3));
    clock.advanceWall(Duration.ofSeconds(-1));
    clock.advanceMonotonic(Duration.ofSeconds(5));

    assertThat(clock.instant()).isEqualTo(START.plusSeconds(2));
    assertThat(clock.nanoTime()).isEqualTo(8_000_000_000L);
    assertThat(clock).hasToString("MovableClock[2026-11-01T00:00:02Z, PT8S monotonic]");
  }

  @Test
  void a_freeze_moves_both_clocks_or_the_wall_clock_only() {
    freeze.freeze(Duration.ofMinutes(10));
    freeze.freezeWithStoppedMonotonicClock(Duration.ofHours(1));

    assertThat(freeze.clock()).isSameAs(clock);
    assertThat(clock.instant()).isEqualTo(START.plusSeconds(70 * 60));
    assertThat(clock.nanoTime()).isEqualTo(Duration.ofMinutes(10).toNanos());
  }

  @Test
  void the_monotonic_clock_never_moves_back() {
    Duration back = Duration.ofSeconds(-1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> clock.advance(back))
        .withMessage("time is PT-1S, allowed are zero and more");
    assertThatIllegalArgumentException().isThrownBy(() -> clock.advanceMonotonic(back));
    assertThatIllegalArgumentException().isThrownBy(() -> freeze.freeze(back));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> freeze.freezeWithStoppedMonotonicClock(back));
    assertThat(clock.instant()).isEqualTo(START);
  }
}
