package dev.thaw.internal.mysql;

import java.sql.SQLException;

/**
 * A transaction that the server opens for a write though autocommit is on for all that the borrower
 * and the driver know: the server's default was changed since its variables were read, and its
 * flags did not say so at the login (MySQL bug 66884).
 */
final class UnseenTransaction {
  private UnseenTransaction() {}

  /** Returns whether one may be open; whether it is, {@link #commit} asks. */
  static boolean maybe(MysqlSession session) {
    return SessionRestore.isInTransaction(session) && session.use().isBelieved();
  }

  /**
   * Commits what autocommit would have kept, before the borrower is told that it is stored, and
   * switches autocommit on. Costs nothing where there is no such transaction.
   *
   * @throws WritesInDoubtException if that is not possible
   */
  static void keep(MysqlSession session) throws WritesInDoubtException {
    if (!session.use().wrote || !session.server().isAutoCommit() || !maybe(session)) {
      return;
    }
    try {
      if (commit(session)) {
        session.execute("SET autocommit=1");
      }
    } catch (SQLException e) {
      throw new WritesInDoubtException(session.failed(e));
    }
  }

  /**
   * Commits one.
   *
   * @return false if there is none, since autocommit is on
   */
  static boolean commit(MysqlSession session) throws SQLException {
    if (session.isAutocommitAtServer()) {
      return false;
    }
    session.execute("COMMIT");
    return true;
  }
}
