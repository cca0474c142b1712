package dev.thaw.internal.pool;

import dev.thaw.Deadline;
import dev.thaw.RetireReason;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.time.Moment;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The check of a pooled connection before it is lent, by what is known about it.
 *
 * <p>The local kernel is asked at each borrow (a few microseconds, no round trip), unless it was
 * asked within the last millisecond. It cannot know of a network that has gone silent, nor of a FIN
 * that was lost while the machine was frozen. So after longer time without an answer, after a
 * disagreement of the clocks, and once another connection was found dead, a ping follows.
 */
public final class Liveness {
  /** Time since the last answer, by either clock, after which the server is asked. */
  static final Duration PING_AFTER = Duration.ofSeconds(5);

  /** The longest a ping may take: a round trip inside one region stays far below. */
  static final Duration PING_LIMIT = Duration.ofMillis(250);

  private static final long PING_AFTER_MILLIS = PING_AFTER.toMillis();
  private static final long TRUSTED_MILLIS = 1;
  // A clock is stepped by milliseconds in normal operation; a freeze lasts longer than this.
  private static final long CLOCK_DISAGREEMENT_MILLIS = 500;

  private Liveness() {}

  /**
   * Returns why the connection must not be lent, or {@code null} if it may be.
   *
   * @param now the present moment
   * @param deadline the end of the get; {@code null} if it has only just begun
   * @param acquireTimeout what such a get may take
   */
  public static @Nullable RetireReason check(
      PooledConnection connection,
      Moment now,
      @Nullable Deadline deadline,
      Duration acquireTimeout) {
    Moment proven = connection.provenAt();
    boolean suspect = connection.isSuspect();
    if (!suspect && now.millisSince(proven) < TRUSTED_MILLIS && isNotBefore(now, proven)) {
      return null;
    }
    PhysicalConnection physical = connection.physical();
    if (physical == null || !physical.isPeerOpen()) {
      return RetireReason.CLOSED_BY_SERVER;
    }
    if (suspect || mayHaveBeenFrozen(now, connection.answeredAt())) {
      if (!physical.ping(limit(deadline, acquireTimeout))) {
        return RetireReason.NO_ANSWER;
      }
      connection.answered(now);
    }
    connection.provenAt(now);
    return null;
  }

  private static boolean isNotBefore(Moment now, Moment proven) {
    return now.wallMillis() >= proven.wallMillis();
  }

  private static boolean mayHaveBeenFrozen(Moment now, Moment answered) {
    long wall = now.wallMillisSince(answered);
    long monotonic = now.monotonicMillisSince(answered);
    return Math.max(wall, monotonic) >= PING_AFTER_MILLIS
        || Math.abs(wall - monotonic) > CLOCK_DISAGREEMENT_MILLIS;
  }

  /** Returns how long the server may take to answer. */
  static Duration limit(@Nullable Deadline deadline, Duration acquireTimeout) {
    // A ping that takes all that is left would leave nothing for a new connection.
    Duration left = deadline == null ? acquireTimeout : deadline.remaining();
    Duration half = left.dividedBy(2);
    return half.compareTo(PING_LIMIT) < 0 ? half : PING_LIMIT;
  }
}
