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

  void offer(Connection connection) {
    offered.add(connection);
  }

  boolean hasOffers() {
    return !offered.isEmpty();
  }

  /** Takes the given offer back, else any other, else returns {@code null}. */
  @Nullable Connection takeBack(Connection preferred) {
    return offered.remove(preferred) ? preferred : offered.poll();
  }

  /** Called by the one thread with which HikariCP adds connections. */
  @Override
  public Connection getConnection() throws SQLException {
    // HikariCP's thread pauses for 30 ms after each connection that it adds, and for longer and
    // longer while there is none (HikariPool.PoolEntryCreator). An interrupt makes it skip the
    // pause; the executor that it belongs to clears it before the next request.
    Thread.currentThread().interrupt();
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
