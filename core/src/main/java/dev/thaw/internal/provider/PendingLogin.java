package dev.thaw.internal.provider;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.thaw.Deadline;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.Phases;
import dev.thaw.internal.time.Moment;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One login, on a thread of its own. Where the get that waits for it ends at its deadline, it goes
 * on once the server has accepted the connection, and the next get waits for it: a login that is
 * thrown away has cost the server, or the proxy in front of it, as much as one that is used, and
 * where many begin again each time, none is done in time.
 *
 * <p>A connection has one owner, as has the room for it in the pool: the get that has begun or
 * taken the login, or the login itself. Thread-safe.
 */
final class PendingLogin implements Phases {
  /** MySQL's connect_timeout: so long the server waits for the login of a client. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /**
   * What is left of the limit once a login that was replaced is not waited for where its
   * replacement hangs too: the name may lead to another server by now.
   */
  private static final Duration HANGS = LIMIT.dividedBy(2);

  /** The same of one without a greeting, of which the server knows nothing yet. */
  private static final Duration NOT_GREETED = LIMIT.minusSeconds(1);

  private static final long LOOK_NANOS = MILLISECONDS.toNanos(Connector.LOOK_MILLIS);
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

  /** Whether the get that has taken it asks its source, and does not wait yet. */
  private volatile boolean asking;

  private @Nullable ConnectPhase phase;
  private boolean greeted;
  private boolean over;
  private boolean served;
  private boolean threadOver;
  private volatile boolean abandoned;
  private LoginResult result;

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
    this.result = LoginResult.none(work);
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
    LoginResult own;
    try {
      own = new LoginResult(work, work.connect(this), null);
    } catch (Exception | Error e) {
      // Checked ones too, which Kotlin does not declare.
      own = new LoginResult(work, null, e);
    }
    try {
      if (!handOver(own)) {
        settle(own);
      }
    } finally {
      synchronized (this) {
        threadOver = true;
        overIfSettled();
      }
    }
  }

  private void overIfSettled() {
    if (threadOver && !result.isOpen()) {
      logins.over(this);
    }
  }

  /**
   * Leaves the end to the get that has the login.
   *
   * @return false if none does, if it has another connection by now, or cannot use it yet
   */
  private synchronized boolean handOver(LoginResult own) {
    over = true;
    if (awaited) {
      LockSupport.unpark(waiter);
    }
    if (asking && own.isOpen()) {
      owner = Owner.LOGIN;
      return false;
    }
    if (served || owner == Owner.NONE || (owner == Owner.LOGIN && logins.unleave(this))) {
      return false;
    }
    boolean ended = abandoned && own.isOpen();
    result = ended ? LoginResult.ended(work) : own;
    return !ended;
  }

  /** Gives a connection to another get that waits, keeps it, or closes it. */
  private void settle(LoginResult own) {
    boolean settled = false;
    try {
      if (!own.isOpen() || keeper == null || abandoned) {
        return;
      }
      settled = logins.deliver(this, own);
      if (!settled && getsRoom(keeper)) {
        Connector.Opened opened = logins.complete(own);
        boolean unused = passRoom();
        keeper.keep(opened, asking);
        settled = true;
      }
    } finally {
      if (!settled) {
        own.close();
      }
      if (keeper != null && passRoom()) {
        keeper.cancelRoom();
      }
      // At last: a listener may ask the pool for a connection.
      own.tell();
    }
  }

  private boolean getsRoom(Opening.Keeper from) {
    synchronized (this) {
      if (owner == Owner.LOGIN) {
        return true;
      }
    }
    boolean room = from.reserveRoom() || logins.takeRoom(this);
    synchronized (this) {
      owner = room ? Owner.LOGIN : owner;
    }
    return room;
  }

  /** Gives its own room away; false if it has none. */
  private synchronized boolean passRoom() {
    boolean had = owner == Owner.LOGIN;
    owner = had ? Owner.NONE : owner;
    return had;
  }

  /**
   * Waits for the end.
   *
   * @param next the get that waits, on the calling thread
   * @param patience when another login may replace it; {@code null} for none
   * @return the connection; {@code null} if the get has left it at its deadline or for another
   *     connection, or is to replace it, see {@link Opening#mayReplace()}
   * @throws SQLException what the login has thrown, or that it has not ended with the get
   * @throws InterruptedException if the thread is, which ends a login that may not go on
   */
  Connector.@Nullable Opened await(Opening next, @Nullable Deadline patience)
      throws SQLException, InterruptedException {
    waiter = Thread.currentThread();
    begin(next);
    logins.awaited(this);
    boolean settled = false;
    boolean ended;
    try {
      ended = untilOver(next, patience);
      settled = true;
    } finally {
      logins.notAwaited(this);
      if (!settled && !next.hasLeft()) {
        abandon();
      }
    }
    return ended ? taken() : null;
  }

  private synchronized void begin(Opening next) {
    get = next;
    awaited = true;
    if (phase != null) {
      next.times().enter(phase);
    }
  }

  /** Waits for the end; false if the get has left, or is to replace the login. */
  private boolean untilOver(Opening next, @Nullable Deadline patience)
      throws SQLException, InterruptedException {
    boolean interrupted = false;
    while (true) {
      long left = next.deadline().remaining().toNanos();
      boolean another = next.takesIdle();
      boolean ended;
      synchronized (this) {
        ended = over || served;
        if (!ended && (another || ((left == 0 || interrupted) && mayGoOn()))) {
          leave(next);
        }
        if (!ended && interrupted) {
          throw new InterruptedException();
        }
        if (next.hasLeft()) {
          return false;
        }
        if (!ended && patience != null && patience.hasPassed() && letGo(null)) {
          next.replace();
          return false;
        }
      }
      if (ended) {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return true;
      }
      long patient = patience == null ? 0 : patience.remaining().toNanos();
      long look = patient > 0 ? Math.min(LOOK_NANOS, patient) : LOOK_NANOS;
      LockSupport.parkNanos(this, Math.min(look, left > 0 ? left : next.lastWord()));
      interrupted = Thread.interrupted();
    }
  }

  private void leave(Opening from) {
    owner = Owner.LOGIN;
    awaited = false;
    from.leave();
    logins.leave(this);
  }

  private Connector.@Nullable Opened taken() throws SQLException {
    LoginResult own = takeResult();
    if (own.isOpen()) {
      return logins.complete(own);
    }
    own.tellAndThrow();
    return null;
  }

  private synchronized LoginResult takeResult() {
    LoginResult taken = result;
    result = LoginResult.none(work);
    if (served) {
      served = false;
      awaited = false;
      if (owner == Owner.LOGIN && !over) {
        // With the room of the login that has served the get: another one may take both.
        logins.leave(this);
      }
    }
    overIfSettled();
    return taken;
  }

  /**
   * Returns whether the login may outlast a deadline, or an interrupt: while the driver is loaded,
   * which nothing can end, and once the server has accepted the connection. Until then another
   * address may do so sooner; after that it waits in a queue, a connect that is given up counts
   * against the host (max_connect_errors), and a refusal counts towards the locking of an account.
   */
  private boolean mayGoOn() {
    return keeper != null && (isConnected() || phase == null || phase == ConnectPhase.DRIVER);
  }

  /** Returns whether the server has accepted the connection; it may send its greeting later. */
  private boolean isConnected() {
    return greeted || phase == ConnectPhase.TLS || phase == ConnectPhase.LOGIN;
  }

  /** Returns where it goes. */
  LoginTarget target() {
    return target;
  }

  /** Returns whether the server has given up on it by now, perhaps while this side was frozen. */
  boolean isTooOld(Moment now) {
    return now.millisSince(begun) > LIMIT.toMillis();
  }

  /** Gives its room to a get, which asks its source first. */
  synchronized void take() {
    owner = Owner.GET;
    asking = true;
  }

  /**
   * Lets the get that has taken it wait for it, or leave it behind again.
   *
   * @return false if the connection was made idle meanwhile, with its room
   */
  synchronized boolean claim() {
    asking = owner != Owner.GET;
    return !asking;
  }

  /** Leaves it behind again, with its room. */
  void leave() {
    synchronized (this) {
      owner = Owner.LOGIN;
      if (!over) {
        logins.leave(this);
        return;
      }
    }
    settle(takeResult());
  }

  /**
   * Lets it go on without room, which is for another login.
   *
   * @param done the other one, if it is done
   * @return false if it is over, or another one goes on so
   */
  synchronized boolean letGo(@Nullable PendingLogin done) {
    if (over || !logins.replace(done, this)) {
      return false;
    }
    owner = Owner.NONE;
    return true;
  }

  /**
   * Gives the get that waits for this login the connection of another one. This one goes on, in the
   * room of the other, if the server has accepted it.
   *
   * @return false if none waits, or it waits for another server or user, or for an end of its own
   */
  synchronized boolean deliver(PendingLogin from, LoginResult other) {
    boolean waits = awaited && owner == Owner.GET && !over && !served && !abandoned;
    if (!waits || keeper == null || !target.leadsWhere(from.target)) {
      return false;
    }
    boolean goesOn = isConnected();
    boolean room = goesOn && from.passRoom();
    owner = room ? Owner.LOGIN : Owner.NONE;
    if (!room && !(goesOn && logins.replace(from, this))) {
      stop();
    }
    served = true;
    result = other;
    LockSupport.unpark(waiter);
    return true;
  }

  /** Ends a login that no get waits for any more; a connection that was not taken is closed. */
  void abandon() {
    LoginResult unused;
    synchronized (this) {
      if (!served) {
        owner = Owner.NONE;
        stop();
      }
      unused = takeResult();
    }
    unused.close();
    unused.tell();
  }

  synchronized boolean hangs() {
    return limit.remaining().compareTo(greeted ? HANGS : NOT_GREETED) < 0;
  }

  /** Ends a login that goes on without room. Takes no lock: the caller may have that of another. */
  void endHung() {
    abandoned = true;
    thread.interrupt();
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
    LoginResult own;
    synchronized (this) {
      stop();
      own = result;
      if (own.isOpen()) {
        result = LoginResult.ended(work);
        overIfSettled();
      }
    }
    own.close();
  }

  private void stop() {
    if (!over) {
      abandoned = true;
      thread.interrupt();
    }
  }

  /** Waits until the thread has ended, which it does soon after {@link #close()}. */
  void awaitEnd(Deadline deadline) throws InterruptedException {
    if (thread != Thread.currentThread()) {
      NANOSECONDS.timedJoin(thread, deadline.remaining().toNanos());
    }
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
    enter(next);
    // What another login has replaced does not turn to a server.
    boolean ends = abandoned || (owner == Owner.NONE && !isConnected());
    return Phases.requireTime(next, ends ? PASSED : present());
  }

  @Override
  public synchronized Deadline greeted(Deadline deadline) {
    greeted = true;
    LockSupport.unpark(waiter);
    return present();
  }

  /** Returns the end of the login, as it is whenever it is asked. */
  Deadline end() {
    return Deadline.of(() -> (int) Math.min(Integer.MAX_VALUE, present().remaining().toMillis()))
        .withReserve(Duration.ZERO);
  }

  private synchronized Deadline present() {
    boolean goesOn = isConnected() && keeper != null;
    Deadline end = get.end();
    return goesOn && end.remaining().compareTo(limit.remaining()) < 0 ? limit : end;
  }
}
