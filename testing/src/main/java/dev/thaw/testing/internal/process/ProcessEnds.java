package dev.thaw.testing.internal.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Waits for the ends of processes. An interrupt does not end a wait, but stays set.
 *
 * <p>{@link Process#onExit()} is completed by a thread of the common pool. A task of that pool that
 * waits for such an end may occupy its last thread: on JDK 25 two processors have one. Tasks of an
 * application may do the same.
 */
public final class ProcessEnds {
  private ProcessEnds() {}

  /** Waits for the end of a process and returns its status. */
  public static int await(Process process) {
    while (!await(process, Duration.ofDays(1))) {
      // Not yet.
    }
    return process.exitValue();
  }

  /** Runs a task when a process has ended, on a daemon thread of the given name. */
  public static void run(Process process, String name, Runnable task) {
    Thread thread =
        new Thread(
            () -> {
              int unused = await(process);
              task.run();
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits for the end of a process; returns false if the time is over first. */
  static boolean await(Process process, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
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
