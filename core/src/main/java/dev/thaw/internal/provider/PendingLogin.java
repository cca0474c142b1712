package dev.thaw.internal.provider;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.thaw.Deadline;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.Phases;
import dev.thaw.internal.time.Moment;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One login, on a thread of its own. Where the get that waits for it ends at its deadline, it goes
 * on once the server has answered, and the next get waits for it: a login that is thrown away has
 * cost the server, or the proxy in front of it, as much as one that is used, and where many begin
 * again each time, none is done in time.
 *
 * <p>A connection has one owner, as has the room for it in the pool: the get that has begun or
 * taken the login, or the login itself. Thread-safe.
 */
final class PendingLogin implements Phases {
  /** MySQL's connect_timeout: so long the server waits for the login of a client. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** How long after its deadline a login that may not go on has to say what it has met. */
  private static final Duration LAST_WORD = Duration.ofMillis(50);

  private static final long LOOK_NANOS = MILLISECONDS.toNanos(Connector.LOOK_MILLIS);
  private static final long LONGEST_MILLIS = Integer.MAX_VALUE;
  private static final Deadline PASSED = Deadline.after(Duration.ZERO);

  /** Who has the room for the connection. */
  private enum Owner {
    /** The get that has begun or taken the login. */
    GET,
    /** The login: it was left behind. */
    LOGIN,
    /** Neither: it was abandoned, or another login has replaced it. */
    NONE
  }

  private final LoginTarget target;
  private final Moment begun;
  private final LoginWork work;
  private final PendingLogins logins;
  private final Opening.@Nullable Keeper keeper;
  private final Deadline limit = Deadline.after(LIMIT);
  private final Thread thread;
  private volatile @Nullable Thread waiter;

  /** The get that waits, or the last one that did. */
  private Opening get;

  private Owner owner = Owner.GET;
  private boolean awaited;
  private @Nullable Deadline lastWord;
  private @Nullable ConnectPhase phase;
  private boolean greeted;
  private boolean over;
  private boolean threadOver;
  private volatile boolean abandoned;
  private LoginWork.@Nullable Done done;
  private @Nullable Throwable failure;

  /**
   * Creates it; does nothing until {@link #start}.
   *
   * @param target where it goes
   * @param begun now
   * @param get the get that begins it, and then waits for it; without a pool the login ends with it
   * @param work logs in
   * @param logins those of the same pool
   */
  PendingLogin(
      LoginTarget target, Moment begun, Opening get, LoginWork work, PendingLogins logins) {
    this.target = target;
    this.begun = begun;
    this.get = get;
    this.work = work;
    this.logins = logins;
    this.keeper = get.keeper();
    this.thread = new Thread(null, this::run, "thaw-login", 0, false);
  }

  /** Begins, unless the work is not admitted. */
  void start() throws SQLException {
    thread.setDaemon(true);
    // Without its creator's thread-locals a thread would have the system's class loader.
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    logins.begin(this);
    boolean started = false;
    try {
      work.admit();
      thread.start();
      started = true;
    } finally {
      if (!started) {
        logins.over(this);
      }
    }
  }

  private void run() {
    LoginWork.Done result = null;
    Throwable thrown = null;
    try {
      result = new LoginWork.Done(work, work.connect(this));
    } catch (SQLException | RuntimeException | Error e) {
      thrown = e;
    }
    try {
      if (!handOver(result, thrown)) {
        settle(result, thrown);
      }
    } finally {
      threadOver();
    }
  }

  private synchronized void threadOver() {
    threadOver = true;
    overIfSettled();
  }

  private void overIfSettled() {
    if (threadOver && done == null) {
      logins.over(this);
    }
  }

  /**
   * Leaves the end to the get that has the login.
   *
   * @return false if none does, or it has another connection by now
   */
  private synchronized boolean handOver(
      LoginWork.@Nullable Done result, @Nullable Throwable thrown) {
    boolean served = over;
    over = true;
    if (awaited) {
      LockSupport.unpark(waiter);
    }
    if (served || owner == Owner.NONE || (owner == Owner.LOGIN && logins.unleave(this))) {
      return false;
    }
    boolean ended = abandoned && result != null;
    done = ended ? null : result;
    failure = ended ? ended() : thrown;
    return !ended;
  }

  /** Gives a connection to another get that waits, keeps it, or closes it. */
  private void settle(LoginWork.@Nullable Done result, @Nullable Throwable thrown) {
    boolean room = hasRoom();
    boolean settled = false;
    try {
      if (result == null || keeper == null || abandoned) {
        return;
      }
      settled = logins.deliver(target, result);
      if (!settled && (room || keeper.reserveRoom() || logins.takeRoom(target))) {
        room = true;
        Connector.Opened opened = result.opened();
        room = false;
        keeper.keep(opened);
        settled = true;
      }
    } finally {
      if (result != null && !settled) {
        result.connection().close();
      }
      if (keeper != null && room) {
        keeper.cancelRoom();
      }
      // At last: a listener may ask the pool for a connection.
      if (thrown instanceof SQLException e) {
        work.failed(e);
      }
    }
  }

  private synchronized boolean hasRoom() {
    return owner == Owner.LOGIN;
  }

  /**
   * Waits for the end.
   *
   * @param next the get that waits, on the calling thread
   * @param patience when another login may replace it; {@code null} for none
   * @return the connection; {@code null} if the get has left it at its deadline or for another
   *     connection, or is to replace it, see {@link Opening#mayReplace()}
   * @throws SQLException what the login has thrown, or that it has not ended with the get
   * @throws InterruptedException if the thread is interrupted; the login ends then
   */
  Connector.@Nullable Opened await(Opening next, @Nullable Deadline patience)
      throws SQLException, InterruptedException {
    waiter = Thread.currentThread();
    begin(next);
    logins.awaited(this);
    boolean settled = false;
    try {
      Connector.Opened result = untilOver(next, patience);
      settled = true;
      return result;
    } finally {
      logins.notAwaited(this);
      if (!settled) {
        abandon();
      }
    }
  }

  private synchronized void begin(Opening next) {
    get = next;
    awaited = true;
    if (phase != null) {
      next.times().enter(phase);
    }
  }

  private Connector.@Nullable Opened untilOver(Opening next, @Nullable Deadline patience)
      throws SQLException, InterruptedException {
    boolean interrupted = false;
    while (true) {
      long left = next.deadline().remaining().toNanos();
      boolean another = next.takesIdle();
      boolean ended;
      synchronized (this) {
        ended = over;
        if (!ended && interrupted) {
          throw new InterruptedException();
        }
        if (!ended && (left == 0 || another) && mayGoOn()) {
          leave(next);
          return null;
        }
        if (!ended && !another && patience != null && patience.hasPassed() && letGo()) {
          next.replace();
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

  private void leave(Opening from) {
    owner = Owner.LOGIN;
    awaited = false;
    from.leave();
    logins.leave(this);
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

  private static SQLException ended() {
    return new SQLTransientConnectionException("The login was ended", "08003");
  }

  private Connector.@Nullable Opened taken() throws SQLException {
    LoginWork.Done result;
    Throwable thrown;
    synchronized (this) {
      result = takeDone();
      thrown = takeFailure();
    }
    if (thrown instanceof SQLException e) {
      work.failed(e);
      throw e;
    } else if (thrown instanceof RuntimeException e) {
      throw e;
    } else if (thrown instanceof Error e) {
      throw e;
    }
    return result == null ? null : result.opened();
  }

  private LoginWork.@Nullable Done takeDone() {
    LoginWork.Done taken = done;
    done = null;
    overIfSettled();
    return taken;
  }

  private @Nullable Throwable takeFailure() {
    Throwable taken = failure;
    failure = null;
    return taken;
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

  /** Gives its room to a get, which waits for it or leaves it behind again. */
  synchronized void take() {
    owner = Owner.GET;
    lastWord = null;
  }

  /** Leaves it behind again, with its room. */
  void leave() {
    LoginWork.Done result;
    Throwable thrown;
    synchronized (this) {
      owner = Owner.LOGIN;
      if (!over) {
        logins.leave(this);
        return;
      }
      result = takeDone();
      thrown = takeFailure();
    }
    settle(result, thrown);
  }

  /**
   * Lets it go on without room, which the get keeps for another login.
   *
   * @return false if it is over, or another one goes on so
   */
  synchronized boolean letGo() {
    if (over || !logins.replace(this)) {
      return false;
    }
    owner = Owner.NONE;
    return true;
  }

  /**
   * Gives the get that waits for this login the connection of another one; this one ends.
   *
   * @return false if none waits, or it waits for another server or user, or for an end of its own
   */
  synchronized boolean deliver(LoginTarget from, LoginWork.Done other) {
    boolean waits = awaited && owner == Owner.GET && !over && !abandoned;
    if (!waits || keeper == null || !target.leadsWhere(from)) {
      return false;
    }
    stop();
    over = true;
    done = other;
    LockSupport.unpark(waiter);
    return true;
  }

  /** Ends a login that no get waits for any more; a connection that was not taken is closed. */
  void abandon() {
    LoginWork.Done unused;
    Throwable untold;
    synchronized (this) {
      owner = Owner.NONE;
      stop();
      unused = takeDone();
      untold = takeFailure();
    }
    if (unused != null) {
      unused.connection().close();
    }
    if (untold instanceof SQLException e) {
      work.failed(e);
    }
  }

  /** Ends a login that was left behind, and gives its room back. */
  void abandonWithRoom() {
    abandon();
    if (keeper != null) {
      keeper.cancelRoom();
    }
  }

  /** Ends the login, and closes its connection; a get that has it is told. */
  void close() {
    LoginWork.Done unused;
    synchronized (this) {
      stop();
      unused = takeDone();
      if (unused != null) {
        failure = ended();
      }
    }
    if (unused != null) {
      unused.connection().close();
    }
  }

  private void stop() {
    if (!over) {
      abandoned = true;
      thread.interrupt();
    }
  }

  /**
   * Waits until the thread has ended, which it does soon after {@link #close()}.
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
    if (awaited && owner == Owner.GET) {
      get.times().enter(next);
    }
  }

  @Override
  public synchronized Deadline enter(ConnectPhase next, Deadline deadline)
      throws SocketTimeoutException {
    // What no get waits for does not turn to a server.
    boolean ends = abandoned || (owner != Owner.GET && !greeted);
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
