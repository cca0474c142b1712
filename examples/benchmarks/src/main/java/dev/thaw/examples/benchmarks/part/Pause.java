package dev.thaw.examples.benchmarks.part;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waiting, where what is measured is what happens after a time. */
final class Pause {
  private Pause() {}

  static void of(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
