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

  private static final Duration HOLD = Duration.ofSeconds(30);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(60);

  private final Instants.Clock clock;
  private final boolean asking;
  private volatile @Nullable Instants since;
  private volatile @Nullable Instants asked;
  private volatile long askAfterMillis;

  Pressure(Instants.Clock clock, boolean asking) {
    this.clock = clock;
    this.asking = asking;
  }

  /** Records that the server had no connection left. */
  void refused() {
    since = clock.now();
  }

  /** Tells whether the server was short of connections lately. */
  boolean isHigh() {
    Instants start = since;
    if (start == null) {
      return false;
    }
    if (clock.now().millisSince(start) > HOLD.toMillis()) {
      since = null;
      return false;
    }
    return true;
  }

  /** Tells whether the server should be asked how full it is: once a minute, jittered. */
  boolean isDue(Instants now) {
    Instants last = asked;
    return asking && (last == null || now.millisSince(last) > askAfterMillis);
  }

  /** Records the server's answer. */
  void answered(long connected, long limit, Instants now) {
    asked = now;
    // A clone of a snapshot has the state of its ThreadLocalRandom in common with the others.
    askAfterMillis = (long) (ASK_AGAIN.toMillis() * (0.75 + new SecureRandom().nextDouble() / 2));
    if (limit > 0 && connected >= limit * NEARLY_FULL) {
      since = now;
    }
  }

  void forget() {
    since = null;
    asked = null;
  }
}
