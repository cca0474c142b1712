package dev.thaw.testing.fault;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A wall clock and a monotonic clock that a test moves, together or apart. They stand still between
 * that, or run on ({@link #running()}).
 *
 * <p>Whether the monotonic clock ({@link System#nanoTime()}) runs on while an execution environment
 * of AWS Lambda is frozen is not documented, so a test should try both: {@link #advance(Duration)}
 * and {@link #advanceWall(Duration)}.
 *
 * <p>It is handed over as {@code clock} where a wall clock is wanted, and as {@code
 * clock::nanoTime} where a monotonic one is.
 *
 * <p>Thread-safe.
 */
public final class MovableClock implements InstantSource {
  private final boolean runs;
  private final long start = System.nanoTime();
  private Instant wall;
  private long nanos;

  /**
   * Creates a clock that stands at a time.
   *
   * @param start what the wall clock shows
   */
  public MovableClock(Instant start) {
    this(start, false);
  }

  private MovableClock(Instant start, boolean runs) {
    this.wall = requireNonNull(start, "start");
    this.runs = runs;
  }

  /** Returns a clock that runs on from the present time, and jumps when it is moved. */
  public static MovableClock running() {
    return new MovableClock(Instant.now(), true);
  }

  private long elapsed() {
    return runs ? System.nanoTime() - start : 0;
  }

  /** Returns what the wall clock shows. */
  @Override
  public synchronized Instant instant() {
    return wall.plusNanos(elapsed());
  }

  /** Returns what the monotonic clock shows, in nanoseconds since the creation of this object. */
  public synchronized long nanoTime() {
    return nanos + elapsed();
  }

  /**
   * Moves both clocks forward.
   *
   * @param time how far, zero or more
   * @throws IllegalArgumentException if the time is negative
   * @throws ArithmeticException if the monotonic clock would pass its end, after 292 years
   */
  public synchronized void advance(Duration time) {
    long moved = Math.addExact(nanos, requireForward(time).toNanos());
    wall = wall.plus(time);
    nanos = moved;
  }

  /**
   * Moves the wall clock only, as a freeze does during which the monotonic clock stands, or as a
   * correction of the time does.
   *
   * @param time how far; negative for back
   */
  public synchronized void advanceWall(Duration time) {
    wall = wall.plus(time);
  }

  /**
   * Moves the monotonic clock only, as when the wall clock is held back.
   *
   * @param time how far, zero or more
   * @throws IllegalArgumentException if the time is negative
   * @throws ArithmeticException if the monotonic clock would pass its end, after 292 years
   */
  public synchronized void advanceMonotonic(Duration time) {
    nanos = Math.addExact(nanos, requireForward(time).toNanos());
  }

  private static Duration requireForward(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time is " + time + ", allowed are zero and more");
    }
    return time;
  }

  /** Returns what both clocks show. */
  @Override
  public synchronized String toString() {
    return "MovableClock[" + instant() + ", " + Duration.ofNanos(nanoTime()) + " monotonic]";
  }
}
