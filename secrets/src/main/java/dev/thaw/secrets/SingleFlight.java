package dev.thaw.secrets;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.thaw.Deadline;
import dev.thaw.internal.util.HiddenFailure;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Shares one run of some work among the threads that need its result at the same time.
 *
 * <p>The work runs on the thread that came first, since background threads do not run while an
 * execution environment is frozen. The others wait for it, but not for an answer that may be lost:
 * a thread that has seen no progress for a quarter of its remaining time, or for 500 ms if that is
 * less, runs the work as well. The first result of any of them is the result of all that wait. An
 * interrupt ends a wait at once. Thread-safe.
 */
final class SingleFlight<T> {
  // A fetch takes tens of milliseconds, and a few hundred on a cold start.
  private static final Duration LONGEST_PATIENCE = Duration.ofMillis(500);
  private static final int PATIENCE_PART = 4;

  private final String description;
  private final AtomicReference<@Nullable Round<T>> running = new AtomicReference<>();

  /** Creates an idle instance; the description says in messages what is waited for. */
  SingleFlight(String description) {
    this.description = description;
  }

  /** The work. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws SQLException;
  }

  /** The runs whose first result counts for all threads that wait. */
  private static final class Round<T> {
    private final CompletableFuture<Optional<T>> result = new CompletableFuture<>();
    private int steps;
    private int runs = 1;

    synchronized int steps() {
      return steps;
    }

    synchronized void progress() {
      steps++;
    }

    /** Adds a run if there was no progress since, of which the start of another run is a part. */
    synchronized boolean join(int seenSteps) {
      if (steps != seenSteps || runs == 0 || result.isDone()) {
        return false;
      }
      steps++;
      runs++;
      return true;
    }

    /** Removes a run; returns whether it was the last one. */
    synchronized boolean leave() {
      runs--;
      return runs == 0;
    }

    /** Returns the result of the run that has succeeded, if one has. */
    Optional<T> value() {
      return result.isDone() && !result.isCompletedExceptionally()
          ? result.getNow(Optional.empty())
          : Optional.empty();
    }
  }

  boolean isRunning() {
    return running.get() != null;
  }

  /** Records progress of the work that is running, so that the threads that wait go on waiting. */
  void progress() {
    Round<T> round = running.get();
    if (round != null) {
      round.progress();
    }
  }

  /**
   * Does the work, or waits for a thread that does it. The work must look first whether it has just
   * been done: it may have ended between the caller's own look and this call.
   *
   * @return the result; empty if the threads that did the work gave up for reasons of their own
   *     (their deadline, an interrupt), which say nothing about what the caller may expect
   */
  Optional<T> run(Deadline deadline, Work<T> work) throws SQLException {
    Round<T> mine = new Round<>();
    Round<T> others = running.compareAndExchange(null, mine);
    if (others == null) {
      return work(mine, work);
    }
    return awaitOrJoin(others, deadline) ? result(others) : work(others, work);
  }

  private Optional<T> work(Round<T> round, Work<T> work) throws SQLException {
    Optional<T> result = Optional.empty();
    SQLException failure = null;
    try {
      result = Optional.of(work.run());
      return result;
    } catch (SQLException e) {
      boolean interrupted = Thread.currentThread().isInterrupted();
      failure = e instanceof SQLTimeoutException || interrupted ? null : e;
      Optional<T> others = round.value();
      if (others.isPresent() && !interrupted) {
        return others;
      }
      throw e;
    } catch (RuntimeException e) {
      failure =
          SourceFailures.lasting(
              description + " failed: " + e.getClass().getName(), HiddenFailure.of(e));
      throw e;
    } finally {
      end(round, result, failure);
    }
  }

  private void end(Round<T> round, Optional<T> result, @Nullable SQLException failure) {
    boolean last = round.leave();
    if (last || result.isPresent() || failure != null) {
      // First, or a waiter that tries again would find this round again.
      running.compareAndSet(round, null);
      if (failure == null) {
        round.result.complete(result);
      } else {
        round.result.completeExceptionally(failure);
      }
    }
  }

  /** Returns true once the round has ended, and false if the caller has to do the work as well. */
  private boolean awaitOrJoin(Round<T> round, Deadline deadline) throws SQLException {
    while (true) {
      int seenSteps = round.steps();
      try {
        round.result.get(patienceNanos(deadline), NANOSECONDS);
        return true;
      } catch (TimeoutException e) {
        if (deadline.hasPassed()) {
          throw SourceFailures.timeout(
              description + ": the deadline passed while another thread was fetching it", null);
        }
        if (round.join(seenSteps)) {
          return false;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw SourceFailures.passing(
            description + ": interrupted while another thread was fetching it", e);
      } catch (ExecutionException e) {
        return true;
      }
    }
  }

  private static long patienceNanos(Deadline deadline) {
    return Math.min(LONGEST_PATIENCE.toNanos(), deadline.remaining().toNanos() / PATIENCE_PART);
  }

  private Optional<T> result(Round<T> round) throws SQLException {
    try {
      return round.result.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof SQLException failure
          ? SourceFailures.again(failure)
          : SourceFailures.passing(description + ": another thread failed", e);
    }
  }
}
