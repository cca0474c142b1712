package dev.thaw.internal.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/** What the handle of metadata does besides passing calls on. */
abstract class DatabaseMetaDataSupport extends Handle<DatabaseMetaData>
    implements DatabaseMetaData {
  DatabaseMetaDataSupport(BorrowedConnection connection, DatabaseMetaData driver) {
    super(connection, driver);
  }

  @Override
  public final Connection getConnection() throws SQLException {
    check();
    return connection();
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
