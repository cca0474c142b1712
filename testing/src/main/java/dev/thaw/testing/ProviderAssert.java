package dev.thaw.testing;

import static java.util.Objects.requireNonNull;

import dev.thaw.ConnectionProvider;
import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import org.opentest4j.AssertionFailedError;

/**
 * Assertions about the {@linkplain ConnectionProvider#stats() numbers} of a provider, each read
 * when it is asserted.
 *
 * <p>Each throws an {@link AssertionError} that has all numbers. Thread-safe.
 */
public final class ProviderAssert {
  private final ConnectionProvider actual;

  ProviderAssert(ConnectionProvider actual) {
    this.actual = requireNonNull(actual, "actual");
  }

  /** Asserts how many connections have been opened since the provider was built. */
  public ProviderAssert hasOpened(long expected) {
    ProviderStats stats = actual.stats();
    return check("opened", expected, stats.opened(), stats);
  }

  /** Asserts how often a connection was given out that had been used before. */
  public ProviderAssert hasReused(long expected) {
    ProviderStats stats = actual.stats();
    return check("reused", expected, stats.reused(), stats);
  }

  /** Asserts how many logins the server has refused. */
  public ProviderAssert hasRefusedLogins(long expected) {
    ProviderStats stats = actual.stats();
    return check("refusedLogins", expected, stats.refusedLogins(), stats);
  }

  /** Asserts how many connections have been closed for one reason. */
  public ProviderAssert hasRetired(RetireReason reason, long expected) {
    ProviderStats stats = actual.stats();
    return check("retired for " + reason, expected, stats.retired(reason), stats);
  }

  /** Asserts how many connections are taken now. */
  public ProviderAssert hasActive(int expected) {
    ProviderStats stats = actual.stats();
    return check("active", expected, stats.active(), stats);
  }

  /** Asserts how many open connections wait to be taken now. */
  public ProviderAssert hasIdle(int expected) {
    ProviderStats stats = actual.stats();
    return check("idle", expected, stats.idle(), stats);
  }

  private ProviderAssert check(String name, long expected, long number, ProviderStats stats) {
    if (number != expected) {
      throw new AssertionFailedError(
          "expected " + name + " to be " + expected + ", but it is " + number + ": " + stats,
          expected,
          number);
    }
    return this;
  }
}
