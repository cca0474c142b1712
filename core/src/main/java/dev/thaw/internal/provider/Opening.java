package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.time.Moment;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The room that one get has in the pool, and the login that a former get has left behind in it.
 *
 * <p>Where the get ends before its login does, the room passes to the login, so that connections
 * and logins together are never more than the pool's size. For the thread of the get, but for
 * {@link #times} and {@link #end}.
 */
final class Opening {
  /** How long after the deadline a login that may not go on has to say what it has met. */
  private static final Duration LAST_WORD = Duration.ofMillis(50);

  private final Acquisition acquisition;
  private final @Nullable Keeper keeper;
  private @Nullable PendingLogin former;
  private boolean left;
  private boolean replaces;
  private @Nullable Deadline lastWord;
  private volatile Deadline end = Deadline.after(Duration.ZERO);

  /** The pool, as the logins of one get see it. Thread-safe. */
  interface Keeper {
    /** Takes an idle connection for the get, on its thread; true if it has one now. */
    boolean takesIdle();

    /** Reserves room for one more connection; false if there is none. */
    boolean reserveRoom();

    /** Gives room back. */
    void cancelRoom();

    /**
     * Makes a connection idle that no get waits for, in room that was reserved.
     *
     * @param wanted whether a get comes for it, so that it is kept while the server is full
     */
    void keep(Connector.Opened opened, boolean wanted);
  }

  /**
   * Begins.
   *
   * @param keeper the pool; {@code null} for a connection that is not of the pool
   * @param former the login in the room
   */
  Opening(Acquisition acquisition, @Nullable Keeper keeper, @Nullable PendingLogin former) {
    this.acquisition = acquisition;
    this.keeper = keeper;
    this.former = former;
  }

  Acquisition acquisition() {
    return acquisition;
  }

  @Nullable Keeper keeper() {
    return keeper;
  }

  /** Returns the times of the get, for the thread of its login too. */
  PhaseTimes times() {
    return acquisition.times();
  }

  /** Returns the deadline of the get, which may be the application's own. */
  Deadline deadline() {
    return acquisition.deadline();
  }

  /** Asks the deadline when the get ends, for {@link #end()}. */
  void fixEnd() {
    end = Deadline.after(acquisition.deadline().remaining());
  }

  /** Returns when the get ends, for any thread: the deadline may be for that of the get only. */
  Deadline end() {
    return end;
  }

  /** Returns how long to wait for a login that ends with the get, in nanoseconds. */
  long lastWord() throws SQLTimeoutException {
    if (lastWord == null) {
      lastWord = Deadline.after(LAST_WORD);
    }
    long nanos = lastWord.remaining().toNanos();
    if (nanos == 0) {
      throw LoginResult.late();
    }
    return nanos;
  }

  /** Takes an idle connection, which the get has then instead of one of its own. */
  boolean takesIdle() {
    return keeper != null && keeper.takesIdle();
  }

  boolean hasFormer() {
    return former != null;
  }

  /**
   * Takes the login that is in the room, once, if this get can use it: with the same credentials,
   * or with others of the same user where no more logins may begin, as of a source that has new
   * ones each time. Any other one goes on beside, as far as there may be more. One that was done
   * meanwhile has {@linkplain #hasLeft() left} with the room.
   */
  @Nullable PendingLogin former(LoginTarget target, Moment now) {
    PendingLogin login = takeFormer();
    if (login == null || keeper == null) {
      return null;
    }
    if (!login.isTooOld(now)) {
      if (target.isSame(login.target())) {
        return login;
      }
      // It may be refused, which has to be told: it goes on, in room of its own or without.
      if (keeper.reserveRoom()) {
        login.leave();
        return null;
      }
      if (login.letGo(null)) {
        return null;
      }
      if (target.leadsWhere(login.target())) {
        return login;
      }
    }
    login.abandon();
    return null;
  }

  private @Nullable PendingLogin takeFormer() {
    PendingLogin login = former;
    former = null;
    left |= login != null && !login.claim();
    return left ? null : login;
  }

  /** Leaves the room to the login. */
  void leave() {
    left = true;
  }

  boolean hasLeft() {
    return left;
  }

  /** Keeps the room, while the login goes on without. */
  void replace() {
    replaces = true;
  }

  /** Returns whether to begin another login in the place of the former one. */
  boolean mayReplace() {
    return replaces;
  }

  /** Ends without a connection: leaves the room to its login, or gives it back. */
  void cancel() {
    PendingLogin login = takeFormer();
    if (login != null) {
      login.leave();
    } else if (!left && keeper != null) {
      keeper.cancelRoom();
    }
  }
}
