package dev.thaw.internal.provider;

import dev.thaw.internal.mysql.PhysicalConnection;
import java.sql.SQLException;

/**
 * What a login does. What belongs to the application, as a listener or a clock, is only called once
 * the login is over.
 */
interface LoginWork {
  /**
   * Throws an exception if the login must not begin; asked when {@link PendingLogins#end()} knows
   * of it.
   */
  void admit() throws SQLException;

  /**
   * Logs in, on the thread of the login.
   *
   * @param login is told how far it has come, and tells until when it may go on
   */
  PhysicalConnection connect(PendingLogin login) throws SQLException;

  /**
   * Completes a connection, on the thread of the get that takes it, or of the login if none does;
   * closes it if that fails.
   */
  Connector.Opened opened(PhysicalConnection connection);

  /** Tells of a failure, on the thread of the get that waits, or of the login if none does. */
  void failed(SQLException failure);
}
