package dev.thaw.examples.benchmarks.candidate;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A way to get connections, set up as the environment variables say.
 *
 * <p>Thread-safe.
 */
public interface Candidate extends AutoCloseable {
  /**
   * Returns a connection, which the caller closes.
   *
   * @throws SQLException if there is none
   */
  Connection get() throws SQLException;

  /**
   * Does before a snapshot what the first use would have to do after the restore; by default uses a
   * connection.
   *
   * @throws SQLException if there is none
   */
  default void prime() throws SQLException {
    try (Connection connection = get();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT 42");
    }
  }

  /** Ends it with all its connections. */
  @Override
  void close();
}
