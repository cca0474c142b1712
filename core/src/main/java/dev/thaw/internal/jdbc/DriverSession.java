package dev.thaw.internal.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One session at the server, as the handles of its borrower use it.
 *
 * <p>What {@link #cancel}, {@link #isValid} and the setters and getters throw goes through {@link
 * #failed}, as if the driver had thrown it; what {@link #beforeSend}, {@link #begin} and {@link
 * #beforeExecute} throw does not. A setter is called after {@link #beforeSend}, a getter and the
 * two others are not.
 */
public interface DriverSession {
  /** Returns the driver's connection. */
  Connection connection();

  /**
   * Prepares for a call that may send something other than a statement of the borrower.
   *
   * @throws java.sql.SQLTimeoutException if the deadline has passed; nothing was sent then
   */
  void beforeSend() throws SQLException;

  /**
   * Begins the execution of a statement, once no other thread executes one; sends nothing. If it
   * returns, {@link #afterExecute} follows on the same thread, and a return of the connection by
   * another thread until then is noticed there.
   *
   * @param queryTimeoutSeconds the time that the borrower allows it, 0 for no limit
   * @throws java.sql.SQLTimeoutException if the deadline has passed
   */
  void begin(int queryTimeoutSeconds) throws SQLException;

  /**
   * Prepares the session for the statement that was begun.
   *
   * @param traits what the statement may do, of {@link SqlTraits}
   */
  void beforeExecute(int traits) throws SQLException;

  /**
   * Notes that the execution of a statement has ended, with a result or an exception.
   *
   * @throws SQLException if it was ended at the server and the driver does not know
   */
  void afterExecute() throws SQLException;

  /** Records that the driver failed and returns what the borrower is told. */
  SQLException failed(SQLException e);

  /** Notes that an object of the driver was handed out, which can change the session unseen. */
  void exposed() throws SQLException;

  /**
   * Ends the statement that another thread executes now.
   *
   * @param meant whether it is the statement that is to be ended, asked once a return of the
   *     connection would notice this call
   */
  void cancel(BooleanSupplier meant) throws SQLException;

  /**
   * Returns an object of the driver that tells of the session and leads to nothing that can change
   * it, or {@code null} if there is none of the type.
   */
  <T> @Nullable T view(Class<T> type);

  /** Returns whether the server answers within the given time, 0 for no limit. */
  boolean isValid(int seconds) throws SQLException;

  /**
   * Does what {@link Connection#setNetworkTimeout} says, on the calling thread.
   *
   * @param meant whether the borrower may still do so, asked when a next one cannot have begun
   */
  void setNetworkTimeout(int milliseconds, BooleanSupplier meant) throws SQLException;

  /** Does what {@link Connection#setAutoCommit} says. */
  void setAutoCommit(boolean on) throws SQLException;

  /** Does what {@link Connection#getAutoCommit} says. */
  boolean getAutoCommit() throws SQLException;

  /** Does what {@link Connection#commit} says. */
  void commit() throws SQLException;

  /** Does what {@link Connection#rollback()} says. */
  void rollback() throws SQLException;

  /** Does what {@link Connection#rollback(Savepoint)} says. */
  void rollback(Savepoint savepoint) throws SQLException;

  /** Does what {@link Connection#setTransactionIsolation} says. */
  void setTransactionIsolation(int level) throws SQLException;

  /** Does what {@link Connection#getTransactionIsolation} says. */
  int getTransactionIsolation() throws SQLException;

  /** Does what {@link Connection#setReadOnly} says. */
  void setReadOnly(boolean on) throws SQLException;

  /** Does what {@link Connection#isReadOnly} says. */
  boolean isReadOnly() throws SQLException;

  /** Does what {@link Connection#setCatalog} says. */
  void setCatalog(@Nullable String name) throws SQLException;

  /** Does what {@link Connection#getCatalog} says. */
  @Nullable String getCatalog() throws SQLException;

  /** Does what {@link Connection#setSchema} says. */
  void setSchema(@Nullable String name) throws SQLException;

  /** Does what {@link Connection#getSchema} says. */
  @Nullable String getSchema() throws SQLException;

  /**
   * Notes that the driver's connection keeps something of the borrower that no reset of the session
   * at the server undoes: client info, a type map.
   */
  void driverStateChanged();
}
