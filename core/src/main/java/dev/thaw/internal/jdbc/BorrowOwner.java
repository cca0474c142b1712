package dev.thaw.internal.jdbc;

import java.sql.SQLException;

/** The place that a borrowed connection goes back to. */
public interface BorrowOwner {
  /** Takes back a connection whose borrow its borrower has ended. Called once at most. */
  void release(BorrowedConnection connection) throws SQLException;

  /** Notes that the borrower has got an object of the driver. */
  void exposed(BorrowedConnection connection);

  /** Takes back a connection that its borrower has aborted, in place of a release. */
  void abort(BorrowedConnection connection);
}
