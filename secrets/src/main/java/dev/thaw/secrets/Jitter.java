package dev.thaw.secrets;

import java.security.SecureRandom;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Random numbers that differ between execution environments.
 *
 * <p>Environments restored from one snapshot share the state of every generator in it, so they
 * would all refresh at the same moment. {@link #renew()} drops the generator; the next one is
 * seeded by the operating system. Thread-safe.
 */
final class Jitter {
  private final @Nullable DoubleSupplier fixed;
  private volatile @Nullable SecureRandom random;

  Jitter() {
    this.fixed = null;
  }

  /** Takes the numbers, zero to one, from the given source. */
  Jitter(DoubleSupplier fixed) {
    this.fixed = fixed;
  }

  /** Returns a length between a part of the given one and all of it. */
  long between(double leastPart, long length) {
    return (long) (length * (leastPart + (1 - leastPart) * next()));
  }

  private double next() {
    if (fixed != null) {
      return fixed.getAsDouble();
    }
    SecureRandom current = random;
    if (current == null) {
      current = new SecureRandom();
      random = current;
    }
    return current.nextDouble();
  }

  void renew() {
    random = null;
  }
}
