package dev.thaw.secrets;

import java.time.Duration;

/**
 * Decides how long to leave a service alone after failures: each failure in a row doubles the
 * pause, a random part of it is left out.
 *
 * <p>Not thread-safe.
 */
final class Backoff {
  private final Jitter jitter;
  private final long firstNanos;
  private final long longestNanos;
  private int failures;
  private long until;

  Backoff(Jitter jitter, Duration first, Duration longest) {
    this.jitter = jitter;
    this.firstNanos = first.toNanos();
    this.longestNanos = longest.toNanos();
  }

  boolean isOver(long now) {
    return failures == 0 || now >= until;
  }

  /** Returns the nanoseconds left. */
  long left(long now) {
    return isOver(now) ? 0 : until - now;
  }

  void failed(long now) {
    // Beyond 30 doublings every pause is the longest one; the bound keeps the shift in range.
    long pause = Math.min(longestNanos, firstNanos << Math.min(failures, 30));
    failures++;
    until = now + jitter.between(0.5, pause);
  }

  void reset() {
    failures = 0;
  }
}
