package dev.thaw.testing.internal.connection;

import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.protocol.ServerSession;
import java.sql.Connection;
import java.sql.SQLException;

/** Knows whether the server is within a transaction. */
public final class Transactions {
  static {
    // On the module path, the driver's module is named after its file, so ours cannot require it.
    try {
      Class<?> driver = Class.forName("com.mysql.cj.jdbc.JdbcConnection");
      Transactions.class.getModule().addReads(driver.getModule());
    } catch (ClassNotFoundException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private Transactions() {}

  /**
   * Returns whether the server said with its last answer that a transaction is open: the flag
   * {@code SERVER_STATUS_IN_TRANS}, which comes with every OK packet
   * (https://dev.mysql.com/doc/dev/mysql-server/latest/mysql__com_8h.html). No round trip.
   *
   * <p>Thaw's connections have a view of it, since their pool does not keep one that was unwrapped.
   */
  public static boolean isOpen(Connection connection) throws SQLException {
    if (connection.isClosed()) {
      return false;
    }
    if (connection.isWrapperFor(ServerSession.class)) {
      return connection.unwrap(ServerSession.class).inTransactionOnServer();
    }
    return connection.isWrapperFor(JdbcConnection.class)
        && connection
            .unwrap(JdbcConnection.class)
            .getSession()
            .getServerSession()
            .inTransactionOnServer();
  }
}
