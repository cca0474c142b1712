package dev.thaw.internal.provider;

import dev.thaw.internal.mysql.ServerLoad;
import dev.thaw.internal.time.Clock;
import dev.thaw.internal.time.Moment;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * Back-off before a connect to a server that has recently refused connections (error 1040), so that
 * many environments share few connections with few refusals.
 *
 * <p>The window in which the next connect falls, at random, grows with each refusal and shrinks
 * with each connect that succeeds at once. It lasts beyond a single get: an environment that asked
 * for the next connection as soon as it had given one back would take it from those that have had
 * none yet. Without a refusal nothing waits. Thread-safe.
 *
 * <p>A refusal is not free. MySQL lets one connection more than {@code max_connections} in, for an
 * administrator, and checks the limit again after the login (sql/auth/sql_authentication.cc, {@code
 * acl_authenticate}): while that place is taken, a client that has just logged in is refused, too.
 * Many environments that try again often keep it taken, and then hardly any gets a connection.
 */
final class Congestion {
  // On MySQL 9.7.4 with two processors, 150 environments on 40 connections were refused 105 to 153
  // times; 164 times with waits from zero within 1.5 s. Of the gets of 1,000 environments on 60
  // connections 30 to 41% succeeded (98% without TLS, which takes the processors); 11% where every
  // wait was made to fit the deadline. In a simulation of both, wider windows save few refusals
  // and make the first gets wait longer.
  private static final long FIRST_WINDOW_MILLIS = 2_500;
  private static final long LAST_WINDOW_MILLIS = 10_000;

  /**
   * A wider window comes from three refusals in a row: more environments want to connect than can.
   */
  private static final long WIDE_MILLIS = 5_000;

  private static final double SHRINK = 0.6;
  private static final double SHRINK_WIDE = 0.8;

  /** Of a window, after a refusal and while it is wide: connections are held for a while. */
  private static final double EARLIEST_SHARE = 0.5;

  private static final long SHORTEST_WAIT_MILLIS = 300;
  // Below this the next connect is not put off any more.
  private static final long NO_WINDOW_MILLIS = 20;
  // What opening a connection takes at least; a later try would end after the deadline.
  private static final long CONNECT_MILLIS = 30;
  // Of what is left of the deadline; what a wait leaves is for the connect itself.
  private static final double FIRST_SHARE = 0.9;
  private static final double NEXT_SHARE = 0.95;
  private static final double ROOM = 0.5;
  private static final Duration FORGOTTEN_AFTER = Duration.ofSeconds(60);

  // Clones of one snapshot have the state of every other generator in common, and would try again
  // at the same moments.
  private final SecureRandom random = new SecureRandom();
  private final Clock clock;
  // Changed under the lock; read without it at each return.
  private volatile long windowMillis;
  private Moment refusedAt;
  private Moment widenedAt;

  Congestion(Clock clock) {
    this.clock = clock;
    this.refusedAt = clock.now();
    this.widenedAt = refusedAt;
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
    long longest = Math.min(windowMillis, (long) (remainingMillis * FIRST_SHARE));
    return between(isWide() ? (long) (longest * EARLIEST_SHARE) : 0, longest);
  }

  /** Returns whether several refusals in a row put every connect off by seconds. */
  boolean isWide() {
    return windowMillis > WIDE_MILLIS;
  }

  /** Records the server's answer to how full it is: what has half of its room left is not short. */
  synchronized void answered(ServerLoad load) {
    if (load.limit() > 0 && load.fill() < ROOM) {
      windowMillis = 0;
    }
  }

  /**
   * Records a refusal and returns how long to wait before the next connect, in milliseconds.
   *
   * @param remainingMillis what is left of the deadline
   * @param tries how often this get has tried
   * @return as much as is left, or more, if another try makes no sense
   */
  synchronized long afterRefusal(long remainingMillis, int tries) {
    widen();
    if (isWide()) {
      // Not made to fit the deadline: a third try in the same few seconds would mostly be refused.
      return between((long) (windowMillis * EARLIEST_SHARE), windowMillis);
    }
    long latest = remainingMillis - CONNECT_MILLIS;
    long longest = Math.min(latest, Math.min(windowMillis, (long) (remainingMillis * NEXT_SHARE)));
    if (longest >= SHORTEST_WAIT_MILLIS) {
      return between(Math.max(SHORTEST_WAIT_MILLIS, (long) (longest * EARLIEST_SHARE)), longest);
    }
    // Trying ever faster as the deadline comes near takes what others could have had. A get that
    // had little time from the start has its second try.
    return tries > 1 || latest < NO_WINDOW_MILLIS
        ? remainingMillis
        : between(NO_WINDOW_MILLIS, latest);
  }

  private void widen() {
    refusedAt = clock.now();
    // Threads that are refused at the same moment have learned the same.
    if (windowMillis == 0 || refusedAt.millisSince(widenedAt) >= SHORTEST_WAIT_MILLIS) {
      widenedAt = refusedAt;
      windowMillis = Math.min(LAST_WINDOW_MILLIS, Math.max(FIRST_WINDOW_MILLIS, windowMillis * 2));
    }
  }

  /** Records a connect that was not refused. */
  synchronized void succeeded() {
    windowMillis = (long) (windowMillis * (isWide() ? SHRINK_WIDE : SHRINK));
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
