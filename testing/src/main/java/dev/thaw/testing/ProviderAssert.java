package dev.thaw.testing;

import static java.util.Objects.requireNonNull;

import dev.thaw.ConnectionProvider;
import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import java.util.function.ToLongFunction;
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
    return check("opened", expected, ProviderStats::opened);
  }

  /** Asserts how often a connection was given out that had been used before. */
  public ProviderAssert hasReused(long expected) {
    return check("reused", expected, ProviderStats::reused);
  }

  /** Asserts how many logins the server has refused. */
  public ProviderAssert hasRefusedLogins(long expected) {
    return check("refusedLogins", expected, ProviderStats::refusedLogins);
  }

  /** Asserts how many connections have been closed for one reason. */
  public ProviderAssert hasRetired(RetireReason reason, long expected) {
    return check("retired for " + reason, expected, stats -> stats.retired(reason));
  }

  /** Asserts how many connections are taken now. */
  public ProviderAssert hasActive(int expected) {
    return check("active", expected, ProviderStats::active);
  }

  /** Asserts how many open connections wait to be taken now. */
  public ProviderAssert hasIdle(int expected) {
    return check("idle", expected, ProviderStats::idle);
  }

  private ProviderAssert check(String name, long expected, ToLongFunction<ProviderStats> numberOf) {
    ProviderStats stats = actual.stats();
    long number = numberOf.applyAsLong(stats);
    if (number != expected) {
      throw new AssertionFailedError(
          "expected " + name + " to be " + expected + ", but it is " + number + ": " + stats,
          expected,
          number);
    }
    return this;
  }
}
