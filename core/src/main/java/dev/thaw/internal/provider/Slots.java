package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The right to have a connection, given to waiting callers in their order. Whoever has one takes an
 * idle connection or opens one, so nobody waits for a connection that a third party must open.
 *
 * <p>Safe for use by several threads. A caller that gives up waiting leaves nothing behind.
 */
final class Slots {
  // Far more than there can be callers, far from an overflow of the semaphore.
  private static final int EVERYBODY = 1 << 28;

  private final Semaphore semaphore;
  private volatile boolean ended;

  Slots(int count) {
    this.semaphore = new Semaphore(count, true);
  }

  /** Takes a slot if one is free and nobody waits. */
  boolean tryAcquire() {
    return !semaphore.hasQueuedThreads() && semaphore.tryAcquire();
  }

  /**
   * Waits for a slot.
   *
   * @return false if the deadline passed
   */
  boolean acquire(Deadline deadline) throws InterruptedException {
    return semaphore.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
  }

  void release() {
    semaphore.release();
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
