package dev.thaw.testing.fault;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The freeze of an execution environment, simulated: for the code under test, which reads its time
 * from a {@link MovableClock}, time has passed in one jump.
 *
 * <p>AWS Lambda freezes an environment between two invocations. What the server does meanwhile, a
 * test does itself: it kills connections, or lets a {@link FaultProxy} lose them. {@link
 * dev.thaw.testing.lambda.EnvironmentProcess} freezes for real.
 *
 * <p>Thread-safe.
 */
public final class EnvironmentFreeze {
  private final MovableClock clock;

  /**
   * Creates the freeze of code that reads this clock.
   *
   * @param clock the clock that jumps
   */
  public EnvironmentFreeze(MovableClock clock) {
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * Freezes and thaws; both clocks have moved on afterwards.
   *
   * @param time how long the freeze lasts, zero or more
   * @throws IllegalArgumentException if the time is negative
   */
  public void freeze(Duration time) {
    clock.advance(time);
  }

  /**
   * Freezes and thaws; only the wall clock has moved on afterwards, the monotonic clock stood
   * still.
   *
   * @param time how long the freeze lasts, zero or more
   * @throws IllegalArgumentException if the time is negative
   */
  public void freezeWithStoppedMonotonicClock(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time is " + time + ", allowed are zero and more");
    }
    clock.advanceWall(time);
  }

  /** Returns the clock that jumps. */
  public MovableClock clock() {
    return clock;
  }
}
