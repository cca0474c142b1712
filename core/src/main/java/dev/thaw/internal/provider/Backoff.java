package dev.thaw.internal.provider;

import java.security.SecureRandom;

/**
 * Waiting times between tries with full jitter: uniform between zero and a bound that doubles.
 * Sources: "Exponential Backoff And Jitter", AWS Architecture Blog.
 */
final class Backoff {
  private static final long FIRST_BOUND_MILLIS = 20;
  private static final long LAST_BOUND_MILLIS = 1_000;

  // Clones of one snapshot have the state of every other generator in common, and would try again
  // at the same moments.
  private final SecureRandom random = new SecureRandom();
  private long boundMillis = FIRST_BOUND_MILLIS;

  /** Returns the next waiting time, in milliseconds. */
  long nextMillis() {
    long millis = random.nextLong(boundMillis + 1);
    boundMillis = Math.min(LAST_BOUND_MILLIS, boundMillis * 2);
    return millis;
  }
}
