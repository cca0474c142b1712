package dev.thaw.internal.mysql;

import dev.thaw.Deadline;
import dev.thaw.internal.net.ChannelSocket;
import dev.thaw.internal.util.SupplierFailedException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What bounds a session, and whether its borrower has run into the deadline of the use.
 *
 * <p>For one thread at a time, except for {@link #takeMissed()}.
 */
final class UseDeadline {
  private final ChannelSocket socket;
  private @Nullable Deadline bound;
  private boolean ofUse;
  private volatile boolean missed;

  UseDeadline(ChannelSocket socket) {
    this.socket = socket;
  }

  /** Bounds a use. */
  void begin(Deadline value) {
    set(value, true);
  }

  /** Bounds what this library does itself, or ends the bound with {@code null}. */
  void limit(@Nullable Deadline value) {
    set(value, false);
  }

  private void set(@Nullable Deadline value, boolean use) {
    bound = value;
    ofUse = use;
    socket.deadline(value);
  }

  @Nullable Deadline get() {
    return bound;
  }

  /**
   * Returns whether a call comes too late.
   *
   * @throws SQLException if the deadline cannot be asked
   */
  boolean hasPassed() throws SQLException {
    Deadline present = bound;
    try {
      boolean passed = present != null && present.hasPassed();
      missed |= passed && ofUse;
      return passed;
    } catch (SupplierFailedException e) {
      throw new SQLException(e.getMessage() + ": nothing was sent", "HY000", e);
    }
  }

  /**
   * Returns whether the deadline of the use has ended a read or a write: no network timeout, query
   * timeout or limit of this library's own, which end earlier.
   */
  boolean hasCutOff() {
    Deadline present = bound;
    try {
      boolean cutOff = ofUse && socket.hasTimedOut() && present != null && present.hasPassed();
      missed |= cutOff;
      return cutOff;
    } catch (SupplierFailedException e) {
      return false;
    }
  }

  /** Notes a call that has waited for another thread until the deadline. */
  SQLTimeoutException missed(SQLTimeoutException e) {
    missed = ofUse;
    return e;
  }

  /** Returns whether a call has run into the deadline since this was asked last. */
  boolean takeMissed() {
    boolean taken = missed;
    missed = false;
    return taken;
  }
}
