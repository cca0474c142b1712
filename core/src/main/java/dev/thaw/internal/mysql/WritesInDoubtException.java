package dev.thaw.internal.mysql;

import java.sql.SQLException;

/** A return could not commit what its borrower takes for committed by autocommit. */
public final class WritesInDoubtException extends SQLException {
  private static final long serialVersionUID = 1;

  WritesInDoubtException(SQLException cause) {
    super(
        "The writes of this use may be lost: the server had a transaction open that nobody has begun,"
            + " as when its default of autocommit has changed, and it could not be committed when the"
            + " connection was given back: "
            + cause.getMessage(),
        cause.getSQLState(),
        cause.getErrorCode(),
        cause);
  }
}
