package dev.thaw.internal.provider;

import dev.thaw.FailureKind;
import dev.thaw.RetireReason;
import dev.thaw.internal.mysql.ForwardingConnection;
import dev.thaw.internal.mysql.PhysicalConnection;
import java.sql.SQLException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection as the pool holds it, with what is needed to judge whether it may be reused.
 *
 * <p>Its uses are counted in one number, so that two threads agree on who has it: zero while the
 * thread that opened it hands it to the pool, even while idle, odd while taken, negative once
 * closed.
 */
final class ManagedConnection extends ForwardingConnection {
  private static final long NEW = 0;
  private static final long CLOSED = -1;

  private final PhysicalConnection physical;
  private final long credentialsSequence;
  private final Instants openedAt;
  private final BiConsumer<ManagedConnection, RetireReason> onRetire;
  private final AtomicLong uses = new AtomicLong();
  // Written by who has the connection, seen by others with the end of that use.
  private long takenWallMillis;
  private long takenNanos;
  private long usedWallMillis;
  private long usedNanos;
  private long provenWallMillis;
  private long provenNanos;
  private volatile boolean suspect;
  private volatile @Nullable RetireReason unfitReason;
  private volatile boolean catalogChanged;

  ManagedConnection(
      PhysicalConnection physical,
      long credentialsSequence,
      Instants openedAt,
      BiConsumer<ManagedConnection, RetireReason> onRetire) {
    super(physical.connection());
    this.physical = physical;
    this.credentialsSequence = credentialsSequence;
    this.openedAt = openedAt;
    this.takenWallMillis = openedAt.wallMillis();
    this.takenNanos = openedAt.nanos();
    this.usedWallMillis = openedAt.wallMillis();
    this.usedNanos = openedAt.nanos();
    this.provenWallMillis = openedAt.wallMillis();
    this.provenNanos = openedAt.nanos();
    this.onRetire = onRetire;
  }

  PhysicalConnection physical() {
    return physical;
  }

  long credentialsSequence() {
    return credentialsSequence;
  }

  Instants openedAt() {
    return openedAt;
  }

  /** Records that the connection is known to be open; a return alone proves nothing. */
  void provenAt(long wallMillis, long nanos) {
    provenWallMillis = wallMillis;
    provenNanos = nanos;
  }

  /** Tells whether the connection was proven less than the given time ago, by both clocks. */
  boolean isProvenWithin(long millis, long wallMillis, long nanos) {
    return (nanos - provenNanos) / 1_000_000 < millis && wallMillis - provenWallMillis < millis;
  }

  /** Records the beginning of a use. */
  void takenAt(long wallMillis, long nanos) {
    takenWallMillis = wallMillis;
    takenNanos = nanos;
  }

  /** Tells whether the use has not yet lasted the given time by the monotonic clock. */
  boolean isTakenWithin(long millis, long nanos) {
    return (nanos - takenNanos) / 1_000_000 < millis;
  }

  /** Returns when the use began, on the wall clock. */
  long takenWallMillis() {
    return takenWallMillis;
  }

  /** Records the end of a use. */
  void usedAt(long wallMillis, long nanos) {
    usedWallMillis = wallMillis;
    usedNanos = nanos;
    // A write that all processors must see costs more than to look.
    if (suspect) {
      suspect = false;
    }
  }

  /** Returns when the last use ended, on the wall clock. */
  long usedWallMillis() {
    return usedWallMillis;
  }

  /** Returns when the last use ended, on the monotonic clock. */
  long usedNanos() {
    return usedNanos;
  }

  /** Returns how long the connection has been idle by the wall clock. */
  long wallMillisIdle(long wallMillis) {
    return wallMillis - usedWallMillis;
  }

  /** Returns how long the connection has been idle by the monotonic clock. */
  long monotonicMillisIdle(long nanos) {
    return (nanos - usedNanos) / 1_000_000;
  }

  /** Returns how long the connection has been idle by the clock on which that is longer. */
  long millisIdle(long wallMillis, long nanos) {
    return Math.max(wallMillisIdle(wallMillis), monotonicMillisIdle(nanos));
  }

  /** Marks an idle connection as one that must prove itself before it is used. */
  void suspect() {
    suspect = true;
  }

  /** Marks the connection, which somebody may have, as one that nobody may get any more. */
  void unfit(RetireReason reason) {
    unfitReason = reason;
  }

  /** Returns why nobody may get the connection any more, or {@code null}. */
  @Nullable RetireReason unfitReason() {
    return unfitReason;
  }

  boolean isSuspect() {
    return suspect;
  }

  boolean isUnused() {
    return uses.get() == NEW;
  }

  /** Leaves a connection that is still new to the pool, for others to take. */
  void leave() {
    uses.compareAndSet(NEW, 2);
  }

  /**
   * Begins a use.
   *
   * @return the number of the use, to end it with; negative if the connection is closed
   */
  long take() {
    // A connection that the pool gives out may still count as taken, by a thread that has just
    // given it back: then this use follows that one.
    long n = uses.get();
    while (n != CLOSED) {
      long use = n % 2 == 0 ? n + 1 : n + 2;
      if (uses.compareAndSet(n, use)) {
        return use;
      }
      n = uses.get();
    }
    return CLOSED;
  }

  void giveBack(long use) {
    uses.compareAndSet(use, use + 1);
  }

  /** Tells whether somebody has it, be it the thread that hands it to the pool. */
  boolean isTaken() {
    long n = uses.get();
    return n == NEW || n % 2 == 1;
  }

  boolean isIdle() {
    return isIdle(uses.get());
  }

  private static boolean isIdle(long n) {
    return n > NEW && n % 2 == 0;
  }

  /** Closes the connection if it is idle, politely; false if somebody has it, or is about to. */
  boolean retireIdle(RetireReason reason) {
    long n = uses.get();
    if (!isIdle(n) || !uses.compareAndSet(n, CLOSED)) {
      return false;
    }
    physical.close();
    onRetire.accept(this, reason);
    return true;
  }

  /** Closes the connection whoever has it; politely, or at once if its peer may be silent. */
  void retire(RetireReason reason, boolean polite) {
    if (uses.getAndSet(CLOSED) == CLOSED) {
      return;
    }
    if (polite) {
      physical.close();
    } else {
      physical.abort();
    }
    onRetire.accept(this, reason);
  }

  @Override
  public void setCatalog(String catalog) throws SQLException {
    catalogChanged = true;
    super.setCatalog(catalog);
  }

  @Override
  public void setSchema(String schema) throws SQLException {
    catalogChanged = true;
    super.setSchema(schema);
  }

  /**
   * Returns to the default schema, which HikariCP does only where it is told that schema's name.
   */
  void resetCatalog() throws SQLException {
    if (!catalogChanged) {
      return;
    }
    catalogChanged = false;
    String original = physical.endpoint().database();
    if (original.isEmpty()) {
      // MySQL has no statement that leaves the default schema.
      unfit(RetireReason.BROKEN);
    } else {
      super.setCatalog(original);
    }
  }

  /**
   * Returns true without asking: HikariCP validates what it gives out after half a second of
   * idleness, but the provider has a check of its own.
   */
  @Override
  public boolean isValid(int seconds) {
    return true;
  }

  @Override
  public boolean isClosed() {
    return uses.get() == CLOSED || physical.isClosed();
  }

  /** Called by the pool for a connection that it has evicted. */
  @Override
  public void close() {
    retire(faultReason(), physical.fault() == null);
  }

  /** Returns why a connection is retired that the pool has given up. */
  RetireReason faultReason() {
    return physical.fault() == FailureKind.READ_ONLY ? RetireReason.READ_ONLY : RetireReason.BROKEN;
  }

  @Override
  public void abort(Executor executor) throws SQLException {
    retire(RetireReason.BROKEN, false);
  }

  @Override
  public String toString() {
    return physical.toString();
  }
}
