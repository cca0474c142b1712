package dev.thaw.internal.provider;

import dev.thaw.internal.mysql.ServerLoad;
import dev.thaw.internal.time.Clock;
import dev.thaw.internal.time.Moment;
import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tracks how close the server is to max_connections, so that this environment closes its
 * connections at return instead of keeping them, for hours perhaps, while it is frozen.
 *
 * <p>Thread-safe.
 */
final class Pressure {
  /** How full the server may be for a question a minute to be enough: it may fill in a second. */
  private static final double NEARLY_EMPTY = 0.25;

  private static final Duration HOLD = Duration.ofSeconds(30);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(60);
  private static final Duration ASK_SOON = Duration.ofMillis(100);

  private final Clock clock;
  private final boolean asking;
  private volatile @Nullable Moment since;
  private volatile @Nullable Moment asked;
  private volatile boolean known;
  private volatile boolean shared;
  private volatile long askAfterMillis;
  private volatile long askSoonMillis = ASK_SOON.toMillis();

  Pressure(Clock clock, boolean asking) {
    this.clock = clock;
    this.asking = asking;
  }

  /** Records that the server had no connection left. */
  void refused() {
    begin(clock.now());
  }

  private void begin(Moment now) {
    since = now;
    // When it is over, a connection is kept only if the server says that there is room.
    asked = null;
    askSoonMillis = ASK_SOON.toMillis();
  }

  /** Returns whether a proxy lets its clients share the server's connections. */
  boolean isShared() {
    return shared;
  }

  /** Returns whether the server was short of connections lately. */
  boolean isHigh() {
    return since != null && isHigh(clock.now());
  }

  /** Returns whether the server was short of connections lately, at a moment that is known. */
  boolean isHigh(Moment now) {
    Moment start = since;
    if (start == null || shared) {
      return false;
    }
    if (now.millisSince(start) > HOLD.toMillis()) {
      since = null;
      return false;
    }
    return true;
  }

  /**
   * Returns whether the server should be asked how full it is: once a minute, jittered; sooner
   * while it fills; not while connections are given back anyway, unless it was never asked.
   */
  boolean isDue(Moment now) {
    if (!asking || shared) {
      return false;
    }
    if (isHigh(now)) {
      return !known;
    }
    Moment last = asked;
    return last == null || now.millisSince(last) > askAfterMillis;
  }

  /**
   * Records the server's answer. Where its connections are shared, giving one back frees nothing,
   * and it is not asked again: how full it is depends on what shares them.
   */
  void answered(ServerLoad load, Moment now) {
    if (load.limit() > 0) {
      known = true;
      shared = load.shared();
    }
    if (load.isNearlyFull()) {
      begin(now);
      return;
    }
    if (isHigh(now)) {
      return;
    }
    asked = now;
    long millis = ASK_AGAIN.toMillis();
    if (load.fill() >= NEARLY_EMPTY) {
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
    known = false;
    shared = false;
    askSoonMillis = ASK_SOON.toMillis();
  }
}
