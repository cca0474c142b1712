package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** How long work takes in real time, for promises that are about that. */
final class Elapsed {
  /**
   * How much longer than promised work may take here: a busy machine holds threads up. Query
   * timeouts are in seconds, so a second would hide one too many.
   */
  private static final Duration MARGIN = Duration.ofMillis(900);

  // A wait may end within the last millisecond.
  private static final Duration ROUNDING = Duration.ofMillis(1);

  private Elapsed() {}

  /** Asserts that the work takes so long, and longer by the margin at most. */
  static void assertTakes(Duration time, ThrowingCallable work) {
    assertThat(of(work)).isBetween(time.minus(ROUNDING), time.plus(MARGIN));
  }

  /** Asserts that the work takes no longer, but for the margin. */
  static void assertTakesAtMost(Duration time, ThrowingCallable work) {
    assertThat(of(work)).isLessThan(time.plus(MARGIN));
  }

  private static Duration of(ThrowingCallable work) {
    long start = System.nanoTime();
    try {
      work.call();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
