package dev.thaw.examples.local.lanes;

import com.mysql.cj.jdbc.MysqlDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;

/** MySQL's data source, which counts logins. Thread-safe. */
final class CountingDataSource extends MysqlDataSource {
  private static final long serialVersionUID = 1L;
  private static final String INVALID_AUTHORIZATION = "28000";

  private final transient Runnable counted;
  private final AtomicLong opened = new AtomicLong();
  private final AtomicLong refusedLogins = new AtomicLong();

  /** Creates a data source that calls {@code counted} after each change. */
  CountingDataSource(Runnable counted) {
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
      Connection connection = super.getConnection();
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
}
