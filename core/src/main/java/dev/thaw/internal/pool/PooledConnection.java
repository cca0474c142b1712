package dev.thaw.internal.pool;

import com.zaxxer.hikari.util.ConcurrentBag.IConcurrentBagEntry;
import dev.thaw.Deadline;
import dev.thaw.RetireReason;
import dev.thaw.internal.jdbc.BorrowOwner;
import dev.thaw.internal.jdbc.BorrowedConnection;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.time.Moment;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A connection as the pool holds it. Its state, which HikariCP's bag reads and writes, is the one
 * truth about who has it; the rest decides on its reuse.
 *
 * <p>Thread-safe as far as the state goes. What describes the last use is written by its borrower
 * and seen by others once the state says that it is idle.
 */
public final class PooledConnection implements IConcurrentBagEntry, BorrowOwner {
  /** The pool that a connection goes back to. */
  public interface Home {
    /** Takes back a connection at the end of a borrow. */
    void release(PooledConnection connection, BorrowedConnection borrowed) throws SQLException;

    /** Takes back a connection that its borrower has aborted. */
    void abort(PooledConnection connection);
  }

  private final AtomicInteger state = new AtomicInteger(STATE_IN_USE);
  private final long credentialsSequence;
  private final Moment openedAt;
  private final Home home;
  // The bag's lists of its threads keep an entry after it was removed, but not the connection.
  private volatile @Nullable PhysicalConnection physical;
  // No references: to write one for each use makes processors wait for each other, since the marks
  // that the garbage collector keeps of such writes lie side by side.
  private long takenWallMillis;
  private long takenNanos;
  private long answeredWallMillis;
  private long answeredNanos;
  private Moment usedAt;
  private Moment provenAt;
  private volatile boolean suspect;
  private volatile @Nullable RetireReason unfitReason;
  private volatile @Nullable BorrowedConnection exposed;

  /**
   * Creates an entry that is in use by the thread that has opened it.
   *
   * @param credentialsSequence the place of its credentials in the order of those seen
   */
  public PooledConnection(
      PhysicalConnection physical, long credentialsSequence, Moment openedAt, Home home) {
    this.physical = physical;
    this.credentialsSequence = credentialsSequence;
    this.openedAt = openedAt;
    this.home = home;
    taken(openedAt);
    answered();
    this.usedAt = openedAt;
    this.provenAt = openedAt;
  }

  /** Returns the connection to the server, or {@code null} once it was removed from the pool. */
  public @Nullable PhysicalConnection physical() {
    return physical;
  }

  /** Lets go of the connection to the server, for the thread that has removed it. */
  void drop() {
    physical = null;
    exposed = null;
  }

  /** Returns the place of its credentials in the order of those seen. */
  public long credentialsSequence() {
    return credentialsSequence;
  }

  /** Returns when it was opened. */
  public Moment openedAt() {
    return openedAt;
  }

  /** Returns when the present use began, or the last one. */
  public Moment takenAt() {
    return new Moment(takenWallMillis, takenNanos);
  }

  /** Returns when the last use that has sent anything ended. */
  public Moment usedAt() {
    return usedAt;
  }

  /** Records the end of a use that has sent something, and got an answer. */
  public void usedAt(Moment now) {
    usedAt = now;
    answered();
  }

  /**
   * Notes that the server has answered in the present use. When is not known: to ask a clock at
   * each answer would cost more than a ping after a long use. So it counts from the use's
   * beginning.
   */
  private void answered() {
    answeredWallMillis = takenWallMillis;
    answeredNanos = takenNanos;
  }

  /** Returns a moment since which the server has answered. */
  Moment answeredAt() {
    return new Moment(answeredWallMillis, answeredNanos);
  }

  Moment provenAt() {
    return provenAt;
  }

  /** Records that the connection is known to be open. */
  void provenAt(Moment now) {
    provenAt = now;
  }

  boolean isSuspect() {
    return suspect;
  }

  /** Records an answer to a ping. What a use has sent may have been before the suspicion. */
  void answered(Moment now) {
    usedAt = now;
    answeredWallMillis = now.wallMillis();
    answeredNanos = now.nanos();
    suspect = false;
  }

  /** Makes the connection prove itself before its next use. */
  void suspect() {
    suspect = true;
  }

  /** Marks the connection as not reusable; if it is in use, it is closed at return. */
  void unfit(RetireReason reason) {
    unfitReason = reason;
  }

  /** Returns why the connection must not be used again, or {@code null}. */
  public @Nullable RetireReason unfitReason() {
    return unfitReason;
  }

  /**
   * Begins a borrow of a connection that the calling thread has taken.
   *
   * @param bound bounds the use, or {@code null}
   * @return {@code null} if the pool has closed the connection meanwhile
   */
  public @Nullable BorrowedConnection lend(Moment now, @Nullable Deadline bound)
      throws SQLException {
    PhysicalConnection present = physical;
    if (present == null) {
      return null;
    }
    taken(now);
    if (bound != null) {
      present.bound(bound);
    }
    return new BorrowedConnection(present.session(), this);
  }

  private void taken(Moment now) {
    takenWallMillis = now.wallMillis();
    takenNanos = now.nanos();
  }

  /** Returns when the present use began, or the last one, in nanoseconds of the monotonic clock. */
  public long takenNanos() {
    return takenNanos;
  }

  /** Returns the handle of a borrow that has an object of the driver, or {@code null}. */
  public @Nullable BorrowedConnection exposed() {
    return exposed;
  }

  @Override
  public void exposed(BorrowedConnection handle) {
    exposed = handle;
  }

  @Override
  public void release(BorrowedConnection handle) throws SQLException {
    home.release(this, handle);
  }

  @Override
  public void abort(BorrowedConnection handle) {
    home.abort(this);
  }

  /** Returns whether a thread has the connection. */
  public boolean isInUse() {
    return state.get() == STATE_IN_USE;
  }

  @Override
  public boolean compareAndSet(int expected, int next) {
    return state.compareAndSet(expected, next);
  }

  /**
   * Sets the state, but never makes a connection idle that is not in use: the bag would revive one
   * that was removed while its borrower gave it back.
   */
  @Override
  public void setState(int next) {
    if (next == STATE_NOT_IN_USE) {
      state.compareAndSet(STATE_IN_USE, next);
    } else {
      state.set(next);
    }
  }

  @Override
  public int getState() {
    return state.get();
  }

  @Override
  public String toString() {
    return String.valueOf(physical);
  }
}
