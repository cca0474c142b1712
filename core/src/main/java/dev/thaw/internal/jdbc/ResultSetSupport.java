package dev.thaw.internal.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** What the handles of results do besides passing calls on. */
abstract class ResultSetSupport extends Handle<ResultSet> implements ResultSet {
  private @Nullable StatementSupport<?> statement;

  /** Creates a handle of a result, without a statement if it comes from the metadata. */
  ResultSetSupport(
      BorrowedConnection connection, ResultSet driver, @Nullable StatementSupport<?> statement) {
    super(connection, driver);
    this.statement = statement;
  }

  /** Checks that a row may be changed, for which the driver executes a statement of its own. */
  final void beforeExecute(int traits) throws SQLException {
    if (statement != null) {
      statement.beforeExecute(traits);
    } else {
      beforeSend();
    }
  }

  final void afterExecute() throws SQLException {
    if (statement != null) {
      statement.afterExecute();
    }
  }

  @Override
  public final Statement getStatement() throws SQLException {
    check();
    Statement known;
    try {
      known = driver.getStatement();
    } catch (SQLException | RuntimeException e) {
      throw failed(e);
    }
    if (statement == null) {
      // The driver has none for some results of metadata; one of the connection leads back to it.
      statement =
          known == null
              ? (StatementSupport<?>) connection().createStatement()
              : connection().opened(new StatementHandle<>(connection(), known, 0));
    }
    return statement;
  }

  @Override
  public final void close() throws SQLException {
    if (connection().isOver()) {
      return;
    }
    try {
      driver.close();
      if (statement != null) {
        statement.resultClosed();
      }
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  @Override
  public final boolean isClosed() throws SQLException {
    if (connection().isOver()) {
      return true;
    }
    try {
      return driver.isClosed();
    } catch (SQLException | RuntimeException e) {
      throw failed(e);
    }
  }
}
