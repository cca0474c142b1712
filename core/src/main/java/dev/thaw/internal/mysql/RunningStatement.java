package dev.thaw.internal.mysql;

import com.mysql.cj.exceptions.CJException;
import com.mysql.cj.exceptions.CJTimeoutException;
import com.mysql.cj.exceptions.ExceptionFactory;
import com.mysql.cj.exceptions.OperationCancelledException;
import dev.thaw.Deadline;
import dev.thaw.internal.net.ChannelSocket;
import dev.thaw.internal.util.Line;
import dev.thaw.internal.util.SupplierFailedException;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
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
  private static final String UNSAID =
      "; the server reported no error, so it may have been executed, in part or as a whole";

  // A cancellation that has sent its KILL is answered within a round trip, or loses the connection.
  private static final Duration LATE_CANCEL = Duration.ofMillis(250);

  private final ChannelSocket socket;
  // The driver lets one thread execute at a time, too.
  private final ReentrantLock inUse = new ReentrantLock();
  // Held while the statement is being ended, so that no other begins that a KILL could hit.
  private final ReentrantLock ending = new ReentrantLock();
  private final AtomicInteger unanswered = new AtomicInteger();
  private volatile MysqlSession.Canceller canceller = bound -> {};
  private long defaultTimeoutNanos;
  private volatile boolean executing;
  private volatile boolean cancelled;
  private volatile @Nullable Deadline deadline;
  private boolean timedOut;
  private boolean bounded;
  private boolean failed;
  private boolean sent;

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
   * Returns whether another thread still executes a statement, is ending one, or has sent a KILL
   * that was not answered: each could hit the next borrower.
   */
  boolean isOverdue() {
    return executing || unanswered.get() > 0 || (ending.isLocked() && !hasEnded());
  }

  private boolean hasEnded() {
    try {
      if (!ending.tryLock(LATE_CANCEL.toNanos(), TimeUnit.NANOSECONDS)) {
        return false;
      }
      ending.unlock();
      return unanswered.get() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Notes that a KILL is sent to this session. */
  void killSent() {
    unanswered.incrementAndGet();
  }

  /** Notes that the server has answered a KILL. */
  void killAnswered() {
    unanswered.decrementAndGet();
  }

  /**
   * Begins the execution; {@link #finish} must follow on the same thread.
   *
   * @throws SQLTimeoutException if another thread uses the connection until the deadline
   */
  void begin(int timeoutSeconds, @Nullable Deadline bound) throws SQLException {
    lock(inUse, bound);
    boolean begun = false;
    try {
      awaitEnding(bound);
      begun = true;
    } finally {
      if (!begun) {
        inUse.unlock();
      }
    }
    deadline = bound;
    cancelled = false;
    timedOut = false;
    failed = false;
    sent = false;
    executing = true;
    long timeout =
        timeoutSeconds > 0 ? Duration.ofSeconds(timeoutSeconds).toNanos() : defaultTimeoutNanos;
    if (timeout > 0) {
      socket.alarm(System.nanoTime() + timeout, () -> timeOut(bound));
    }
  }

  /**
   * Waits while a statement is being ended, so that the KILL hits nothing that follows.
   *
   * @throws SQLTimeoutException if that takes until the deadline
   */
  void awaitEnding(@Nullable Deadline bound) throws SQLException {
    if (ending.isLocked()) {
      lock(ending, bound);
      ending.unlock();
    }
  }

  private static void lock(ReentrantLock lock, @Nullable Deadline bound) throws SQLException {
    if (lock.tryLock()) {
      return;
    }
    if (bound == null) {
      lock.lock();
      return;
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (lock.tryLock(bound.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
            return;
          }
          throw new SQLTimeoutException(
              "The deadline passed while another thread used the connection: nothing was sent",
              "HYT00");
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

  /**
   * Stops an execution of several commands, as of a batch, that was ended after the first one: the
   * driver goes on after an error.
   *
   * @throws CJException what the driver's own query timeout and cancellation throw
   */
  void beforeCommand() {
    if (!executing || !inUse.isHeldByCurrentThread()) {
      return;
    }
    if (sent && timedOut) {
      throw ExceptionFactory.createException(
          CJTimeoutException.class, "The query timeout passed, so the rest was not sent");
    }
    if (sent && cancelled) {
      throw ExceptionFactory.createException(
          OperationCancelledException.class, "The statement was cancelled: the rest was not sent");
    }
    sent = true;
  }

  private void timeOut(@Nullable Deadline bound) {
    timedOut = true;
    Deadline end = Deadline.after(Duration.ZERO);
    ending.lock();
    try {
      canceller.cancel(bound);
      end = Deadline.after(AFTER_CANCEL);
    } catch (SQLException | SupplierFailedException e) {
      LOG.debug(
          "A statement beyond its query timeout cannot be ended: {}", Line.of(e.getMessage()));
    } finally {
      ending.unlock();
    }
    if (bound == null || bound.remaining().compareTo(end.remaining()) > 0) {
      socket.deadline(end);
      bounded = true;
    }
  }

  /**
   * Ends the execution, if this thread has begun one.
   *
   * @throws SQLException if the statement was ended at the server, as far as that is not told by an
   *     exception of the driver. A result does not say that all was executed: SLEEP(n) ends with 1
   *     and no error, and with it a CALL or an INSERT ... SELECT.
   */
  void finish(@Nullable Deadline bound) throws SQLException {
    if (!inUse.isHeldByCurrentThread()) {
      return;
    }
    executing = false;
    socket.alarmOff();
    if (bounded) {
      bounded = false;
      socket.deadline(bound);
    }
    SQLException unsaid = (timedOut || cancelled) && !failed ? ended(null) : null;
    inUse.unlock();
    if (unsaid != null) {
      throw unsaid;
    }
  }

  /**
   * Returns what a failure means to the borrower: the end that was asked for, or itself. A thread
   * that executes nothing may have one, too, while another executes.
   */
  SQLException explained(SQLException e) {
    if (!inUse.isHeldByCurrentThread()) {
      return e;
    }
    failed = true;
    return (timedOut || cancelled) && e.getErrorCode() == INTERRUPTED ? ended(e) : e;
  }

  private SQLException ended(@Nullable SQLException cause) {
    boolean late = timedOut;
    timedOut = false;
    cancelled = false;
    String outcome = cause == null ? UNSAID : "";
    return late
        ? new SQLTimeoutException(
            "The query timeout passed, so the statement was ended at the server" + outcome,
            INTERRUPTED_STATE,
            INTERRUPTED,
            cause)
        : new SQLNonTransientException(
            "The statement was cancelled" + outcome, INTERRUPTED_STATE, INTERRUPTED, cause);
  }

  /**
   * Ends the statement at the server, if one runs.
   *
   * @param meant whether it is the statement that is meant, asked once a return of the connection
   *     would notice this call
   */
  void cancel(BooleanSupplier meant) throws SQLException {
    ending.lock();
    try {
      if (executing && meant.getAsBoolean()) {
        cancelled = true;
        canceller.cancel(deadline);
      }
    } catch (SQLException e) {
      // The statement goes on, and its result is one.
      cancelled = false;
      throw e;
    } finally {
      ending.unlock();
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
