package dev.thaw.internal.mysql;

import com.mysql.cj.jdbc.JdbcConnection;
import dev.thaw.internal.net.ChannelSocket;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** The network timeout of a connection, which a former borrower cannot change. Thread-safe. */
final class NetworkTimeout {
  private final JdbcConnection driver;
  private final ChannelSocket socket;
  private final ReentrantLock changing = new ReentrantLock();

  NetworkTimeout(JdbcConnection driver, ChannelSocket socket) {
    this.driver = driver;
    this.socket = socket;
  }

  /**
   * Sets it.
   *
   * @param meant whether it may still be set, asked when no next use can have begun
   */
  void set(int milliseconds, BooleanSupplier meant) throws SQLException {
    changing.lock();
    try {
      if (meant.getAsBoolean()) {
        // Connector/J before 9.4 leaves it to the executor, and it would come after the borrow.
        driver.setNetworkTimeout(Runnable::run, milliseconds);
      }
    } finally {
      changing.unlock();
    }
  }

  /** Ends it with the use. */
  void off() throws SQLException {
    changing.lock();
    try {
      if (socket.getSoTimeout() != 0) {
        driver.setNetworkTimeout(Runnable::run, 0);
      }
    } finally {
      changing.unlock();
    }
  }
}
