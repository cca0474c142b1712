package dev.thaw.internal.provider;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.thaw.Deadline;
import dev.thaw.internal.mysql.PhysicalConnection;
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

  private static final long LOOK_NANOS = MILLISECONDS.toNanos(Connector.LOOK_MILLIS);
  private static final long LONGEST_MILLIS = Integer.MAX_VALUE;
  private static final Deadline PASSED = Deadline.after(Duration.ZERO);

  /** What is done. What belongs to the application is only called once the login is over. */
  interface Work {
    /**
     * Logs in, on the thread of the login.
     *
     * @param login is told how far it has come, and tells until when it may go on
     */
    PhysicalConnection connect(PendingLogin login) throws SQLException;

    /**
     * Completes a connection, on the thread of the get that takes it, or of the login if none does;
     * closes it if that fails.
     */
    Connector.Opened opened(PhysicalConnection connection);

    /** Tells of a failure, on the thread of the get that waits, or of the login if none does. */
    void failed(SQLException failure);
  }

  /** A connection that the login of this work has opened. */
  record Done(Work work, PhysicalConnection connection) {
    private Connector.Opened opened() {
      return work.opened(connection);
    }
  }

  /** Says whether a login may begin. */
  @FunctionalInterface
  interface Admission {
    /** Throws an exception if it must not. */
    void check() throws SQLException;
  }

  /** The pool that a login is for. */
  interface Keeper {
    /**
     * Takes the connection of a login that no get waits for, on the login's thread; false if there
     * is no room for it.
     */
    boolean keep(Connector.Opened opened);

    /** Returns whether a get could have another connection. */
    boolean hasIdle();
  }

  /**
   * The get that waits.
   *
   * @param times its times
   * @param end its end, for any thread to ask
   */
  record Get(Phases times, Deadline end) {}

  private final LoginTarget target;
  private final Moment begun;
  private final Work work;
  private final PendingLogins logins;
  private final @Nullable Keeper keeper;
  private final Deadline limit = Deadline.after(LIMIT);
  private final Thread thread;
  private volatile @Nullable Thread waiter;

  /** The get that waits, or the last one that did. */
  private Get get;

  private boolean waiting = true;

  private @Nullable Deadline lastWord;
  private @Nullable ConnectPhase phase;
  private boolean greeted;
  private boolean over;
  private volatile boolean abandoned;
  private @Nullable Done done;
  private @Nullable Throwable failure;

  /**
   * Creates it; does nothing until {@link #start}.
   *
   * @param target where it goes
   * @param begun now
   * @param get the get that begins it, and then waits for it
   * @param work logs in
   * @param logins those of the same pool
   * @param keeper takes its connection if no get waits; {@code null} if it ends with the get
   */
  PendingLogin(
      LoginTarget target,
      Moment begun,
      Get get,
      Work work,
      PendingLogins logins,
      @Nullable Keeper keeper) {
    this.target = target;
    this.begun = begun;
    this.get = get;
    this.work = work;
    this.logins = logins;
    this.keeper = keeper;
    this.thread = new Thread(null, this::run, "thaw-login", 0, false);
  }

  /**
   * Begins.
   *
   * @param admission throws an exception if it must not begin; asked when {@link
   *     PendingLogins#end()} knows of it
   */
  void start(Admission admission) throws SQLException {
    thread.setDaemon(true);
    // Without its creator's thread-locals a thread would have the system's class loader.
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    logins.begin(this);
    boolean started = false;
    try {
      admission.check();
      thread.start();
      started = true;
    } finally {
      if (!started) {
        logins.over(this);
      }
    }
  }

  private void run() {
    Done result = null;
    Throwable thrown = null;
    try {
      result = new Done(work, work.connect(this));
    } catch (SQLException | RuntimeException | Error e) {
      thrown = e;
    }
    try {
      if (!handOver(result, thrown)) {
        settle(result, thrown);
      }
    } finally {
      logins.over(this);
    }
  }

  /**
   * Hands the end to the get that waits.
   *
   * @return false if none does, or it has another connection by now
   */
  private synchronized boolean handOver(@Nullable Done result, @Nullable Throwable thrown) {
    boolean awaited = !over && waiting;
    over = true;
    if (awaited) {
      done = result;
      failure = thrown;
      LockSupport.unpark(waiter);
    }
    return awaited;
  }

  /** Gives a connection to another get that waits, keeps it, or closes it. */
  private void settle(@Nullable Done result, @Nullable Throwable thrown) {
    if (thrown instanceof SQLException e) {
      work.failed(e);
    }
    if (result == null) {
      return;
    }
    boolean settled = false;
    try {
      settled =
          keeper != null
              && !abandoned
              && (logins.deliver(target, result) || keeper.keep(result.opened()));
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
   * @return the connection; {@code null} if the deadline has passed and the login goes on, or
   *     another connection can be had
   * @throws SQLException what the login has thrown, or that it has not ended with the get
   * @throws InterruptedException if the thread is interrupted; the login ends then
   */
  Connector.@Nullable Opened await(Deadline deadline) throws SQLException, InterruptedException {
    waiter = Thread.currentThread();
    logins.awaited(this);
    boolean settled = false;
    try {
      Connector.Opened result = untilOver(deadline);
      settled = true;
      return result;
    } finally {
      logins.notAwaited(this);
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
      boolean another = keeper != null && keeper.hasIdle();
      boolean ended;
      synchronized (this) {
        ended = over;
        if (!ended && interrupted) {
          throw new InterruptedException();
        }
        if (!ended && (left == 0 || another) && mayGoOn()) {
          waiting = false;
          logins.add(this);
          return null;
        }
      }
      if (ended) {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return taken();
      }
      if (another) {
        abandon();
        return null;
      }
      LockSupport.parkNanos(this, Math.min(LOOK_NANOS, left > 0 ? left : lastWord()));
      interrupted = Thread.interrupted();
    }
  }

  /** Returns how long to wait for a login that ends with the get, in nanoseconds. */
  private synchronized long lastWord() throws SQLTimeoutException {
    long left = get.end().remaining().toNanos();
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
    Done result;
    synchronized (this) {
      result = done;
      done = null;
    }
    if (failure instanceof SQLException e) {
      work.failed(e);
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
    return result == null ? null : result.opened();
  }

  /**
   * Returns whether the login may outlast a deadline: while the driver is loaded, which nothing can
   * end, and once the server has answered. Until then another address, or another server under the
   * same name, may do so sooner.
   */
  private boolean mayGoOn() {
    return keeper != null && (greeted || phase == null || phase == ConnectPhase.DRIVER);
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
   * @return false if it is over
   */
  synchronized boolean claim(Get next) {
    if (over || abandoned || waiting) {
      return false;
    }
    get = next;
    waiting = true;
    lastWord = null;
    if (phase != null) {
      next.times().enter(phase);
    }
    return true;
  }

  /**
   * Gives the get that waits for this login the connection of another one; this one ends.
   *
   * @return false if none waits, or it waits for another server or user, or for an end of its own
   */
  synchronized boolean deliver(LoginTarget from, Done other) {
    if (over || !waiting || keeper == null || !target.leadsWhere(from)) {
      return false;
    }
    stop();
    over = true;
    done = other;
    waiting = false;
    LockSupport.unpark(waiter);
    return true;
  }

  /** Ends the login; a connection that was not taken is closed. */
  void abandon() {
    Done unused;
    synchronized (this) {
      unused = done;
      done = null;
      waiting = false;
      stop();
    }
    if (unused != null) {
      unused.connection().close();
    }
  }

  /** Ends the login; a get that waits is told. */
  synchronized void stop() {
    if (!over) {
      abandoned = true;
      thread.interrupt();
    }
  }

  /**
   * Waits until the thread has ended, which it does soon after {@link #stop()}.
   *
   * @return whether the calling thread was interrupted meanwhile
   */
  boolean awaitEnd(Deadline deadline) {
    boolean interrupted = false;
    boolean waits = thread != Thread.currentThread();
    while (waits) {
      try {
        NANOSECONDS.timedJoin(thread, deadline.remaining().toNanos());
        waits = false;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }

  @Override
  public synchronized void enter(ConnectPhase next) {
    phase = next;
    if (waiting) {
      get.times().enter(next);
    }
  }

  @Override
  public synchronized Deadline enter(ConnectPhase next, Deadline deadline)
      throws SocketTimeoutException {
    // What no get waits for does not turn to a server.
    boolean ends = abandoned || (!waiting && !greeted);
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
    boolean goesOn = greeted && keeper != null;
    Deadline end = get.end();
    return goesOn && end.remaining().compareTo(limit.remaining()) < 0 ? limit : end;
  }
}
