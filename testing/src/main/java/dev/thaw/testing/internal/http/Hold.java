package dev.thaw.testing.internal.http;

import java.time.Duration;
import java.util.Set;

/** Holds requests until it is released. */
public final class Hold {
  private final Set<String> operations;
  private int count;
  private boolean released;

  Hold(Set<String> operations) {
    this.operations = Set.copyOf(operations);
  }

  /** Returns how many requests have been held so far. */
  public synchronized int count() {
    return count;
  }

  /**
   * Waits until so many requests have been held.
   *
   * @throws InterruptedException if the calling thread is interrupted
   * @throws IllegalStateException if the time is over first
   */
  public synchronized void await(int requests, Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (count < requests) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw new IllegalStateException(
            "after " + timeout + " only " + count + " of " + requests + " requests had come");
      }
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
  }

  /** Lets the held requests go on, and all that come. */
  public synchronized void release() {
    released = true;
    notifyAll();
  }

  /** Waits for the release, if the operation is held. */
  synchronized void pass(String operation) throws InterruptedException {
    if (released || (!operations.isEmpty() && !operations.contains(operation))) {
      return;
    }
    count++;
    notifyAll();
    while (!released) {
      wait();
    }
  }
}
