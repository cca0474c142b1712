package dev.thaw.examples.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Runs a part within a limit, so that one that hangs does not keep the others from running. */
final class Bounded {
  private static final Duration LIMIT = Duration.ofHours(1);
  private static final Duration END_LIMIT = Duration.ofSeconds(30);

  private final String name;
  private final FutureTask<Void> task;

  /** What is to be run. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  Bounded(String name, Action action) {
    this.name = name;
    Callable<Void> callable =
        () -> {
          action.run();
          return null;
        };
    this.task = new FutureTask<>(callable);
  }

  /** Runs it and returns why it failed, or {@code null}. */
  @Nullable Throwable run() {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    try {
      task.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      return null;
    } catch (ExecutionException e) {
      return e.getCause() == null ? e : e.getCause();
    } catch (TimeoutException e) {
      // Whatever it waits for is another process: without it, the part ends and cleans up.
      ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
      thread.interrupt();
      end(thread);
      return new IOException("no end after " + LIMIT.toMinutes() + " min");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return e;
    }
  }

  private static void end(Thread thread) {
    try {
      thread.join(END_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
