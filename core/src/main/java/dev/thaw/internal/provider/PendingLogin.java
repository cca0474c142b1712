package dev.thaw.internal.provider;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.thaw.Deadline;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.Phases;
import dev.thaw.internal.time.Moment;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One login, on a thread of its own. Where the get that waits for it ends at its deadline, it goes
 * on once the server has answered, and the next get waits for it: a login that is thrown away has
 * cost the server, or the proxy in front of it, as much as one that is used, and where many begin
 * again each time, none is done in time.
 *
 * <p>Thread-safe.
 */
final class PendingLogin implements Phases {
  /** MySQL's connect_timeout: so long the server waits for the login of a client. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** What is done on the thread. */
  @FunctionalInterface
  interface Work {
    /**
     * Logs in.
     *
     * @param phases is told how far it has come, and tells until when it may go on
     */
    Connector.Opened run(Phases phases) throws SQLException;
  }

  /**
   * What becomes of a login that no get waits for.
   *
   * @param pending those that go on
   * @param keep takes the connection, on the login's thread
   */
  record Spare(PendingLogins pending, Consumer<Connector.Opened> keep) {}

  private final LoginTarget target;
  private final Moment begun;
  private final @Nullable Spare spare;
  private final Deadline limit = Deadline.after(LIMIT);
  private final Thread thread;

  /** The times of the get that waits; {@code null} if none does. */
  private @Nullable Phases waiting;

  private volatile @Nullable Thread waiter;
  private @Nullable ConnectPhase phase;
  private boolean greeted;
  private volatile boolean abandoned;
  private boolean over;
  private Connector.@Nullable Opened opened;
  private @Nullable Throwable failure;

  /**
   * Creates it; does nothing until {@link #start()}.
   *
   * @param target where it goes
   * @param begun now
   * @param waiting the times of the get that begins it, and then waits for it
   * @param work logs in
   * @param spare where it goes on after a deadline; {@code null} if it ends with it
   */
  PendingLogin(LoginTarget target, Moment begun, Phases waiting, Work work, @Nullable Spare spare) {
    this.target = target;
    this.begun = begun;
    this.waiting = waiting;
    this.spare = spare;
    this.thread = new Thread(null, () -> run(work), "thaw-login", 0, false);
  }

  /** Begins. */
  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  private void run(Work work) {
    Connector.Opened result = null;
    Throwable thrown = null;
    try {
      result = work.run(this);
    } catch (SQLException | RuntimeException | Error e) {
      thrown = e;
    }
    if (end(result, thrown) && result != null) {
      if (spare == null || abandoned) {
        result.connection().close();
      } else {
        spare.keep().accept(result);
      }
    }
  }

  /** Records the end; returns whether no get waits for it. */
  private synchronized boolean end(Connector.@Nullable Opened result, @Nullable Throwable thrown) {
    over = true;
    opened = result;
    failure = thrown;
    wake();
    if (spare != null) {
      spare.pending().remove(this);
    }
    return waiting == null;
  }

  private void wake() {
    LockSupport.unpark(waiter);
  }

  /**
   * Waits for the end.
   *
   * @return the connection; {@code null} if the deadline has passed and the login goes on
   * @throws SQLException what the login has thrown
   * @throws InterruptedException if the thread is interrupted; the login ends then
   */
  Connector.@Nullable Opened await(Deadline deadline) throws SQLException, InterruptedException {
    waiter = Thread.currentThread();
    while (true) {
      long left = deadline.remaining().toNanos();
      synchronized (this) {
        if (over) {
          rethrow(failure);
          return opened;
        }
        if (spare == null || !mayGoOn()) {
          // It has the same deadline.
          left = Long.MAX_VALUE;
        } else if (left == 0) {
          waiting = null;
          spare.pending().add(this);
          return null;
        }
      }
      LockSupport.parkNanos(this, left);
      if (Thread.interrupted()) {
        abandon();
        throw new InterruptedException();
      }
    }
  }

  private static void rethrow(@Nullable Throwable failure) throws SQLException {
    if (failure instanceof SQLException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
  }

  /**
   * Returns whether the login may outlast a deadline: while the driver is loaded, which nothing can
   * end, and once the server has answered. Until then another address, or another server under the
   * same name, may do so sooner.
   */
  private boolean mayGoOn() {
    return greeted || phase == null || phase == ConnectPhase.DRIVER;
  }

  /**
   * Lets another get wait for it.
   *
   * @param times the times of that get
   * @return false if it is of no use to it
   */
  synchronized boolean claim(LoginTarget wanted, Moment now, Phases times) {
    if (over || abandoned || !target.isSame(wanted) || now.millisSince(begun) > LIMIT.toMillis()) {
      return false;
    }
    waiting = times;
    if (phase != null) {
      times.enter(phase);
    }
    return true;
  }

  /** Ends the login, unless it has ended; its connection is closed. */
  synchronized void abandon() {
    if (!over) {
      abandoned = true;
      waiting = null;
      thread.interrupt();
    }
  }

  /** Waits until the thread has ended, which it does soon after {@link #abandon()}. */
  void awaitEnd(Deadline deadline) throws InterruptedException {
    NANOSECONDS.timedJoin(thread, deadline.remaining().toNanos());
  }

  @Override
  public synchronized void enter(ConnectPhase next) {
    phase = next;
    if (waiting != null) {
      waiting.enter(next);
    }
    wake();
  }

  @Override
  public synchronized Deadline enter(ConnectPhase next, Deadline deadline)
      throws SocketTimeoutException {
    // That of a get that has ended is not asked again.
    return Phases.super.enter(next, waiting == null ? limit : deadline);
  }

  @Override
  public synchronized Deadline greeted(Deadline deadline) {
    greeted = true;
    wake();
    return spare == null || deadline.remaining().compareTo(limit.remaining()) > 0
        ? deadline
        : limit;
  }
}
