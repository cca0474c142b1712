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

  /** Returns the longer of the two times since the earlier moment. */
  long millisSince(Instants earlier) {
    return earlier.millisUntil(wallMillis, nanos);
  }

  /** Returns the longer of the two times from this moment to a later one. */
  long millisUntil(long laterWallMillis, long laterNanos) {
    return Math.max((laterNanos - nanos) / 1_000_000, laterWallMillis - wallMillis);
  }

  /**
   * Reads both clocks, or one at a time: on the warm path two numbers do, and no object is made.
   */
  record Clock(InstantSource wall, LongSupplier nanoTime) {
    Instants now() {
      return new Instants(wallMillis(), nanos());
    }

    long wallMillis() {
      return wall.millis();
    }

    long nanos() {
      return nanoTime.getAsLong();
    }
  }
}
