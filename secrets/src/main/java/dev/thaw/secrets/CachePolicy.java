package dev.thaw.secrets;

import static java.util.Objects.requireNonNull;

import dev.thaw.internal.util.SetOnce;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a cached secret ages, as a builder collects it.
 *
 * <p>Not thread-safe.
 */
final class CachePolicy {
  static final Duration DEFAULT_TTL = Duration.ofMinutes(5);
  static final Duration DEFAULT_MAX_STALE = Duration.ofHours(1);
  static final Duration LEAST_TTL = Duration.ofSeconds(1);
  // A year: far beyond any use, and no sum of two overflows.
  private static final Duration LONGEST = Duration.ofDays(365);

  private @Nullable Duration ttl;
  private @Nullable Duration maxStale;
  private @Nullable Boolean tryPending;
  private @Nullable InstantSource wallClock;
  private @Nullable LongSupplier nanoClock;
  private @Nullable Jitter jitter;

  void ttl(Duration value) {
    requireNonNull(value, "ttl");
    if (value.compareTo(LEAST_TTL) < 0 || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("ttl is " + value + ", allowed are PT1S to " + LONGEST);
    }
    ttl = SetOnce.value(ttl, value, "ttl");
  }

  void maxStale(Duration value) {
    requireNonNull(value, "maxStale");
    if (value.isNegative() || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "maxStale is " + value + ", allowed are zero to " + LONGEST);
    }
    maxStale = SetOnce.value(maxStale, value, "maxStale");
  }

  void tryPending(boolean value) {
    tryPending = SetOnce.value(tryPending, value, "tryPending");
  }

  void wallClock(InstantSource value) {
    wallClock = SetOnce.value(wallClock, value, "wallClock");
  }

  void nanoClock(LongSupplier value) {
    nanoClock = SetOnce.value(nanoClock, value, "nanoClock");
  }

  void jitter(Jitter value) {
    jitter = SetOnce.value(jitter, value, "jitter");
  }

  Duration ttl() {
    return ttl == null ? DEFAULT_TTL : ttl;
  }

  Duration maxStale() {
    return maxStale == null ? DEFAULT_MAX_STALE : maxStale;
  }

  boolean tryPending() {
    return tryPending == null || tryPending;
  }

  Jitter jitter() {
    return jitter == null ? new Jitter() : jitter;
  }

  ElapsedClock clock() {
    return new ElapsedClock(
        wallClock == null ? Clock.systemUTC() : wallClock,
        nanoClock == null ? System::nanoTime : nanoClock);
  }
}
