package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The right to have a connection. Whoever has one takes an idle connection or opens one, so nobody
 * waits for a connection that a third party must open.
 *
 * <p>Callers that wait are served in their order. For a moment after one of them was served, a
 * caller that has just come may pass the others; then the first that waits gets the next slot. So
 * each of them waits for those before it, and for a moment each.
 *
 * <p>Safe for use by several threads. A caller that gives up waiting leaves nothing behind.
 */
final class Slots {
  /**
   * How long the others may be passed after one that waited was served. To hand over each slot in
   * order costs a switch of threads, far more than to take an idle connection and give it back: 32
   * threads on 5 connections and 2 processors did a tenth as much without this, and no more with
   * ten times this.
   */
  static final Duration PASSING = Duration.ofNanos(100_000);

  // Far more than there can be callers, far from an overflow of the semaphore.
  private static final int EVERYBODY = 1 << 28;

  private final int count;
  private final LongSupplier nanoTime;
  private final Semaphore semaphore;
  private volatile long servedNanos;
  private volatile boolean ended;

  Slots(int count) {
    this(count, System::nanoTime);
  }

  Slots(int count, LongSupplier nanoTime) {
    this.count = count;
    this.nanoTime = nanoTime;
    this.semaphore = new Semaphore(count, true);
    this.servedNanos = nanoTime.getAsLong() - PASSING.toNanos();
  }

  /** Takes a slot if one is free and nobody waits who must not be passed. */
  boolean tryAcquire() {
    return (!semaphore.hasQueuedThreads() || mayPass()) && semaphore.tryAcquire();
  }

  private boolean mayPass() {
    return nanoTime.getAsLong() - servedNanos < PASSING.toNanos();
  }

  /**
   * Waits for a slot.
   *
   * @return false if the deadline passed
   */
  boolean acquire(Deadline deadline) throws InterruptedException {
    boolean acquired = semaphore.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    if (acquired) {
      servedNanos = nanoTime.getAsLong();
    }
    return acquired;
  }

  void release() {
    semaphore.release();
  }

  /** Returns how many slots are taken, at this moment. */
  int taken() {
    return count - semaphore.availablePermits();
  }

  int waiting() {
    return ended ? 0 : semaphore.getQueueLength();
  }

  /** Lets everybody through, who then find the provider closed. */
  void end() {
    if (!ended) {
      ended = true;
      semaphore.release(EVERYBODY);
    }
  }
}
