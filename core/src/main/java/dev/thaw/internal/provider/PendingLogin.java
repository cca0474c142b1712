package dev.thaw.internal.provider;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.thaw.Deadline;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.Phases;
import dev.thaw.internal.time.Moment;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One login, on a thread of its own. Where the get that waits for it ends at its deadline, it goes
 * on once the server has answered, and the next get waits for it: a login that is thrown away has
 * cost the server, or the proxy in front of it, as much as one that is used, and where many begin
 * again each time, none is done in time.
 *
 * <p>A connection has one owner: the get that waits, or the thread of the login. Thread-safe.
 */
final class PendingLogin implements Phases {
  /** MySQL's connect_timeout: so long the server waits for the login of a client. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** How long after its deadline a login that may not go on has to say what it has met. */
  private static final Duration LAST_WORD = Duration.ofMillis(50);

  private static final long LONGEST_MILLIS = Integer.MAX_VALUE;
  private static final Deadline PASSED = Deadline.after(Duration.ZERO);

  /** What is done on the thread. */
  @FunctionalInterface
  interface Work {
    /**
     * Logs in.
     *
     * @param login is told how far it has come, and tells until when it may go on
     */
    Connector.Opened run(PendingLogin login) throws SQLException;
  }

  /** Takes the connection of a login that no get waits for, on the login's thread. */
  interface Keeper {
    /** Takes it; false if there is no room for it. */
    boolean keep(Connector.Opened opened);

    /** Is told that it was taken, when nothing is pending any more. */
    void kept(Connector.Opened opened);
  }

  /**
   * What becomes of a login that no get waits for.
   *
   * @param logins those of the same pool
   * @param keeper takes its connection
   */
  record Spare(PendingLogins logins, Keeper keeper) {}

  private final LoginTarget target;
  private final Moment begun;
  private final @Nullable Spare spare;
  private final Deadline limit = Deadline.after(LIMIT);
  private final Thread thread;
  private volatile @Nullable Thread waiter;

  /** The times of the get that waits; {@code null} if none does. */
  private @Nullable Phases waiting;

  /** The end of that get. */
  private Deadline bound;

  private @Nullable Deadline lastWord;
  private @Nullable ConnectPhase phase;
  private boolean greeted;
  private boolean over;
  private volatile boolean abandoned;
  private Connector.@Nullable Opened opened;
  private @Nullable Throwable failure;

  /**
   * Creates it; does nothing until {@link #start()}.
   *
   * @param target where it goes
   * @param begun now
   * @param waiting the times of the get that begins it, and then waits for it
   * @param bound the end of that get, for any thread to ask
   * @param work logs in
   * @param spare where it goes on after a deadline; {@code null} if it ends with it
   */
  PendingLogin(
      LoginTarget target,
      Moment begun,
      Phases waiting,
      Deadline bound,
      Work work,
      @Nullable Spare spare) {
    this.target = target;
    this.begun = begun;
    this.waiting = waiting;
    this.bound = bound;
    this.spare = spare;
    this.thread = new Thread(null, () -> run(work), "thaw-login", 0, false);
  }

  /** Begins. */
  void start() {
    thread.setDaemon(true);
    // Without its creator's thread-locals a thread would have the system's class loader.
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    if (spare != null) {
      spare.logins().begin();
    }
    boolean started = false;
    try {
      thread.start();
      started = true;
    } finally {
      if (!started && spare != null) {
        spare.logins().over(this);
      }
    }
  }

  private void run(Work work) {
    Connector.Opened result = null;
    Throwable thrown = null;
    try {
      result = work.run(this);
    } catch (SQLException | RuntimeException | Error e) {
      thrown = e;
    }
    boolean kept = false;
    try {
      kept = !handOver(result, thrown) && result != null && settle(result);
    } finally {
      if (spare != null) {
        spare.logins().over(this);
      }
    }
    if (kept && spare != null && result != null) {
      // A listener may take its time.
      spare.keeper().kept(result);
    }
  }

  /**
   * Hands the end to the get that waits.
   *
   * @return false if none does, or it has another connection by now
   */
  private synchronized boolean handOver(
      Connector.@Nullable Opened result, @Nullable Throwable thrown) {
    boolean awaited = !over && waiting != null;
    over = true;
    if (awaited) {
      opened = result;
      failure = thrown;
      LockSupport.unpark(waiter);
    }
    return awaited;
  }

  /** Gives a connection to another get that waits, keeps it, or closes it; true if it is kept. */
  private boolean settle(Connector.Opened result) {
    boolean settled = false;
    try {
      if (spare == null || abandoned) {
        return false;
      }
      settled = spare.logins().deliver(target, result);
      if (settled) {
        return false;
      }
      settled = spare.keeper().keep(result);
      return settled;
    } finally {
      if (!settled) {
        result.connection().close();
      }
    }
  }

  /**
   * Waits for the end.
   *
   * @param deadline the end of the wait, that of the get or an earlier one
   * @return the connection; {@code null} if the deadline has passed and the login goes on
   * @throws SQLException what the login has thrown, or that it has not ended with the get
   * @throws InterruptedException if the thread is interrupted; the login ends then
   */
  Connector.@Nullable Opened await(Deadline deadline) throws SQLException, InterruptedException {
    waiter = Thread.currentThread();
    if (spare != null) {
      spare.logins().awaited(this);
    }
    boolean settled = false;
    try {
      Connector.Opened result = untilOver(deadline);
      settled = true;
      return result;
    } finally {
      if (spare != null) {
        spare.logins().notAwaited(this);
      }
      if (!settled) {
        abandon();
      }
    }
  }

  private Connector.@Nullable Opened untilOver(Deadline deadline)
      throws SQLException, InterruptedException {
    boolean interrupted = false;
    while (true) {
      long left = deadline.remaining().toNanos();
      synchronized (this) {
        if (over) {
          if (interrupted) {
            Thread.currentThread().interrupt();
          }
          return taken();
        }
        if (interrupted) {
          throw new InterruptedException();
        }
        if (left == 0 && spare != null && mayGoOn()) {
          waiting = null;
          spare.logins().add(this);
          return null;
        }
      }
      LockSupport.parkNanos(this, left > 0 ? left : lastWord());
      interrupted = Thread.interrupted();
    }
  }

  /** Returns how long to wait for a login that ends with the get, in nanoseconds. */
  private synchronized long lastWord() throws SQLTimeoutException {
    long left = bound.remaining().toNanos();
    if (left > 0) {
      return left;
    }
    if (lastWord == null) {
      lastWord = Deadline.after(LAST_WORD);
    }
    left = lastWord.remaining().toNanos();
    if (left == 0) {
      throw late();
    }
    return left;
  }

  /** Returns what ends the wait for a login that is of no use after the deadline. */
  static SQLTimeoutException late() {
    return new SQLTimeoutException("The login did not end at its deadline", "HYT00");
  }

  private Connector.@Nullable Opened taken() throws SQLException {
    if (failure instanceof SQLException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
    Connector.Opened result = opened;
    opened = null;
    return result;
  }

  /**
   * Returns whether the login may outlast a deadline: while the driver is loaded, which nothing can
   * end, and once the server has answered. Until then another address, or another server under the
   * same name, may do so sooner.
   */
  private boolean mayGoOn() {
    return greeted || phase == null || phase == ConnectPhase.DRIVER;
  }

  /** Returns where it goes. */
  LoginTarget target() {
    return target;
  }

  /** Returns whether the server has given up on it by now, perhaps while this side was frozen. */
  boolean isTooOld(Moment now) {
    return now.millisSince(begun) > LIMIT.toMillis();
  }

  /**
   * Lets another get wait for it.
   *
   * @param times the times of that get
   * @param end the end of that get, for any thread to ask
   * @return false if it is over
   */
  synchronized boolean claim(Phases times, Deadline end) {
    if (over || abandoned || waiting != null) {
      return false;
    }
    waiting = times;
    bound = end;
    lastWord = null;
    if (phase != null) {
      times.enter(phase);
    }
    return true;
  }

  /**
   * Gives the get that waits for this login the connection of another one; this one ends.
   *
   * @return false if none waits, or it waits for another server
   */
  synchronized boolean deliver(LoginTarget from, Connector.Opened other) {
    if (over || waiting == null || !target.leadsWhere(from)) {
      return false;
    }
    over = true;
    opened = other;
    waiting = null;
    LockSupport.unpark(waiter);
    abandoned = true;
    thread.interrupt();
    return true;
  }

  /** Ends the login; a connection that was not taken is closed. */
  void abandon() {
    Connector.Opened unused;
    synchronized (this) {
      unused = opened;
      opened = null;
      waiting = null;
      if (!over) {
        abandoned = true;
        thread.interrupt();
      }
    }
    if (unused != null) {
      unused.connection().close();
    }
  }

  /** Waits until the thread has ended, which it does soon after {@link #abandon()}. */
  void awaitEnd(Deadline deadline) throws InterruptedException {
    if (thread != Thread.currentThread()) {
      NANOSECONDS.timedJoin(thread, deadline.remaining().toNanos());
    }
  }

  @Override
  public synchronized void enter(ConnectPhase next) {
    phase = next;
    if (waiting != null) {
      waiting.enter(next);
    }
    LockSupport.unpark(waiter);
  }

  @Override
  public synchronized Deadline enter(ConnectPhase next, Deadline deadline)
      throws SocketTimeoutException {
    // What no get waits for does not turn to a server.
    boolean ends = abandoned || (waiting == null && !greeted);
    return Phases.super.enter(next, ends ? PASSED : present());
  }

  @Override
  public synchronized Deadline greeted(Deadline deadline) {
    greeted = true;
    LockSupport.unpark(waiter);
    return present();
  }

  /** Returns the end of the login, as it is whenever it is asked. */
  Deadline end() {
    return Deadline.of(() -> (int) Math.min(LONGEST_MILLIS, present().remaining().toMillis()))
        .withReserve(Duration.ZERO);
  }

  private synchronized Deadline present() {
    boolean goesOn = greeted && spare != null;
    return goesOn && bound.remaining().compareTo(limit.remaining()) < 0 ? limit : bound;
  }
}
