package dev.thaw.testing.internal.connection;

import dev.thaw.internal.jdbc.BorrowedConnection;
import java.sql.Connection;
import java.sql.SQLException;

/** Knows whether the server is within a transaction. */
final class Transactions {
  private Transactions() {}

  /**
   * Returns whether the server said with its last answer that a transaction is open: the flag
   * {@code SERVER_STATUS_IN_TRANS}, which comes with every OK packet
   * (https://dev.mysql.com/doc/dev/mysql-server/latest/mysql__com_8h.html). No round trip.
   *
   * <p>The driver's own connection says it too, but a pool cannot keep a connection whose driver
   * object was handed out.
   */
  static boolean isOpen(Connection connection) throws SQLException {
    return !connection.isClosed()
        && connection.isWrapperFor(BorrowedConnection.class)
        && connection.unwrap(BorrowedConnection.class).session().isInTransaction();
  }
}
