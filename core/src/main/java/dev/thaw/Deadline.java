package dev.thaw;

import static java.util.Objects.requireNonNull;

import dev.thaw.internal.util.SupplierFailedException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * The time by which an operation must have ended.
 *
 * <p>The deadline of an invocation, {@link #of(IntSupplier)}, has a reserve: it ends that much
 * before the invocation does, so that the function can still answer after a timeout. {@link
 * #withReserve(Duration)} sets another one. {@link #after(Duration)} has none.
 *
 * <p>{@link #enter()} puts a deadline in force for a thread, for code that takes its connections
 * from a {@link javax.sql.DataSource}.
 *
 * <p>Immutable, and thread-safe if the supplier or clock that it was made from is.
 */
public final class Deadline {
  private static final long DEFAULT_RESERVE_NANOS = 250_000_000L;
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final LongSupplier nanosLeft;
  private final long reserveNanos;

  private Deadline(LongSupplier nanosLeft, long reserveNanos) {
    this.nanosLeft = nanosLeft;
    this.reserveNanos = reserveNanos;
  }

  /**
   * Returns a deadline that ends after the given time, without a reserve.
   *
   * @param time the time from now; zero gives a deadline that has passed
   * @return the deadline
   * @throws IllegalArgumentException if the time is negative
   */
  public static Deadline after(Duration time) {
    return after(time, System::nanoTime);
  }

  /**
   * Returns a deadline that ends after the given time on the given clock, without a reserve.
   *
   * @param time the time from now; zero gives a deadline that has passed
   * @param nanoTime a monotonic clock in nanoseconds, like {@link System#nanoTime()}
   * @return the deadline
   * @throws IllegalArgumentException if the time is negative
   */
  public static Deadline after(Duration time, LongSupplier nanoTime) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time is " + time + ", allowed are zero and more");
    }
    requireNonNull(nanoTime, "nanoTime");
    long nanos = saturatedNanos(time);
    long start = nanoTime.getAsLong();
    return new Deadline(() -> nanos - (nanoTime.getAsLong() - start), 0);
  }

  /**
   * Returns the deadline of an invocation, as {@code
   * Deadline.of(context::getRemainingTimeInMillis)}.
   *
   * <p>It has a reserve of 250 ms, or of a quarter of the time that is left at this call if that is
   * less.
   *
   * <p>If the supplier throws a runtime exception later on, a call of JDBC that asks it throws an
   * {@link java.sql.SQLException} that says so.
   *
   * @param remainingMillis the milliseconds left until the end, asked again at each use
   * @return the deadline
   */
  public static Deadline of(IntSupplier remainingMillis) {
    requireNonNull(remainingMillis, "remainingMillis");
    long quarter = Math.max(0, remainingMillis.getAsInt() * NANOS_PER_MILLI / 4);
    return new Deadline(
        () -> asked(remainingMillis) * NANOS_PER_MILLI, Math.min(DEFAULT_RESERVE_NANOS, quarter));
  }

  private static int asked(IntSupplier remainingMillis) {
    try {
      return remainingMillis.getAsInt();
    } catch (RuntimeException e) {
      throw new SupplierFailedException(e);
    }
  }

  /**
   * Returns this deadline with another reserve.
   *
   * @param reserve how much earlier the deadline ends than the time or the invocation that it was
   *     made from; zero for none
   * @return the deadline
   * @throws IllegalArgumentException if the reserve is negative
   */
  public Deadline withReserve(Duration reserve) {
    if (reserve.isNegative()) {
      throw new IllegalArgumentException("reserve is " + reserve + ", allowed are zero and more");
    }
    return new Deadline(nanosLeft, saturatedNanos(reserve));
  }

  /**
   * Returns a deadline that ends when the first of this and another one does.
   *
   * @param other the other one
   * @return the deadline
   */
  public Deadline minimum(Deadline other) {
    requireNonNull(other, "other");
    return new Deadline(() -> Math.min(remainingNanos(), other.remainingNanos()), 0);
  }

  /**
   * Puts this deadline in force for the calling thread until the scope is closed:
   *
   * <pre>{@code
   * try (Deadline.Scope scope = Deadline.of(context::getRemainingTimeInMillis).enter()) {
   *   …
   * }
   * }</pre>
   *
   * <p>It bounds what {@link ConnectionProvider#get()} and the provider's {@link
   * ConnectionProvider#asDataSource() data source} do on this thread, platform or virtual, and the
   * use of the connections that they return. Where one is in force already, the earlier one counts.
   * Threads that this one starts have none.
   *
   * @return the scope, to be closed by the same thread
   */
  public Scope enter() {
    return DeadlineScope.enter(this);
  }

  /** Returns the deadline that is in force for the calling thread. */
  public static Optional<Deadline> current() {
    return Optional.ofNullable(DeadlineScope.current());
  }

  /**
   * Returns the time left, less the reserve.
   *
   * @return the time left; zero once the deadline has passed, never negative
   */
  public Duration remaining() {
    return Duration.ofNanos(remainingNanos());
  }

  /** Returns whether no time is left. */
  public boolean hasPassed() {
    return remainingNanos() == 0;
  }

  private long remainingNanos() {
    long left = nanosLeft.getAsLong();
    // Compared first: the difference of a long reserve and a time long over would wrap around.
    return left <= reserveNanos ? 0 : left - reserveNanos;
  }

  private static long saturatedNanos(Duration duration) {
    return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0
        ? Long.MAX_VALUE
        : duration.toNanos();
  }

  @Override
  public String toString() {
    return "Deadline[remaining=" + remaining() + "]";
  }

  /** The time during which a deadline is in force for a thread. */
  public sealed interface Scope extends AutoCloseable permits DeadlineScope {
    /**
     * Ends it, and what was in force before is again. Idempotent. Scopes may be closed in any order
     * and by any thread; one that is closed has no effect on those that were entered within it.
     */
    @Override
    void close();
  }
}
