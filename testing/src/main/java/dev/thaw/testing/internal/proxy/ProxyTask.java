package dev.thaw.testing.internal.proxy;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** An action for the proxy's thread that another thread waits for. */
final class ProxyTask {
  private final Runnable action;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable RuntimeException failure;

  ProxyTask(Runnable action) {
    this.action = action;
  }

  /** Runs the action; {@link #complete()} must follow when its effect is in force. */
  void run() {
    try {
      action.run();
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  void complete() {
    done.countDown();
  }

  void fail(RuntimeException reason) {
    failure = reason;
    done.countDown();
  }

  /** Waits for the effect; an interrupt does not end the wait, but stays set. */
  void await() {
    boolean interrupted = false;
    while (true) {
      try {
        done.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    RuntimeException thrown = failure;
    if (thrown != null) {
      throw thrown;
    }
  }
}
