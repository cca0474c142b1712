package dev.thaw.internal.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/** What the handle of metadata does besides passing calls on. */
abstract class DatabaseMetaDataSupport extends Handle<DatabaseMetaData>
    implements DatabaseMetaData {
  private static final int UNKNOWN_COLUMN = 1054; // ER_BAD_FIELD_ERROR

  DatabaseMetaDataSupport(BorrowedConnection connection, DatabaseMetaData driver) {
    super(connection, driver);
  }

  @Override
  public final Connection getConnection() throws SQLException {
    check();
    return connection();
  }

  /**
   * Returns the driver's answer, or none from a server whose table of key words is not MySQL's, as
   * MariaDB's: Hibernate and Exposed ask before anything else, and would not work at all.
   */
  @Override
  public final String getSQLKeywords() throws SQLException {
    beforeSend();
    try {
      return driver.getSQLKeywords();
    } catch (Exception e) {
      SQLException failure = failed(e);
      if (failure.getErrorCode() == UNKNOWN_COLUMN) {
        return "";
      }
      throw failure;
    }
  }

  // The two that may not throw: constants of the driver, which need no connection.

  @Override
  public final int getDriverMajorVersion() {
    return driver.getDriverMajorVersion();
  }

  @Override
  public final int getDriverMinorVersion() {
    return driver.getDriverMinorVersion();
  }
}
