package dev.thaw;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Lends out MySQL connections and reuses them from one invocation to the next.
 *
 * <p>Keep one provider in a static field and take a connection for each piece of work; closing the
 * connection returns it to the provider. Implementations are thread-safe.
 */
public interface ConnectionProvider extends AutoCloseable {

  /**
   * Returns a working connection, waiting at most the provider's acquire timeout.
   *
   * <p>A deadline that is in force for the thread ({@link Deadline#enter()}) bounds the wait, too,
   * and the use of the connection as that of {@link #get(Deadline)} does.
   *
   * @return a connection that the caller must close, which returns it to the provider
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
   * Returns a working connection within the given deadline, which also bounds the use of the
   * connection until it is returned: nothing is sent after it. If another one is in force for the
   * thread ({@link Deadline#enter()}), the earlier one counts.
   *
   * @param deadline bounds the wait for the pool, the fetch of a secret, TCP, TLS, login,
   *     validation and retries together
   * @return a connection that the caller must close, which returns it to the provider
   * @throws SQLException as {@link #get()} does
   */
  Connection get(Deadline deadline) throws SQLException;

  /**
   * Returns a view of this provider for libraries that take a {@link DataSource}.
   *
   * @return a data source whose {@code getConnection()} is {@link #get()}, with the deadline that
   *     is in force for the thread; always the same one
   */
  DataSource asDataSource();

  /**
   * Checks that the server answers on a connection of this provider.
   *
   * @return the result; a failure, including that of a library to load, is reported and never
   *     thrown
   * @throws VirtualMachineError if the JVM itself fails
   */
  HealthReport check();

  /**
   * Returns whether a connection to the database has been opened and the provider has not been
   * closed since. Does no I/O.
   *
   * @return whether the provider is connected
   */
  boolean isActive();

  /** Returns the current statistics of this provider. Does no I/O. */
  ProviderStats stats();

  /**
   * Loads the classes that the first connection needs, and opens one if the database can be
   * reached. Intended for the init phase or the time before a snapshot. Neither a database that
   * cannot be reached nor a library that cannot be loaded is an error; the stock provider logs a
   * warning then.
   *
   * <p>The first warm-up of the stock provider connects, up to the login, while it obtains the
   * credentials, where the host is set in the builder or by {@code DB_HOST}. It waits for the
   * database 5 seconds at most, or the acquire timeout if that is shorter. Where AWS Lambda says
   * that a snapshot comes ({@code AWS_LAMBDA_INITIALIZATION_TYPE} is {@code snap-start}) it takes
   * up to 10 seconds instead of 5, and does what the first use after the restore has to do ten
   * times more, so that it is compiled: the source forgets its credentials and obtains them anew, a
   * second connection is opened, executes {@code SELECT 1} and is closed. It ends with the first
   * failure. Statistics and listeners count all of it. Connections that are in use meanwhile are
   * left alone.
   *
   * @throws VirtualMachineError if the JVM itself fails
   */
  void warmUp();

  /** Closes every connection; later calls of {@link #get()} fail immediately. Idempotent. */
  @Override
  void close();
}
