package dev.thaw.internal.pool;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The data source that HikariCP opens connections from: it gives out those that a caller has opened
 * on its own thread and offered, and never opens one.
 */
final class OfferedConnections implements DataSource {
  private final Queue<Connection> offered = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Thread adder;

  void offer(Connection connection) {
    offered.add(connection);
  }

  /** Takes an offer back; false if the pool has it already. */
  boolean withdraw(Connection connection) {
    return offered.remove(connection);
  }

  /**
   * Ends the pause that HikariCP's only adding thread makes after each connection (30 ms,
   * HikariPool.PoolEntryCreator), if an offer waits for it. Its waiting for work may be interrupted
   * too: the executor just waits again. An interrupt that comes between the two makes it skip one
   * request, which the caller repeats.
   */
  void hurry() {
    Thread thread = adder;
    if (thread != null && !offered.isEmpty() && thread.getState() == Thread.State.TIMED_WAITING) {
      thread.interrupt();
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    adder = Thread.currentThread();
    Connection connection = offered.poll();
    if (connection == null) {
      throw new SQLTransientConnectionException("No connection is offered");
    }
    return connection;
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("The credentials come from the provider's source");
  }

  /** Returns the seconds that a shutdown of the pool waits for its adding thread. */
  @Override
  public int getLoginTimeout() {
    return 1;
  }

  @Override
  public void setLoginTimeout(int seconds) {
    // HikariCP sets it; what bounds a connect is the caller's deadline.
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {}

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("java.util.logging is not used");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("Wraps nothing");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
