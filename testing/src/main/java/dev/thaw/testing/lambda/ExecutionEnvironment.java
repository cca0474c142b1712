package dev.thaw.testing.lambda;

import dev.thaw.testing.internal.lambda.RuntimeFailure;
import dev.thaw.testing.internal.lambda.Sandbox;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An execution environment of a {@link LambdaFunction}: one child JVM, which handles one invocation
 * at a time.
 *
 * <p>Unless {@link LambdaFunctionBuilder#freezeBetweenInvocations} says otherwise, it stands still
 * (SIGSTOP) from the end of its initialisation to the first event, and between two events.
 *
 * <p>Thread-safe.
 */
public final class ExecutionEnvironment implements AutoCloseable {
  private final Sandbox sandbox;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private boolean leased = true;

  ExecutionEnvironment(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  Sandbox sandbox() {
    return sandbox;
  }

  /** Takes it for an invocation, unless it has one or is frozen on purpose or has ended. */
  boolean lease() {
    lock.lock();
    try {
      boolean free = !leased && sandbox.isAlive() && !sandbox.isHeld();
      leased |= free;
      return free;
    } finally {
      lock.unlock();
    }
  }

  void release() {
    lock.lock();
    try {
      leased = false;
    } finally {
      lock.unlock();
    }
  }

  /** Returns what the environment is called, unique within this JVM. */
  public String id() {
    return sandbox.id();
  }

  /** Returns the process id of its JVM. */
  public long pid() {
    return sandbox.pid();
  }

  /** Returns whether it has not ended, frozen or not. */
  public boolean isAlive() {
    return sandbox.isAlive();
  }

  /** Returns whether its JVM stands still. */
  public boolean isFrozen() {
    return sandbox.isFrozen();
  }

  /** Returns whether it is a snapshot that has not been {@linkplain #restore() restored}. */
  public boolean isSnapshot() {
    return sandbox.isCheckpointed();
  }

  /** Returns how long its initialisation took; empty before its end. */
  public Optional<Duration> initDuration() {
    return Optional.ofNullable(sandbox.initDuration());
  }

  /**
   * Freezes its JVM until {@link #thaw()}, also in the middle of an invocation, whose timeout runs
   * on. Meanwhile it gets no new invocation. Without effect if it is frozen.
   *
   * @throws IllegalStateException if it has ended
   */
  public void freeze() {
    sandbox.freeze();
  }

  /**
   * Freezes its JVM for that long in real time, and returns then. The clocks of a process cannot be
   * moved from outside, so hours take hours; for those, let the other side act: kill connections at
   * the server, or set its {@code wait_timeout} to a second.
   *
   * @param time how long, more than zero
   * @throws IllegalArgumentException if the time is zero or negative
   * @throws IllegalStateException if it has ended
   * @throws InterruptedException if the calling thread is interrupted; it is thawed then
   */
  public void freeze(Duration time) throws InterruptedException {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("time is " + time + ", allowed is more than zero");
    }
    sandbox.freeze();
    lock.lock();
    try {
      long left = time.toNanos();
      while (left > 0 && sandbox.isAlive()) {
        left = ended.awaitNanos(left);
      }
    } finally {
      lock.unlock();
      if (sandbox.isAlive()) {
        sandbox.thaw();
      }
    }
  }

  /**
   * Ends what {@link #freeze()} began. Between two invocations it then stands still as before, and
   * gets invocations again.
   *
   * @throws IllegalStateException if it has ended
   */
  public void thaw() {
    sandbox.thaw();
  }

  /**
   * Restores it from its snapshot: the hooks after the restore run, and it is ready for events.
   *
   * <p>A process cannot be copied, so it is the process of the snapshot that goes on, once.
   *
   * @return this environment
   * @throws IllegalStateException if it is no snapshot, or a hook fails or takes too long; the
   *     environment has ended then, and the message has the hook's error and what was written
   * @throws InterruptedException if the calling thread is interrupted
   */
  public ExecutionEnvironment restore() throws InterruptedException {
    if (!lease()) {
      throw new IllegalStateException(sandbox + " is in use, frozen or has ended");
    }
    try {
      if (!sandbox.isCheckpointed()) {
        throw new IllegalStateException(sandbox + " is no snapshot: see snapStart(true)");
      }
      RuntimeFailure failure = sandbox.restore();
      if (failure != null) {
        throw failed("be restored", failure);
      }
      return this;
    } finally {
      release();
    }
  }

  IllegalStateException failed(String what, RuntimeFailure failure) {
    String log = sandbox.takeLog();
    close();
    return new IllegalStateException(
        id()
            + " cannot "
            + what
            + ": "
            + failure.type()
            + ": "
            + failure.message()
            + (log.isBlank() ? "" : "\n" + log));
  }

  /**
   * Ends it: SIGTERM, so that its shutdown hooks run, and SIGKILL if it has not ended after two
   * seconds. An invocation in progress ends with {@code Runtime.ExitError}. Idempotent.
   */
  @Override
  public void close() {
    sandbox.close();
    lock.lock();
    try {
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return sandbox.toString();
  }
}
