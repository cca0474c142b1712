package dev.thaw.testing.internal.proxy;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An action for the proxy's thread that another thread waits for. */
final class ProxyTask {
  private final Runnable action;
  private final CompletableFuture<ProxyTask> done = new CompletableFuture<>();
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
    done.complete(this);
  }

  void fail(RuntimeException reason) {
    failure = reason;
    complete();
  }

  /** Waits for the effect; an interrupt does not end the wait, but stays set. */
  void await() {
    RuntimeException thrown = done.join().failure;
    if (thrown != null) {
      throw thrown;
    }
  }
}
