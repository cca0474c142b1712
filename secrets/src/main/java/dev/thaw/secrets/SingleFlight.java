package dev.thaw.secrets;

import dev.thaw.Deadline;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread do what several want at once, and the others wait for its result.
 *
 * <p>The work runs on the thread that came first, since background threads do not run while an
 * execution environment is frozen. Nobody waits longer than their own deadline, and an interrupt
 * ends a wait at once. Safe for use by several threads.
 */
final class SingleFlight<T> {
  private final String description;
  private final AtomicReference<@Nullable CompletableFuture<Optional<T>>> running =
      new AtomicReference<>();

  /** Names, for the messages of errors, what is waited for. */
  SingleFlight(String description) {
    this.description = description;
  }

  /** The work. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws SQLException;
  }

  boolean isRunning() {
    return running.get() != null;
  }

  /**
   * Does the work, or waits for the thread that does it. The work must look first whether it has
   * just been done: it may have ended between the caller's own look and this call.
   *
   * @return the result; empty if the thread that did the work gave up for a reason of its own (its
   *     deadline, an interrupt), which says nothing about what the caller may expect
   */
  Optional<T> run(Deadline deadline, Work<T> work) throws SQLException {
    CompletableFuture<Optional<T>> mine = new CompletableFuture<>();
    CompletableFuture<Optional<T>> other = running.compareAndExchange(null, mine);
    return other == null ? lead(mine, work) : await(other, deadline);
  }

  /**
   * Waits until the work that another thread does has ended, if any, however it ends.
   *
   * @throws SQLTimeoutException if the deadline passes first
   */
  void awaitRunning(Deadline deadline) throws SQLException {
    CompletableFuture<Optional<T>> other = running.get();
    if (other != null) {
      await(other.exceptionally(failure -> Optional.empty()), deadline);
    }
  }

  private Optional<T> lead(CompletableFuture<Optional<T>> mine, Work<T> work) throws SQLException {
    Optional<T> result = Optional.empty();
    SQLException failure = null;
    try {
      result = Optional.of(work.run());
      return result;
    } catch (SQLException e) {
      boolean ownReason =
          e instanceof SQLTimeoutException || Thread.currentThread().isInterrupted();
      failure = ownReason ? null : e;
      throw e;
    } catch (RuntimeException e) {
      failure = SourceFailures.lasting(description + " failed: " + e, e);
      throw e;
    } finally {
      // First, or a waiter that tries again would find this one again.
      running.set(null);
      if (failure == null) {
        mine.complete(result);
      } else {
        mine.completeExceptionally(failure);
      }
    }
  }

  private Optional<T> await(CompletableFuture<Optional<T>> other, Deadline deadline)
      throws SQLException {
    try {
      return other.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw SourceFailures.timeout(
          description + ": the deadline passed while another thread was fetching it", null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SourceFailures.passing(
          description + ": interrupted while another thread was fetching it", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SQLException failure
          ? SourceFailures.again(failure)
          : SourceFailures.passing(description + ": another thread failed", e);
    }
  }
}
