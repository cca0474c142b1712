package dev.thaw.internal.mysql;

import java.sql.SQLException;

/** What a borrower takes for committed by autocommit could not be committed. */
public final class WritesInDoubtException extends SQLException {
  private static final long serialVersionUID = 1;

  WritesInDoubtException(SQLException cause) {
    super(
        "The writes of this use may be lost: the server had a transaction open that no statement of"
            + " this use has begun, as when its default of autocommit has changed, and it could not be"
            + " committed: "
            + cause.getMessage(),
        cause.getSQLState(),
        cause.getErrorCode(),
        cause);
  }
}
