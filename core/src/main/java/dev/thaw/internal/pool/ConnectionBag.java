package dev.thaw.internal.pool;

import static com.zaxxer.hikari.util.ConcurrentBag.IConcurrentBagEntry.STATE_IN_USE;
import static com.zaxxer.hikari.util.ConcurrentBag.IConcurrentBagEntry.STATE_NOT_IN_USE;
import static com.zaxxer.hikari.util.ConcurrentBag.IConcurrentBagEntry.STATE_RESERVED;

import com.zaxxer.hikari.util.ConcurrentBag;
import dev.thaw.RetireReason;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.time.Moment;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of a pool, in HikariCP's {@link ConcurrentBag}: the one place that adds,
 * lends, takes back and removes.
 *
 * <p>Thread-safe. A connection leaves the bag by {@link #seize}, which one thread wins.
 */
public final class ConnectionBag {
  // Within one idle timeout; a look at all connections costs as much as a get.
  private static final int LOOKS = 10;

  private final ConcurrentBag<PooledConnection> bag = new ConcurrentBag<>(waiting -> {});

  /** Those that are open, being opened or being closed. */
  private final AtomicInteger count = new AtomicInteger();

  private final Waiters waiters;
  private final int maxSize;
  private final int leastIdle;
  private volatile Moment trimmedAt = new Moment(0, 0);

  /**
   * Creates an empty bag.
   *
   * @param waiters the callers that are woken when one comes back, or room is free
   * @param maxSize the most connections in it
   * @param minIdle how many idle ones are left when those idle too long are closed; one at least,
   *     which the next invocation would have to open again
   */
  public ConnectionBag(Waiters waiters, int maxSize, int minIdle) {
    this.waiters = waiters;
    this.maxSize = maxSize;
    this.leastIdle = Math.max(1, minIdle);
  }

  /**
   * Reserves room for one more connection, for {@link #add} or {@link #cancelRoom}.
   *
   * @return false if there are as many as there may be
   */
  public boolean reserveRoom() {
    return count.getAndUpdate(n -> n < maxSize ? n + 1 : n) < maxSize;
  }

  /** Gives back the room for a connection that did not come about, or that is closed. */
  public void cancelRoom() {
    count.decrementAndGet();
    waiters.wake();
  }

  /** Adds a connection, in use by the calling thread, for which room was reserved. */
  public void add(PooledConnection connection) {
    bag.add(connection);
  }

  /** Takes an idle connection, or returns {@code null} if there is none. */
  public @Nullable PooledConnection takeIdle() {
    try {
      return bag.borrow(0, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /** Makes a connection idle that the calling thread has; does nothing if it was seized. */
  public void giveBack(PooledConnection connection) {
    if (bag.getWaitingThreadCount() == 0) {
      // The bag notes it for this thread, which then finds it without looking at the others'.
      bag.requite(connection);
    } else {
      // The bag would yield, and park, until the thread that passes through its list has left it.
      connection.setState(STATE_NOT_IN_USE);
    }
    waiters.wake();
  }

  /** Reserves an idle connection for the pool's own use, or returns {@code null}. */
  public @Nullable PooledConnection reserveIdle() {
    for (PooledConnection connection : bag.values(STATE_NOT_IN_USE)) {
      if (bag.reserve(connection)) {
        return connection;
      }
    }
    return null;
  }

  /** Makes a reserved connection idle again. */
  public void unreserve(PooledConnection connection) {
    bag.unreserve(connection);
    waiters.wake();
  }

  /**
   * Removes a connection, in use or idle. Its room is free after {@link #cancelRoom}.
   *
   * @return what the one thread that has removed it must close; {@code null} for any other, and if
   *     the connection is reserved
   */
  public @Nullable PhysicalConnection seize(PooledConnection connection) {
    int state = connection.getState();
    // It may be taken and given back between two looks.
    while (state == STATE_IN_USE || state == STATE_NOT_IN_USE) {
      if (connection.compareAndSet(state, STATE_RESERVED)) {
        return remove(connection);
      }
      state = connection.getState();
    }
    return null;
  }

  /** Removes a connection if it is idle; returns what {@link #seize} does. */
  public @Nullable PhysicalConnection seizeIdle(PooledConnection connection) {
    return bag.reserve(connection) ? remove(connection) : null;
  }

  /** Removes a connection that the calling thread has reserved; returns what must be closed. */
  public @Nullable PhysicalConnection remove(PooledConnection reserved) {
    PhysicalConnection physical = reserved.physical();
    bag.remove(reserved);
    reserved.drop();
    return physical;
  }

  /** Returns the connections in the bag, in use or idle. */
  public List<PooledConnection> all() {
    return bag.values();
  }

  /** Returns how many connections are in use. */
  public int active() {
    return bag.getCount(STATE_IN_USE);
  }

  /** Returns how many connections are idle. */
  public int idle() {
    return bag.getCount(STATE_NOT_IN_USE);
  }

  /** Returns how many connections are being opened, or closed. */
  public int opening() {
    return Math.max(0, count.get() - bag.size());
  }

  /** Returns whether all are idle: none is in use, being opened or being closed. */
  public boolean areIdle() {
    return idle() == count.get();
  }

  /** Makes every idle connection prove itself before its next use. */
  public void suspectIdle() {
    all().forEach(PooledConnection::suspect);
  }

  /** Marks every connection as not reusable. */
  public void outdateAll(RetireReason reason) {
    all().forEach(connection -> connection.unfit(reason));
  }

  /**
   * Finds connections that have been idle too long, as far as enough others are left.
   *
   * @param retire closes a connection if it is still idle
   */
  public void trim(
      Moment now, long idleTimeoutMillis, BiConsumer<PooledConnection, RetireReason> retire) {
    if (idleTimeoutMillis == 0
        || bag.size() <= leastIdle
        || (now.millisSince(trimmedAt) < idleTimeoutMillis / LOOKS
            && now.wallMillis() >= trimmedAt.wallMillis())) {
      return;
    }
    trimmedAt = now;
    List<PooledConnection> idle = bag.values(STATE_NOT_IN_USE);
    int surplus = idle.size() - leastIdle;
    for (PooledConnection connection : idle) {
      if (surplus > 0 && now.millisSince(connection.usedAt()) > idleTimeoutMillis) {
        retire.accept(connection, RetireReason.IDLE);
        surplus--;
      }
    }
  }

  /**
   * Returns for how long the connection that is out longest has been in use, in milliseconds;
   * negative if none is.
   */
  public long longestUseMillis(Moment now) {
    long longest = -1;
    for (PooledConnection connection : bag.values(STATE_IN_USE)) {
      longest = Math.max(Math.max(0, longest), now.millisSince(connection.takenAt()));
    }
    return longest;
  }
}
