package dev.thaw.secrets;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A wait before a request is repeated. */
final class Pause {
  private Pause() {}

  /** Waits on the calling thread; ends early only by an interrupt. */
  static void nanos(long nanos) throws InterruptedException {
    new CountDownLatch(1).await(nanos, TimeUnit.NANOSECONDS);
  }
}
