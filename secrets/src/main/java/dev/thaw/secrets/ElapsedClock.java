package dev.thaw.secrets;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Time passed since this clock was made, by whichever of two clocks has moved further since it was
 * last read.
 *
 * <p>It is not documented whether the monotonic clock runs on while an execution environment is
 * frozen, and a wall clock may be set back. So a secret's age follows both: it neither stands still
 * because one of them does, nor goes backwards. Thread-safe.
 */
final class ElapsedClock {
  private final InstantSource wall;
  private final LongSupplier nanoTime;
  private Instant lastWall;
  private long lastNanoTime;
  private long elapsed;

  ElapsedClock(InstantSource wall, LongSupplier nanoTime) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.lastWall = wall.instant();
    this.lastNanoTime = nanoTime.getAsLong();
  }

  /** Returns the nanoseconds passed; never less than before. */
  synchronized long nanos() {
    Instant wallNow = wall.instant();
    long nanoNow = nanoTime.getAsLong();
    long byWall = Duration.between(lastWall, wallNow).toNanos();
    long byMonotonic = nanoNow - lastNanoTime;
    lastWall = wallNow;
    lastNanoTime = nanoNow;
    elapsed += Math.max(0, Math.max(byWall, byMonotonic));
    return elapsed;
  }

  /** Returns the time of day. */
  Instant now() {
    return wall.instant();
  }
}
