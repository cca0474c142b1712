package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.internal.mysql.ForwardingConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/** A connection as the application has it: closing it gives it back, once. */
final class BorrowedConnection extends ForwardingConnection {
  // An atomic object of its own would be one more allocation for each get.
  private static final AtomicIntegerFieldUpdater<BorrowedConnection> CLOSED =
      AtomicIntegerFieldUpdater.newUpdater(BorrowedConnection.class, "closed");

  private final Lender lender;
  private final ManagedConnection managed;
  private final long use;
  private volatile int closed;

  BorrowedConnection(Lender lender, Connection proxy, ManagedConnection managed, long use) {
    super(proxy);
    this.lender = lender;
    this.managed = managed;
    this.use = use;
  }

  /**
   * Bounds each wait for the server by the deadline until the connection is given back. The network
   * timeout says so to the application too; it is for one read only, the deadline for all.
   */
  void bound(Deadline deadline) throws SQLException {
    try {
      long millis = Math.max(1, deadline.remaining().toMillis());
      managed.physical().deadline(deadline);
      setNetworkTimeout(Runnable::run, (int) Math.min(Integer.MAX_VALUE, millis));
    } catch (SQLException | RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public void close() throws SQLException {
    if (CLOSED.compareAndSet(this, 0, 1)) {
      lender.giveBack(delegate(), managed, use);
    }
  }

  @Override
  public boolean isClosed() throws SQLException {
    return closed != 0 || super.isClosed();
  }

  /** Hides the validity check of the managed connection, which never asks. */
  @Override
  public boolean isValid(int seconds) throws SQLException {
    if (seconds < 0) {
      throw new SQLException("seconds is " + seconds + ", allowed are 0 and more");
    }
    return !isClosed() && managed.physical().isValid(seconds);
  }

  @Override
  public String toString() {
    return managed.toString();
  }
}
