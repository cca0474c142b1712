package dev.thaw.internal.provider;

import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The open connections of a provider, taken and idle. Safe for use by several threads. */
final class ConnectionSet {
  private final Set<ManagedConnection> open = ConcurrentHashMap.newKeySet();

  /** Those that are open and those that are being opened. */
  private final AtomicInteger count = new AtomicInteger();

  private final int maxSize;
  private final int minIdle;
  private final long idleTimeoutMillis;

  /** A moment, on each clock, before which no connection that is idle was used last. */
  private volatile @Nullable Instants noneIdleBefore;

  ConnectionSet(int maxSize, int minIdle, Duration idleTimeout) {
    this.maxSize = maxSize;
    // The last connection stays in any case: the next invocation would have to open it again.
    this.minIdle = Math.max(1, minIdle);
    this.idleTimeoutMillis = idleTimeout.toMillis();
  }

  /**
   * Reserves room for one more connection, for {@link #add} or {@link #giveUp}.
   *
   * @return false if there are as many as there may be
   */
  boolean reserve() {
    return count.getAndUpdate(n -> n < maxSize ? n + 1 : n) < maxSize;
  }

  /** Adds a connection for which room was reserved. */
  void add(ManagedConnection connection) {
    open.add(connection);
  }

  /** Gives back the room for a connection that did not come about. */
  void giveUp() {
    count.decrementAndGet();
  }

  void remove(ManagedConnection connection) {
    if (open.remove(connection)) {
      count.decrementAndGet();
    }
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /**
   * Marks every connection, taken ones too, as leading to a server that is no longer the writer: it
   * answers a ping, but is of no use. Idle ones are closed now, the others at return.
   */
  void outdateAll() {
    open.forEach(connection -> connection.unfit(RetireReason.READ_ONLY));
    retireIdle(RetireReason.READ_ONLY);
  }

  /** Makes every idle connection prove itself before its next use. */
  void suspectIdle() {
    open.forEach(ManagedConnection::suspect);
  }

  void retireIdle(RetireReason reason) {
    open.forEach(connection -> connection.retireIdle(reason));
  }

  /** Closes all: idle ones politely, taken ones at once. */
  void retireAll(RetireReason reason) {
    retireIdle(reason);
    open.forEach(connection -> connection.retire(reason, false));
  }

  /** Closes connections that have been idle too long, as far as enough others are left. */
  void trim(long wallMillis, long nanos) {
    if (idleTimeoutMillis == 0 || open.size() <= minIdle || noneIsDue(wallMillis, nanos)) {
      return;
    }
    int idle = countIdle(wallMillis, nanos);
    if (noneIsDue(wallMillis, nanos)) {
      return;
    }
    for (ManagedConnection connection : open) {
      if (idle <= minIdle) {
        return;
      }
      // Asked in this order: what its last user wrote is seen once it is seen to be idle.
      if (connection.isIdle()
          && connection.millisIdle(wallMillis, nanos) > idleTimeoutMillis
          && connection.retireIdle(RetireReason.IDLE)) {
        idle--;
      }
    }
  }

  private boolean noneIsDue(long wallMillis, long nanos) {
    Instants moment = noneIdleBefore;
    // Had the wall clock been set back, connections may be idle since before that moment.
    return moment != null
        && wallMillis >= moment.wallMillis()
        && moment.millisUntil(wallMillis, nanos) <= idleTimeoutMillis;
  }

  /** Counts the idle connections, and notes since when the longest of them is. */
  private int countIdle(long wallMillis, long nanos) {
    int idle = 0;
    long longestWall = 0;
    long longestNanos = 0;
    for (ManagedConnection connection : open) {
      if (connection.isIdle()) {
        idle++;
        longestWall = Math.max(longestWall, wallMillis - connection.usedWallMillis());
        longestNanos = Math.max(longestNanos, nanos - connection.usedNanos());
      }
    }
    noneIdleBefore = new Instants(wallMillis - longestWall, nanos - longestNanos);
    return idle;
  }

  void copyTo(ProviderStats.Builder stats) {
    int active = 0;
    int idle = 0;
    for (ManagedConnection connection : open) {
      if (connection.isTaken()) {
        active++;
      } else if (connection.isIdle()) {
        idle++;
      }
    }
    stats.active(active).idle(idle);
  }
}
