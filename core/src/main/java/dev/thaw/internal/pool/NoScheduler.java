package dev.thaw.internal.pool;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;

/**
 * A scheduler that never runs anything, in the place of HikariCP's housekeeper: its tasks would all
 * fire at once when a frozen environment thaws, and warn of a leaping clock.
 *
 * <p>HikariCP accepts {@code null} as the handle of its housekeeping task (HikariPool.shutdown).
 */
@NullUnmarked
final class NoScheduler extends AbstractExecutorService implements ScheduledExecutorService {
  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return null;
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return null;
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    throw new RejectedExecutionException("Nothing is scheduled here");
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    throw new RejectedExecutionException("Nothing is scheduled here");
  }

  @Override
  public void execute(Runnable command) {
    throw new RejectedExecutionException("Nothing is executed here");
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }
}
