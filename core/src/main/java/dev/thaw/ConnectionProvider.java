package dev.thaw;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Gives out MySQL connections that are reused from one invocation to the next.
 *
 * <p>Keep one provider in a static field and take a connection for each piece of work; closing the
 * connection gives it back. Implementations are safe for use by several threads.
 */
public interface ConnectionProvider extends AutoCloseable {

  /**
   * Returns a working connection, waiting at most the provider's acquire timeout.
   *
   * @return a connection that the caller must close, which gives it back
   * @throws java.sql.SQLInvalidAuthorizationSpecException if the server refused the login
   * @throws java.sql.SQLTimeoutException if the acquire timeout passed
   * @throws java.sql.SQLTransientConnectionException if a later call may succeed, for example when
   *     the server has too many connections
   * @throws java.sql.SQLNonTransientConnectionException if the provider is closed or cannot connect
   *     as it is set up
   * @throws SQLException if the database fails otherwise
   */
  Connection get() throws SQLException;

  /**
   * Returns a working connection within the given deadline, which also bounds each later read on
   * the connection until it is given back.
   *
   * @param deadline bounds the wait for the pool, the fetch of a secret, TCP, TLS, login,
   *     validation and retries together
   * @return a connection that the caller must close, which gives it back
   * @throws SQLException as {@link #get()} does
   */
  Connection get(Deadline deadline) throws SQLException;

  /**
   * Returns a view of this provider for libraries that take a {@link DataSource}.
   *
   * @return a data source whose {@code getConnection()} is {@link #get()}; always the same one
   */
  DataSource asDataSource();

  /**
   * Takes a connection and asks the server for an answer.
   *
   * @return what was found; a failure, also a library that cannot be loaded, is a report and never
   *     an exception
   * @throws VirtualMachineError if the JVM itself fails
   */
  HealthReport check();

  /**
   * Tells, without any I/O, whether a connection to the database has been made and the provider has
   * not been closed since.
   *
   * @return whether the provider is connected
   */
  boolean isActive();

  /** Returns the numbers of this provider as they are now, without any I/O. */
  ProviderStats stats();

  /**
   * Loads ahead what the first connection needs, and opens one if the database can be reached.
   * Meant for the init phase or the time before a snapshot. Neither a database out of reach nor a
   * library that cannot be loaded is an error.
   *
   * @throws VirtualMachineError if the JVM itself fails
   */
  void warmUp();

  /** Closes every connection; later calls of {@link #get()} fail at once. Idempotent. */
  @Override
  void close();
}
