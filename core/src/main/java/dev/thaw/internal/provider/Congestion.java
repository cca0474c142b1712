package dev.thaw.internal.provider;

import dev.thaw.internal.mysql.ServerLoad;
import dev.thaw.internal.time.Clock;
import dev.thaw.internal.time.Moment;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * Back-off before a connect to a server that has recently refused connections (error 1040) or said
 * that it is full, so that many environments share few connections with few refusals.
 *
 * <p>The window in which the next connect falls, at random, grows with each refusal and shrinks
 * with each connect that succeeds at once, and with each answer of the server that it has room. It
 * lasts beyond a single get: an environment that asked for the next connection as soon as it had
 * given one back would take it from those that have had none yet. Without a refusal or such an
 * answer nothing waits. Thread-safe.
 *
 * <p>A refusal is not free. MySQL lets one connection more than {@code max_connections} in, for an
 * administrator, and checks the limit again after the login (sql/auth/sql_authentication.cc, {@code
 * acl_authenticate}): while that place is taken, a client that has just logged in is refused, too.
 * Many environments that try again often keep it taken, and then hardly any gets a connection.
 */
final class Congestion {
  // Simulated with 20 to 1,000 environments on 15 to 60 connections and one or two processors: a
  // first window of 1 s costs a fifth more refusals, one of 5 s half a second more of waiting in
  // the median. The last one is twice the seconds that a get usually has.
  private static final long FIRST_WINDOW_MILLIS = 2_500;
  private static final long LAST_WINDOW_MILLIS = 10_000;

  /**
   * A window is at least so many times as long as the last try took, but no longer than {@link
   * #LONGEST_FOR_SLOWNESS_MILLIS} for that. Where tries take long, those that have got in hold
   * their connections for as long: an environment that comes back earlier finds them there.
   */
  private static final long TRIES = 5;

  private static final long LONGEST_FOR_SLOWNESS_MILLIS = 5_000;

  private static final double SHRINK = 0.6;

  /**
   * After an answer that there is room, and for windows of more than {@link
   * #LONGEST_FOR_SLOWNESS_MILLIS}. With 0.9 everywhere 150 environments on 40 connections waited
   * longer than they had to: 1,049 gets in 15 s, and 1,324 before, on busy processors.
   */
  private static final double SHRINK_LITTLE = 0.8;

  /** Of a window, after a refusal and where it outlasts the deadline. */
  private static final double EARLIEST_SHARE = 0.5;

  /**
   * Of what is left of the deadline; the rest is for the connect and for what is done with it. With
   * 0.9 and a deadline of 5 s, statements of 200 ms missed it.
   */
  private static final double LATEST_SHARE = 0.8;

  private static final long SHORTEST_WAIT_MILLIS = 300;
  // Below this the next connect is not put off any more.
  private static final long NO_WINDOW_MILLIS = 20;
  // What opening a connection takes at least, and may take more than the last time; a later try
  // would end after the deadline.
  private static final long CONNECT_MILLIS = 30;
  private static final double ROOM = 0.5;
  private static final Duration FORGOTTEN_AFTER = Duration.ofSeconds(60);

  // Clones of one snapshot have the state of every other generator in common, and would try again
  // at the same moments.
  private final SecureRandom random = new SecureRandom();
  private final Clock clock;
  // Changed under the lock; read without it at each return.
  private volatile long windowMillis;
  private long tookMillis;
  private long connectMillis;
  private Moment fullAt;
  private Moment widenedAt;
  // Since when the window has been as wide as it is, from the last time that it was widened.
  private Moment widestAt;

  Congestion(Clock clock) {
    this.clock = clock;
    this.fullAt = clock.now();
    this.widenedAt = fullAt;
    this.widestAt = fullAt;
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
    if (clock.now().millisSince(fullAt) > FORGOTTEN_AFTER.toMillis()) {
      windowMillis = 0;
      return 0;
    }
    long longest = Math.max(0, longest(remainingMillis));
    return windowMillis > remainingMillis ? later(longest) : between(0, longest);
  }

  /** Returns whether connects are put off. */
  boolean isOpen() {
    return windowMillis > 0;
  }

  /**
   * Records the server's answer to how full it is: what has half of its room left is not short, nor
   * are connections that a proxy shares. Without an answer the window shrinks, too, so that the
   * questions end.
   */
  synchronized void answered(ServerLoad load) {
    if (load.isNearlyFull()) {
      fullAt = clock.now();
      windowMillis = Math.max(windowMillis, tookMillis);
    } else {
      narrow(load.limit() > 0 && load.fill() < ROOM ? 0 : SHRINK_LITTLE);
    }
  }

  /**
   * Records a refusal and returns how long to wait before the next connect, in milliseconds.
   *
   * @return as much as is left of the deadline, or more, if another try makes no sense
   */
  synchronized long afterRefusal(Refusal refusal) {
    // As wide before this try was decided on: other threads' refusals meanwhile say little of it.
    boolean lasting =
        windowMillis == LAST_WINDOW_MILLIS
            && clock.now().millisSince(widestAt) >= refusal.decidedMillis();
    tookMillis = refusal.tookMillis();
    widen(refusal.decidedMillis());
    long remainingMillis = refusal.remainingMillis();
    long longest = longest(remainingMillis);
    if (lasting && longest < windowMillis * EARLIEST_SHARE) {
      // More environments want to connect than can: another try would mostly be refused.
      return remainingMillis;
    }
    if (longest >= SHORTEST_WAIT_MILLIS) {
      return later(longest);
    }
    // Trying ever faster as the deadline comes near takes what others could have had. A get that
    // had little time from the start has its second try.
    long latest = remainingMillis - CONNECT_MILLIS;
    return refusal.tries() > 1 || latest < NO_WINDOW_MILLIS
        ? remainingMillis
        : between(NO_WINDOW_MILLIS, latest);
  }

  private void widen(long decidedMillis) {
    fullAt = clock.now();
    // Threads that are refused at the same moment have learned the same, and a try that was decided
    // on before another thread's refusal tells nothing that this has not.
    if (windowMillis < FIRST_WINDOW_MILLIS
        || fullAt.millisSince(widenedAt) >= Math.max(decidedMillis, SHORTEST_WAIT_MILLIS)) {
      widenedAt = fullAt;
      long slow = Math.min(LONGEST_FOR_SLOWNESS_MILLIS, TRIES * tookMillis);
      long least = Math.max(FIRST_WINDOW_MILLIS, slow);
      if (windowMillis < LAST_WINDOW_MILLIS) {
        widestAt = fullAt;
      }
      windowMillis = Math.min(LAST_WINDOW_MILLIS, Math.max(least, windowMillis * 2));
    }
  }

  /**
   * Records a connect that was not refused.
   *
   * @param tries how many it took
   * @param took how long the last one took, in milliseconds
   */
  synchronized void succeeded(int tries, long took) {
    tookMillis = took;
    connectMillis = took;
    if (tries == 1) {
      narrow(windowMillis > LONGEST_FOR_SLOWNESS_MILLIS ? SHRINK_LITTLE : SHRINK);
    }
  }

  private void narrow(double factor) {
    windowMillis = (long) (windowMillis * factor);
    if (windowMillis <= NO_WINDOW_MILLIS) {
      windowMillis = 0;
    }
  }

  synchronized void forget() {
    windowMillis = 0;
  }

  private long longest(long remainingMillis) {
    // The last one may have been the first of a cold JVM, with the secret's read. Before the first,
    // a try that was refused tells what one takes.
    long last = connectMillis > 0 ? connectMillis : tookMillis;
    long connect = Math.min(last, remainingMillis / 2);
    long latest = remainingMillis - CONNECT_MILLIS - connect;
    return Math.min(windowMillis, Math.min(latest, (long) (remainingMillis * LATEST_SHARE)));
  }

  private long later(long longest) {
    return between((long) (longest * EARLIEST_SHARE), longest);
  }

  private long between(long least, long most) {
    return most <= least ? least : least + random.nextLong(most - least + 1);
  }
}
