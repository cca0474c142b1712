package dev.thaw.internal.provider;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a provider is open, suspended for a checkpoint, or closed; and the hooks that change it.
 *
 * <p>Safe for use by several threads.
 */
final class Lifecycle {
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean suspended;
  private volatile long generation;
  // Held only so that it stays registered.
  private @Nullable Object checkpointHook;
  private @Nullable Thread shutdownHook;

  boolean isClosed() {
    return closed.getCount() == 0;
  }

  boolean isSuspended() {
    return suspended;
  }

  /** Returns a number that changes with each checkpoint. */
  long generation() {
    return generation;
  }

  /** Closes; false if it was closed already. */
  synchronized boolean close() {
    if (isClosed()) {
      return false;
    }
    closed.countDown();
    if (shutdownHook != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(shutdownHook);
      } catch (IllegalStateException e) {
        // The JVM is shutting down: the hook runs already.
      }
      shutdownHook = null;
    }
    return true;
  }

  /** Waits until the time is over or the provider is closed; true if it is closed. */
  boolean awaitClosed(long millis) throws InterruptedException {
    return closed.await(millis, TimeUnit.MILLISECONDS);
  }

  synchronized void suspend() {
    suspended = true;
    generation++;
  }

  synchronized void resume() {
    suspended = false;
  }

  /** Lets a checkpoint run the given actions, if org.crac is there. */
  synchronized void onCheckpoint(Runnable before, Runnable after) {
    // AWS Lambda, "Defined runtime environment variables": on-demand, provisioned-concurrency or
    // snap-start. Where no snapshot comes, the classes need not be loaded.
    String initialization = System.getenv("AWS_LAMBDA_INITIALIZATION_TYPE");
    if (initialization != null && !initialization.equals("snap-start")) {
      return;
    }
    try {
      checkpointHook = CheckpointHook.register(before, after);
    } catch (NoClassDefFoundError e) {
      // org.crac is optional: without it nothing can take a checkpoint either.
      checkpointHook = null;
    }
  }

  /** Lets the end of the JVM, as by SIGTERM, run the given action once. */
  synchronized void onShutdown(Runnable action) {
    if (shutdownHook != null || isClosed()) {
      return;
    }
    Thread hook = new Thread(action, "thaw-shutdown");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      shutdownHook = hook;
    } catch (IllegalStateException e) {
      // The JVM is shutting down already; the sockets end with it.
    }
  }

  boolean hasCheckpointHook() {
    return checkpointHook != null;
  }
}
