package dev.thaw.internal.provider;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * One moment on the wall clock and on the monotonic clock: which of the two runs on while an
 * environment is frozen is not documented.
 *
 * @param wallMillis milliseconds since the epoch
 * @param nanos nanoseconds of the monotonic clock
 */
record Instants(long wallMillis, long nanos) {

  /** Returns how far the monotonic clock has gone from the earlier moment to this one. */
  long monotonicMillisSince(Instants earlier) {
    return (nanos - earlier.nanos) / 1_000_000;
  }

  /** Returns how far the wall clock has gone from the earlier moment to this one. */
  long wallMillisSince(Instants earlier) {
    return wallMillis - earlier.wallMillis;
  }

  /** Returns the longer of the two times since the earlier moment. */
  long millisSince(Instants earlier) {
    return Math.max(monotonicMillisSince(earlier), wallMillisSince(earlier));
  }

  /** Tells whether no clock has gone farther than the given time since the earlier moment. */
  boolean isWithin(long millis, Instants earlier) {
    return monotonicMillisSince(earlier) < millis && wallMillisSince(earlier) < millis;
  }

  /** Reads both clocks. */
  record Clock(InstantSource wall, LongSupplier nanoTime) {
    Instants now() {
      return new Instants(wall.millis(), nanoTime.getAsLong());
    }
  }
}
