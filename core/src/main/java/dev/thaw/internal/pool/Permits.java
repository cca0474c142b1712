package dev.thaw.internal.pool;

import dev.thaw.Deadline;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits how many connections are in use. A caller that holds a permit takes an idle connection or
 * opens one itself.
 *
 * <p>Callers that wait are served in their order. For a moment after one of them was served, a
 * caller that has just come may pass the others; then the first that waits gets the next permit. So
 * each of them waits for those before it, and for a moment each.
 *
 * <p>Thread-safe. A caller that gives up waiting leaves nothing behind.
 */
public final class Permits {
  /**
   * How long the others may be passed after one that waited was served. To hand over each permit in
   * order costs a switch of threads, far more than to take an idle connection and give it back: 32
   * threads on 5 connections and 2 processors did a tenth as much without this, and no more with
   * ten times this.
   */
  static final Duration PASSING = Duration.ofNanos(100_000);

  // Far more than there can be callers, far from an overflow of the semaphore.
  private static final int ALL = 1 << 28;

  private final int count;
  private final LongSupplier nanoTime;
  private final Semaphore semaphore;
  private volatile long servedNanos;
  private volatile boolean ended;

  /** Creates the given number of permits. */
  public Permits(int count) {
    this(count, System::nanoTime);
  }

  Permits(int count, LongSupplier nanoTime) {
    this.count = count;
    this.nanoTime = nanoTime;
    this.semaphore = new Semaphore(count, true);
    this.servedNanos = nanoTime.getAsLong() - PASSING.toNanos();
  }

  /** Acquires a permit if one is free and no caller waits that must not be passed. */
  public boolean tryAcquire() {
    return (!semaphore.hasQueuedThreads() || mayPass()) && semaphore.tryAcquire();
  }

  private boolean mayPass() {
    return nanoTime.getAsLong() - servedNanos < PASSING.toNanos();
  }

  /**
   * Waits for a permit.
   *
   * @return false if the deadline passed
   */
  public boolean acquire(Deadline deadline) throws InterruptedException {
    boolean acquired = semaphore.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    if (acquired) {
      servedNanos = nanoTime.getAsLong();
    }
    return acquired;
  }

  /** Releases a permit. */
  public void release() {
    semaphore.release();
  }

  /** Returns whether no permit is held, so that no connection is in use. */
  public boolean areFree() {
    return semaphore.availablePermits() >= count;
  }

  /** Returns how many callers wait. */
  public int waiting() {
    return ended ? 0 : semaphore.getQueueLength();
  }

  /** Lets every caller through, which then finds the provider closed. */
  public void end() {
    if (!ended) {
      ended = true;
      semaphore.release(ALL);
    }
  }
}
