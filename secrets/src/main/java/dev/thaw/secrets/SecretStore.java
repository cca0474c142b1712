package dev.thaw.secrets;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Holds the versions of one secret until they are too old to be used at all.
 *
 * <p>Not thread-safe.
 */
final class SecretStore {
  private final ElapsedClock clock;
  private final long keepNanos;
  private @Nullable HeldSecret first;
  private @Nullable Cache<SecretStage, HeldSecret> cache;

  /**
   * Makes an empty store.
   *
   * @param keep how long after its fetch a secret is forgotten
   */
  SecretStore(ElapsedClock clock, Duration keep) {
    this.clock = clock;
    this.keepNanos = keep.toNanos();
  }

  @Nullable HeldSecret get(SecretStage stage) {
    return first == null && cache == null ? null : cache().getIfPresent(stage);
  }

  void put(SecretStage stage, HeldSecret secret) {
    if (cache == null && stage == SecretStage.CURRENT) {
      // The first use of Caffeine loads classes for 16 to 44 ms (measured on JDK 17). A cold start
      // fetches once and never looks again, so the first look makes the cache.
      first = secret;
    } else {
      cache().put(stage, secret);
    }
  }

  void remove(SecretStage stage) {
    if (first != null || cache != null) {
      cache().invalidate(stage);
    }
  }

  void clear() {
    first = null;
    if (cache != null) {
      cache.invalidateAll();
    }
  }

  private Cache<SecretStage, HeldSecret> cache() {
    Cache<SecretStage, HeldSecret> present = cache;
    if (present == null) {
      present =
          Caffeine.newBuilder()
              .ticker(clock::nanos)
              .expireAfter(Expiry.writing((SecretStage stage, HeldSecret secret) -> left(secret)))
              // On the caller's thread: others do not run while frozen.
              .executor(Runnable::run)
              .build();
      cache = present;
    }
    if (first != null) {
      present.put(SecretStage.CURRENT, first);
      first = null;
    }
    return present;
  }

  private Duration left(HeldSecret secret) {
    return Duration.ofNanos(Math.max(0, secret.fetchedAt() + keepNanos - clock.nanos()));
  }
}
