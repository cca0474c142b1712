package dev.thaw.internal.provider;

import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether the server is short of connections, so that this environment gives its own back
 * instead of keeping it: whoever holds one otherwise holds it for hours while frozen.
 *
 * <p>Safe for use by several threads.
 */
final class Pressure {
  /** How full the server must be for connections to be given back: nine in ten are taken. */
  private static final double NEARLY_FULL = 0.9;

  /** How full the server may be for a question a minute to be enough: it may fill in a second. */
  private static final double NEARLY_EMPTY = 0.25;

  private static final Duration HOLD = Duration.ofSeconds(30);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(60);
  private static final Duration ASK_SOON = Duration.ofMillis(100);

  private final Instants.Clock clock;
  private final boolean asking;
  private volatile @Nullable Instants since;
  private volatile @Nullable Instants asked;
  private volatile long askAfterMillis;
  private volatile long askSoonMillis = ASK_SOON.toMillis();

  Pressure(Instants.Clock clock, boolean asking) {
    this.clock = clock;
    this.asking = asking;
  }

  /** Records that the server had no connection left. */
  void refused() {
    begin(clock.now());
  }

  private void begin(Instants now) {
    since = now;
    // When it is over, a connection is kept only if the server says that there is room.
    asked = null;
    askSoonMillis = ASK_SOON.toMillis();
  }

  /** Tells whether the server was short of connections lately. */
  boolean isHigh(long wallMillis, long nanos) {
    Instants start = since;
    if (start == null) {
      return false;
    }
    if (start.millisUntil(wallMillis, nanos) > HOLD.toMillis()) {
      since = null;
      return false;
    }
    return true;
  }

  /**
   * Tells whether the server should be asked how full it is: once a minute, jittered; sooner while
   * it fills; not while connections are given back anyway.
   */
  boolean isDue(long wallMillis, long nanos) {
    if (!asking || isHigh(wallMillis, nanos)) {
      return false;
    }
    Instants last = asked;
    return last == null || last.millisUntil(wallMillis, nanos) > askAfterMillis;
  }

  /** Records the server's answer; zeros if it gave none. */
  void answered(long connected, long limit, Instants now) {
    asked = now;
    double fill = limit > 0 ? (double) connected / limit : 0;
    if (fill >= NEARLY_FULL) {
      begin(now);
      return;
    }
    long millis = ASK_AGAIN.toMillis();
    if (fill >= NEARLY_EMPTY) {
      // The first of a burst sees a server with room, and must notice before it is frozen.
      millis = askSoonMillis;
      askSoonMillis = Math.min(ASK_AGAIN.toMillis(), millis * 2);
    }
    // A clone of a snapshot has the state of its ThreadLocalRandom in common with the others.
    askAfterMillis = (long) (millis * (0.75 + new SecureRandom().nextDouble() / 2));
  }

  void forget() {
    since = null;
    asked = null;
    askSoonMillis = ASK_SOON.toMillis();
  }
}
