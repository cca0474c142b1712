package dev.thaw.internal.time;

/**
 * A moment on the wall clock and on the monotonic clock: which of the two runs on while an
 * environment is frozen is not documented.
 *
 * @param wallMillis milliseconds since the epoch
 * @param nanos nanoseconds of the monotonic clock
 */
public record Moment(long wallMillis, long nanos) {

  /** Returns the milliseconds since an earlier moment, by the clock on which they are more. */
  public long millisSince(Moment earlier) {
    return Math.max(wallMillisSince(earlier), monotonicMillisSince(earlier));
  }

  /** Returns the milliseconds since an earlier moment by the wall clock. */
  public long wallMillisSince(Moment earlier) {
    return wallMillis - earlier.wallMillis;
  }

  /** Returns the milliseconds since an earlier moment by the monotonic clock. */
  public long monotonicMillisSince(Moment earlier) {
    return (nanos - earlier.nanos) / 1_000_000;
  }
}
