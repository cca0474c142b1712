package dev.thaw.internal.provider;

import dev.thaw.RetireReason;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a provider is open, suspended for a checkpoint, or closed; and the hooks that change it.
 *
 * <p>Thread-safe.
 */
final class Lifecycle {
  // AWS Lambda, "Defined runtime environment variables": on-demand, provisioned-concurrency or
  // snap-start.
  private static final @Nullable String INITIALIZATION =
      System.getenv("AWS_LAMBDA_INITIALIZATION_TYPE");
  private static final String SNAP_START = "snap-start";

  private final String name;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile boolean usable = true;
  private volatile boolean suspended;
  private volatile long generation;

  // Held only so that it stays registered: the registry's reference is weak.
  @SuppressWarnings("UnusedVariable")
  private @Nullable CheckpointHook checkpointHook;

  private @Nullable Thread shutdownHook;

  Lifecycle(String name) {
    this.name = name;
  }

  boolean isClosed() {
    return closed.getCount() == 0;
  }

  /**
   * Returns if connections can be had.
   *
   * @throws SQLNonTransientConnectionException if the provider is closed
   * @throws SQLTransientConnectionException if a snapshot is being taken
   */
  void requireUsable() throws SQLException {
    if (usable) {
      return;
    }
    if (isClosed()) {
      throw new SQLNonTransientConnectionException(
          name + " - The connection provider is closed", "08003");
    }
    if (suspended) {
      throw snapshot();
    }
  }

  /**
   * Returns if connections can be had and no checkpoint has been taken meanwhile.
   *
   * @param former the generation before
   */
  void requireUsable(long former) throws SQLException {
    requireUsable();
    if (generation != former) {
      throw snapshot();
    }
  }

  /** Returns whether connections can be had and no checkpoint has been taken meanwhile. */
  boolean isUsable(long former) {
    return usable && generation == former;
  }

  /**
   * Returns why a connection is closed that was opened but not lent.
   *
   * @param former the generation that it was opened in
   */
  RetireReason reason(long former) {
    if (isClosed()) {
      return RetireReason.PROVIDER_CLOSED;
    }
    return isUsable(former) ? RetireReason.BROKEN : RetireReason.CHECKPOINT;
  }

  private SQLTransientConnectionException snapshot() {
    return new SQLTransientConnectionException(
        name + " - A snapshot of the process is being taken, so no connection is opened", "08001");
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
    usable = false;
    return true;
  }

  /** Waits until the time is over or the provider is closed. */
  void awaitClosed(long millis) throws InterruptedException {
    boolean ended = closed.await(millis, TimeUnit.MILLISECONDS);
    assert !ended || isClosed();
  }

  /**
   * Notes that all is closed, after {@link #close()}. Until then the end of the JVM waits in the
   * hook.
   */
  synchronized void released() {
    released.countDown();
    if (shutdownHook != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(shutdownHook);
      } catch (IllegalStateException e) {
        // The JVM is shutting down: the hook runs already.
      }
      shutdownHook = null;
    }
  }

  /** Waits until the time is over or what was open is closed; returns whether it is. */
  boolean awaitReleased(long millis) throws InterruptedException {
    return released.await(millis, TimeUnit.MILLISECONDS);
  }

  synchronized void suspend() {
    suspended = true;
    usable = false;
    generation++;
  }

  synchronized void resume() {
    suspended = false;
    usable = !isClosed();
  }

  /**
   * Lets a checkpoint run the given actions. Where Lambda says that none comes, the classes need
   * not be loaded.
   */
  synchronized void onCheckpoint(Runnable before, Runnable after) {
    if (INITIALIZATION == null || INITIALIZATION.equals(SNAP_START)) {
      checkpointHook = CheckpointHook.register(before, after);
    }
  }

  /** Returns whether Lambda says that a snapshot comes, and it has not come yet. */
  boolean awaitsSnapshot() {
    return SNAP_START.equals(INITIALIZATION) && generation == 0;
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
}
