package dev.thaw.testing.internal.process;

/** Waits to the end, also when the thread is interrupted meanwhile. */
final class Waiting {
  private Waiting() {}

  interface Interruptible<T> {
    T await() throws InterruptedException;
  }

  /** Returns what the wait returns; an interrupt does not end it, but stays set. */
  static <T> T uninterruptibly(Interruptible<T> wait) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return wait.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
