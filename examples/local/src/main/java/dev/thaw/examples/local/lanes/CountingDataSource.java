package dev.thaw.examples.local.lanes;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A data source that counts logins. Thread-safe. */
final class CountingDataSource implements DataSource {
  private static final String INVALID_AUTHORIZATION = "28000";

  private final DataSource database;
  private final Runnable counted;
  private final AtomicLong opened = new AtomicLong();
  private final AtomicLong refusedLogins = new AtomicLong();

  /**
   * Creates a data source.
   *
   * @param database what opens the connections
   * @param counted called after each change
   */
  CountingDataSource(DataSource database, Runnable counted) {
    this.database = database;
    this.counted = counted;
  }

  long opened() {
    return opened.get();
  }

  long refusedLogins() {
    return refusedLogins.get();
  }

  @Override
  public Connection getConnection() throws SQLException {
    try {
      Connection connection = database.getConnection();
      opened.incrementAndGet();
      return connection;
    } catch (SQLException e) {
      if (INVALID_AUTHORIZATION.equals(e.getSQLState())) {
        refusedLogins.incrementAndGet();
      }
      throw e;
    } finally {
      counted.run();
    }
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    throw new SQLException("this data source has its own user");
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return database.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    database.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    database.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return database.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getLogger(Logger.GLOBAL_LOGGER_NAME);
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return database.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return database.isWrapperFor(type);
  }
}
