package dev.thaw.internal.provider;

import dev.thaw.internal.mysql.ForwardingConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A connection as the application has it: closing it gives it back, once. */
final class BorrowedConnection extends ForwardingConnection {
  private final Provider provider;
  private final Connection proxy;
  private final ManagedConnection managed;
  private final long use;
  private final AtomicBoolean closed = new AtomicBoolean();

  BorrowedConnection(Provider provider, Connection proxy, ManagedConnection managed, long use) {
    super(proxy);
    this.provider = provider;
    this.proxy = proxy;
    this.managed = managed;
    this.use = use;
  }

  ManagedConnection managed() {
    return managed;
  }

  @Override
  public void close() throws SQLException {
    if (closed.compareAndSet(false, true)) {
      provider.giveBack(proxy, managed, use);
    }
  }

  /** Hides the validity check of the managed connection, which never asks. */
  @Override
  public boolean isValid(int seconds) throws SQLException {
    if (seconds < 0) {
      throw new SQLException("seconds is " + seconds + ", allowed are 0 and more");
    }
    return !isClosed() && managed.physical().connection().isValid(seconds);
  }

  @Override
  public String toString() {
    return managed.toString();
  }
}
