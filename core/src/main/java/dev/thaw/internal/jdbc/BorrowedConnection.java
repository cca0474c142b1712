package dev.thaw.internal.jdbc;

import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A connection as its borrower sees it. It and all that it leads to can be used until the borrow is
 * over: the borrower has closed or aborted it, or it was ended from outside.
 */
public final class BorrowedConnection extends ForwardingConnection {
  private static final String ILLEGAL_ARGUMENT = "S1009";

  // One borrow is to cost one object, so the two are no objects of their own.
  private static final AtomicIntegerFieldUpdater<BorrowedConnection> OVER =
      AtomicIntegerFieldUpdater.newUpdater(BorrowedConnection.class, "over");
  private static final AtomicReferenceFieldUpdater<BorrowedConnection, OpenStatements> STATEMENTS =
      AtomicReferenceFieldUpdater.newUpdater(
          BorrowedConnection.class, OpenStatements.class, "statements");

  /** Read by all handles; see {@link #session()}. */
  final DriverSession session;

  private final BorrowOwner owner;
  private volatile int over;
  private volatile @Nullable OpenStatements statements;

  /** Creates a connection that uses a session until it goes back to its owner. */
  public BorrowedConnection(DriverSession session, BorrowOwner owner) {
    super(session.connection());
    this.session = session;
    this.owner = owner;
  }

  /** Ends the borrow: from now on all handles refuse. Returns whether this call ended it. */
  public boolean end() {
    return OVER.compareAndSet(this, 0, 1);
  }

  /** Returns whether the borrow is over. */
  public boolean isOver() {
    return over != 0;
  }

  /**
   * Closes the statements that the borrower left open, whether the borrow is over or not.
   *
   * @throws SQLException what the first statement threw that could not be closed; all were tried
   */
  public void closeStatements() throws SQLException {
    SQLException first = null;
    StatementSupport<?> statement;
    while ((statement = takeOpen()) != null) {
      try {
        statement.closeDriver();
      } catch (SQLException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private @Nullable StatementSupport<?> takeOpen() {
    OpenStatements open = statements;
    return open == null ? null : open.take();
  }

  /** Returns whether statements may be open that the borrower has not closed. */
  public boolean hasStatements() {
    return statements != null;
  }

  /** Returns the number of statements that are not closed yet. */
  int openStatements() {
    OpenStatements open = statements;
    return open == null ? 0 : open.count();
  }

  /**
   * Keeps a statement until it is closed. It is declared as an interface, so that the verifier need
   * not load the handles of prepared statements for a class that may create one.
   */
  <S extends Statement> S opened(S handle) throws SQLException {
    StatementSupport<?> statement = (StatementSupport<?>) handle;
    if (statements == null) {
      STATEMENTS.compareAndSet(this, null, new OpenStatements());
    }
    Objects.requireNonNull(statements).add(statement);
    if (isOver()) {
      // Ended meanwhile by another thread, which may have closed the others already.
      statement.closeDriver();
      throw over();
    }
    return handle;
  }

  void closed(StatementSupport<?> statement) {
    OpenStatements open = statements;
    if (open != null) {
      open.remove(statement);
    }
  }

  /** Notes that an object of the driver is handed out. */
  void exposed() throws SQLException {
    session.exposed();
    owner.exposed(this);
  }

  @Override
  public void close() throws SQLException {
    if (end()) {
      owner.release(this);
    }
  }

  @Override
  public void abort(Executor executor) throws SQLException {
    require(executor != null, "An abort needs an executor");
    if (end()) {
      owner.abort(this);
    }
  }

  @Override
  public boolean isClosed() throws SQLException {
    if (isOver()) {
      return true;
    }
    try {
      return driver.isClosed();
    } catch (SQLException | RuntimeException e) {
      throw failed(e);
    }
  }

  @Override
  public boolean isValid(int seconds) throws SQLException {
    require(seconds >= 0, "The time that a check may take must not be negative");
    if (isOver()) {
      return false;
    }
    try {
      return session.isValid(seconds);
    } catch (SQLException | RuntimeException e) {
      throw failed(e);
    }
  }

  @Override
  public void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
    check();
    require(executor != null, "A network timeout needs an executor");
    require(milliseconds >= 0, "A network timeout must not be negative");
    try {
      session.setNetworkTimeout(milliseconds, () -> !isOver());
    } catch (SQLException | RuntimeException e) {
      throw failed(e);
    }
    check();
  }

  /** Returns the driver's own map, which can be changed. */
  @Override
  public Map<String, Class<?>> getTypeMap() throws SQLException {
    check();
    session.driverStateChanged();
    try {
      return driver.getTypeMap();
    } catch (SQLException | RuntimeException e) {
      throw failed(e);
    }
  }

  @Override
  public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
    check();
    session.driverStateChanged();
    try {
      driver.setTypeMap(map);
    } catch (SQLException | RuntimeException e) {
      throw failed(e);
    }
  }

  @Override
  public void setClientInfo(String name, String value) throws SQLClientInfoException {
    beforeClientInfo();
    try {
      driver.setClientInfo(name, value);
    } catch (SQLException | RuntimeException e) {
      throw clientInfo(failed(e));
    }
  }

  @Override
  public void setClientInfo(Properties properties) throws SQLClientInfoException {
    beforeClientInfo();
    try {
      driver.setClientInfo(properties);
    } catch (SQLException | RuntimeException e) {
      throw clientInfo(failed(e));
    }
  }

  private void beforeClientInfo() throws SQLClientInfoException {
    try {
      beforeSend();
    } catch (SQLException e) {
      throw clientInfo(e);
    }
    session.driverStateChanged();
  }

  private static SQLClientInfoException clientInfo(SQLException e) {
    return e instanceof SQLClientInfoException known
        ? known
        : new SQLClientInfoException(
            e.getMessage(), e.getSQLState(), e.getErrorCode(), Map.of(), e);
  }

  private static void require(boolean holds, String otherwise) throws SQLException {
    if (!holds) {
      throw new SQLException(otherwise, ILLEGAL_ARGUMENT);
    }
  }
}
