package dev.thaw.internal.provider;

import java.security.SecureRandom;
import java.time.Duration;

/**
 * How long to wait before a connect to a server that has been short of connections, so that many
 * environments share few connections with few refusals.
 *
 * <p>The window in which the next connect falls, at random, grows with each refusal and shrinks
 * with each connect that succeeds at once. It lasts beyond a single get: an environment that asked
 * for the next connection as soon as it had given one back would take it from those who have had
 * none yet. Without a refusal nothing waits. Safe for use by several threads.
 */
final class Congestion {
  // From a simulation of 150 environments on 40 connections whose server takes 2.5 ms of processor
  // for each connect: 1 s caused 115 refusals, 1.5 s 97, 2.5 s 82; 1% of the gets waited longer
  // than 1.1, 1.5 and 2.1 s. Not measured on a real server.
  private static final long FIRST_WINDOW_MILLIS = 1_500;
  private static final long LAST_WINDOW_MILLIS = 8_000;
  private static final long SHORTEST_WAIT_MILLIS = 100;
  // Below this the next connect is not put off any more.
  private static final long NO_WINDOW_MILLIS = 20;
  // What opening a connection takes at least; a later try would end after the deadline.
  private static final long CONNECT_MILLIS = 30;
  // The first connect of a get leaves more of its time than a repeated one: it may still be
  // refused.
  private static final double FIRST_SHARE = 0.4;
  private static final double NEXT_SHARE = 0.5;
  private static final Duration FORGOTTEN_AFTER = Duration.ofSeconds(60);

  // Clones of one snapshot have the state of every other generator in common, and would try again
  // at the same moments.
  private final SecureRandom random = new SecureRandom();
  private final Instants.Clock clock;
  private long windowMillis;
  private Instants refusedAt;

  Congestion(Instants.Clock clock) {
    this.clock = clock;
    this.refusedAt = clock.now();
  }

  /**
   * Returns how long to wait before the first connect of a get, in milliseconds.
   *
   * @param remainingMillis what is left of the deadline
   */
  synchronized long beforeFirst(long remainingMillis) {
    if (windowMillis == 0) {
      return 0;
    }
    if (clock.now().millisSince(refusedAt) > FORGOTTEN_AFTER.toMillis()) {
      windowMillis = 0;
      return 0;
    }
    return between(0, Math.min(windowMillis, (long) (remainingMillis * FIRST_SHARE)));
  }

  /**
   * Records a refusal and returns how long to wait before the next connect, in milliseconds.
   *
   * @param remainingMillis what is left of the deadline
   * @return as much as is left, or more, if another try makes no sense
   */
  synchronized long afterRefusal(long remainingMillis) {
    refusedAt = clock.now();
    windowMillis = Math.min(LAST_WINDOW_MILLIS, Math.max(FIRST_WINDOW_MILLIS, windowMillis * 2));
    long longest = Math.min(windowMillis, (long) (remainingMillis * NEXT_SHARE));
    if (longest >= SHORTEST_WAIT_MILLIS) {
      return between(SHORTEST_WAIT_MILLIS, longest);
    }
    // The last try: as late as may be, but not all environments of a burst at the same moment.
    longest = remainingMillis - CONNECT_MILLIS;
    return longest < NO_WINDOW_MILLIS ? remainingMillis : between(NO_WINDOW_MILLIS, longest);
  }

  /** Records a connect that was not refused. */
  synchronized void succeeded() {
    windowMillis /= 2;
    if (windowMillis <= NO_WINDOW_MILLIS) {
      windowMillis = 0;
    }
  }

  synchronized void forget() {
    windowMillis = 0;
  }

  private long between(long least, long most) {
    return most <= least ? least : least + random.nextLong(most - least + 1);
  }
}
