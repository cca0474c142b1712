package dev.thaw.internal.time;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The wall clock and the monotonic clock. Thread-safe if both sources are.
 *
 * @param wall the wall clock
 * @param monotonic the monotonic clock, in nanoseconds
 */
public record Clock(InstantSource wall, LongSupplier monotonic) {

  /** Returns the present moment. */
  public Moment now() {
    return new Moment(wall.millis(), monotonic.getAsLong());
  }

  /** Returns the present nanoseconds of the monotonic clock. */
  public long nanos() {
    return monotonic.getAsLong();
  }
}
