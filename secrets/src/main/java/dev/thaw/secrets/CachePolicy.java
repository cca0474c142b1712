package dev.thaw.secrets;

import static dev.thaw.internal.settings.BuilderSettings.MAX_STALE;
import static dev.thaw.secrets.EnvironmentSettings.SECRET_TTL;
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
  static final Duration DEFAULT_MAX_STALE = Duration.ofHours(1);

  private @Nullable Duration ttl;
  private @Nullable Duration maxStale;
  private @Nullable Boolean tryPending;
  private @Nullable InstantSource wallClock;
  private @Nullable LongSupplier nanoClock;
  private @Nullable Jitter jitter;

  void ttl(Duration value) {
    ttl = SetOnce.value(ttl, SECRET_TTL.checked(value), "ttl");
  }

  void maxStale(Duration value) {
    maxStale = SetOnce.value(maxStale, MAX_STALE.checked(value), "maxStale");
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
    return ttl == null ? requireNonNull(SECRET_TTL.unset()) : ttl;
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
