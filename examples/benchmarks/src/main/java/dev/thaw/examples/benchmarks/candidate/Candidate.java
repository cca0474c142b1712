package dev.thaw.examples.benchmarks.candidate;

import java.sql.Connection;
import java.sql.SQLException;

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

  /** Ends it with all its connections. */
  @Override
  void close();
}
