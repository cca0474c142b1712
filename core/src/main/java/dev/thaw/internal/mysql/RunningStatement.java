package dev.thaw.internal.mysql;

import dev.thaw.Deadline;
import dev.thaw.internal.net.ChannelSocket;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statement that a session executes now, which may be ended at the server over another
 * connection: when its query timeout is over, or by another thread.
 *
 * <p>For the thread that executes; {@link #cancel} and {@link #end()} may come from any thread.
 */
final class RunningStatement {
  private static final Logger LOG = LoggerFactory.getLogger("dev.thaw.ConnectionProvider");
  // For the server's answer; after that the connection is given up.
  private static final Duration AFTER_CANCEL = Duration.ofSeconds(1);
  // ER_QUERY_INTERRUPTED, and its SQLState.
  private static final int INTERRUPTED = 1317;
  private static final String INTERRUPTED_STATE = "70100";

  private final ChannelSocket socket;
  private final AtomicInteger cancelling = new AtomicInteger();
  private volatile MysqlSession.Canceller canceller = bound -> {};
  private long defaultTimeoutNanos;
  private volatile boolean executing;
  private volatile boolean cancelled;
  private boolean timedOut;
  private boolean bounded;

  RunningStatement(ChannelSocket socket) {
    this.socket = socket;
  }

  void canceller(MysqlSession.Canceller value) {
    this.canceller = value;
  }

  /** Sets the query timeout of statements that have none of their own; zero for none. */
  void defaultTimeout(Duration value) {
    this.defaultTimeoutNanos = value.toNanos();
  }

  /**
   * Returns whether another thread still executes a statement, or is ending one: either could hit
   * the next borrower.
   */
  boolean isOverdue() {
    return executing || cancelling.get() > 0;
  }

  void begin(int timeoutSeconds, @Nullable Deadline deadline) {
    cancelled = false;
    timedOut = false;
    executing = true;
    long timeout =
        timeoutSeconds > 0 ? Duration.ofSeconds(timeoutSeconds).toNanos() : defaultTimeoutNanos;
    if (timeout > 0) {
      socket.alarm(System.nanoTime() + timeout, () -> timeOut(deadline));
    }
  }

  private void timeOut(@Nullable Deadline deadline) {
    timedOut = true;
    Deadline end = Deadline.after(Duration.ZERO);
    try {
      canceller.cancel(deadline);
      end = Deadline.after(AFTER_CANCEL);
    } catch (SQLException e) {
      LOG.debug("A statement beyond its query timeout cannot be ended: {}", e.getMessage());
    }
    if (deadline == null || deadline.remaining().compareTo(end.remaining()) > 0) {
      socket.deadline(end);
      bounded = true;
    }
  }

  /**
   * Ends the execution.
   *
   * @param wrote whether the statement may have changed data
   * @throws SQLException if the statement was ended at the server, as far as that is not told by an
   *     exception of the driver: SELECT SLEEP(n) for one then ends without an error. A statement
   *     that has changed data has ended before.
   */
  void finish(boolean wrote, @Nullable Deadline deadline) throws SQLException {
    executing = false;
    socket.alarmOff();
    if (bounded) {
      bounded = false;
      socket.deadline(deadline);
    }
    if ((timedOut || cancelled) && !wrote) {
      throw ended(null);
    }
  }

  /** Returns what a failure means to the borrower: the end that was asked for, or itself. */
  SQLException explained(SQLException e) {
    return (timedOut || cancelled) && e.getErrorCode() == INTERRUPTED ? ended(e) : e;
  }

  private SQLException ended(@Nullable SQLException cause) {
    boolean late = timedOut;
    timedOut = false;
    cancelled = false;
    return late
        ? new SQLTimeoutException(
            "The query timeout passed, so the statement was ended at the server",
            INTERRUPTED_STATE,
            INTERRUPTED,
            cause)
        : new SQLNonTransientException(
            "The statement was cancelled", INTERRUPTED_STATE, INTERRUPTED, cause);
  }

  /**
   * Ends the statement at the server, if one runs.
   *
   * @param meant whether it is the statement that is meant, asked once a return of the connection
   *     would notice this call
   */
  void cancel(BooleanSupplier meant) throws SQLException {
    cancelling.incrementAndGet();
    try {
      if (executing && meant.getAsBoolean()) {
        cancelled = true;
        canceller.cancel(null);
      }
    } catch (SQLException e) {
      // The statement goes on, and its result is one.
      cancelled = false;
      throw e;
    } finally {
      cancelling.decrementAndGet();
    }
  }

  /**
   * Notes that the statement is being ended at the server, if one runs; returns whether it does.
   */
  boolean end() {
    cancelled = executing;
    return executing;
  }
}
