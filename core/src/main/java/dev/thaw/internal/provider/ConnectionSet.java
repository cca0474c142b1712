package dev.thaw.internal.provider;

import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The open connections of a provider, taken and idle. Safe for use by several threads. */
final class ConnectionSet {
  private final Set<ManagedConnection> open = ConcurrentHashMap.newKeySet();

  /** Those that are open and those that are being opened. */
  private final AtomicInteger count = new AtomicInteger();

  private final int maxSize;
  private final int minIdle;
  private final long idleTimeoutMillis;

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
  void trim(Instants now) {
    if (idleTimeoutMillis == 0 || open.size() <= minIdle) {
      return;
    }
    long idle = open.stream().filter(ManagedConnection::isIdle).count();
    for (ManagedConnection connection : open) {
      if (idle <= minIdle) {
        return;
      }
      if (now.millisSince(connection.lastUsedAt()) > idleTimeoutMillis
          && connection.retireIdle(RetireReason.IDLE)) {
        idle--;
      }
    }
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
