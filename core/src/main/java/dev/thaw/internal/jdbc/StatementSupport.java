package dev.thaw.internal.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** What the handles of statements do besides passing calls on. */
abstract class StatementSupport<D extends Statement> extends Handle<D> implements Statement {
  /** The place among the open statements, or -1. Belongs to {@link OpenStatements}. */
  int position = -1;

  private final int ownTraits;
  private int addedTraits;
  private int queryTimeoutSeconds;
  private boolean closesOnCompletion;
  private @Nullable ResultSetHandle latest;
  private volatile boolean executing;

  /** Creates a handle of a statement whose text, if it has one of its own, has the given traits. */
  StatementSupport(BorrowedConnection connection, D driver, int traits) {
    super(connection, driver);
    ownTraits = traits;
  }

  final int ownTraits() {
    return ownTraits;
  }

  /** Returns what any of the statements of a batch may do. */
  final int batchTraits() {
    return ownTraits | addedTraits;
  }

  /** Checks that a statement may be executed. {@link #afterExecute} must follow. */
  final void beforeExecute(int traits) throws SQLException {
    check();
    session().begin(queryTimeoutSeconds);
    executing = true;
    boolean begun = false;
    try {
      // Given back by another thread since the check; from here on that one would have noticed.
      check();
      session().beforeExecute(traits);
      begun = true;
    } finally {
      if (!begun) {
        afterExecute();
      }
    }
  }

  final void afterExecute() throws SQLException {
    executing = false;
    try {
      session().afterExecute();
    } catch (SQLException e) {
      closeResult();
      throw e;
    }
  }

  /**
   * Closes a result that the borrower will not see: the driver executes nothing beside a stream.
   */
  private void closeResult() {
    try {
      ResultSet result = driver.getResultSet();
      if (result != null) {
        readToEnd(result);
        result.close();
      }
    } catch (SQLException | RuntimeException e) {
      // Of the statement that was ended, which the borrower is told of.
      return;
    }
  }

  /**
   * Reads a result to its end, which may be an error: a stream that meets it in {@code close()}
   * stays open in Connector/J 8.4.
   */
  private static void readToEnd(ResultSet result) {
    try {
      boolean more = true;
      while (more) {
        more = result.next();
      }
    } catch (SQLException | RuntimeException e) {
      return;
    }
  }

  /** Returns the handle of a result, the same for the same one. */
  final @Nullable ResultSet result(@Nullable ResultSet result) {
    if (result == null) {
      return null;
    }
    ResultSetHandle handle = latest;
    if (handle == null || handle.driver != result) {
      handle = new ResultSetHandle(connection(), result, this);
      latest = handle;
    }
    return handle;
  }

  /** Follows the driver, which closes the statement with its last result if it was told to. */
  final void resultClosed() throws SQLException {
    if (closesOnCompletion && driver.isClosed()) {
      connection().closed(this);
    }
  }

  @Override
  public final Connection getConnection() throws SQLException {
    check();
    return connection();
  }

  @Override
  public final void close() throws SQLException {
    if (!connection().isOver()) {
      closeDriver();
    }
  }

  /** Closes the driver's statement, whether the borrow is over or not. */
  final void closeDriver() throws SQLException {
    connection().closed(this);
    try {
      driver.close();
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

  @Override
  public final void closeOnCompletion() throws SQLException {
    check();
    try {
      driver.closeOnCompletion();
    } catch (SQLException | RuntimeException e) {
      throw failed(e);
    }
    closesOnCompletion = true;
  }

  @Override
  public final void addBatch(String sql) throws SQLException {
    check();
    addedTraits |= traits(sql);
    try {
      driver.addBatch(sql);
    } catch (SQLException | RuntimeException e) {
      throw failed(e);
    }
  }

  @Override
  public final void clearBatch() throws SQLException {
    check();
    try {
      driver.clearBatch();
    } catch (SQLException | RuntimeException e) {
      throw failed(e);
    }
    addedTraits = 0;
  }

  /** Ends what this statement executes now. The driver is not asked: it would log in for that. */
  @Override
  public final void cancel() throws SQLException {
    check();
    if (!executing) {
      return;
    }
    try {
      session().cancel(() -> executing);
    } catch (SQLException | RuntimeException e) {
      throw failed(e);
    }
  }

  /** Keeps the limit for the next execution. The driver would log in when it is reached. */
  @Override
  public final void setQueryTimeout(int seconds) throws SQLException {
    getQueryTimeout();
    if (seconds < 0) {
      throw new SQLException("A query timeout must be 0 or more, not " + seconds, "S1009");
    }
    queryTimeoutSeconds = seconds;
  }

  @Override
  public final int getQueryTimeout() throws SQLException {
    check();
    try {
      // Only to have a closed statement refused.
      driver.getQueryTimeout();
    } catch (SQLException | RuntimeException e) {
      throw failed(e);
    }
    return queryTimeoutSeconds;
  }
}
