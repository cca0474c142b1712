package dev.thaw.internal.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a borrower and an object of the driver, for as long as the connection is borrowed.
 *
 * <p>Each method asks {@link #check} first, calls the driver and hands what the driver threw to
 * {@link #failed}. Most are generated, see HandleGenerator.
 */
abstract class Handle<D extends Wrapper> implements Wrapper {
  private static final String CONNECTION_DOES_NOT_EXIST = "08003";
  private static final String COMMUNICATION_FAILED = "08S01";

  /** The driver's object. */
  final D driver;

  private final BorrowedConnection connection;

  /** Creates the handle of something that a connection led to. */
  Handle(BorrowedConnection connection, D driver) {
    this.connection = connection;
    this.driver = driver;
  }

  /** Creates the handle of a connection, which all others end with. */
  Handle(D driver) {
    this.connection = (BorrowedConnection) this;
    this.driver = driver;
  }

  final BorrowedConnection connection() {
    return connection;
  }

  /** Returns the session that the connection is of. */
  public final DriverSession session() {
    return connection.session;
  }

  /** Throws an exception if the connection is no longer borrowed. */
  final void check() throws SQLException {
    if (connection.isOver()) {
      throw over();
    }
  }

  /** Checks, for a call that may send something, that it may still be sent. */
  final void beforeSend() throws SQLException {
    check();
    session().beforeSend();
  }

  /** Records what the driver threw and returns what the borrower is told; an error is thrown on. */
  final SQLException failed(Throwable e) {
    if (e instanceof Error error) {
      // In the middle of an answer, perhaps: the next one that is read would be the rest of it.
      session().failed(new SQLException("The driver failed: " + e, COMMUNICATION_FAILED, e));
      throw error;
    }
    // The driver throws unchecked ones too: its own CJException, or after an abort from another
    // thread a NullPointerException.
    return session()
        .failed(
            e instanceof SQLException sql ? sql : new SQLException("The driver failed: " + e, e));
  }

  final SQLException over() {
    return new SQLException(
        this instanceof Connection
            ? "The connection was given back to its pool and can no longer be used; get another one"
            : "The connection was given back to its pool, so this "
                + noun()
                + " can no longer be used; close a connection after the last use of what it opened",
        CONNECTION_DOES_NOT_EXIST);
  }

  private String noun() {
    return this instanceof Statement
        ? "statement"
        : this instanceof ResultSet ? "result" : "metadata";
  }

  /** Returns the traits of a text. A text that is missing is for the driver to refuse. */
  static int traits(@Nullable String sql) {
    return sql == null ? 0 : SqlTraits.of(sql);
  }

  /** Returns this handle wherever it is what is asked for, so that its checks are not lost. */
  @Override
  public final <T> T unwrap(Class<T> type) throws SQLException {
    check();
    if (type == null) {
      throw new SQLException("The type to unwrap is null");
    }
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    T view = session().view(type);
    if (view != null) {
      return view;
    }
    if (!type.isInstance(driver)) {
      throw new SQLException("Neither Thaw's object nor the driver's is a " + type.getName());
    }
    connection.exposed();
    return type.cast(driver);
  }

  @Override
  public final boolean isWrapperFor(Class<?> type) throws SQLException {
    check();
    return type != null
        && (type.isInstance(this) || type.isInstance(driver) || session().view(type) != null);
  }

  @Override
  public final String toString() {
    String name = getClass().getSimpleName() + "@" + Integer.toHexString(hashCode());
    if (connection.isOver()) {
      return name + " (given back)";
    }
    try {
      // That of a prepared statement shows the text and its values.
      return name + " of " + driver;
    } catch (RuntimeException e) {
      return name;
    }
  }
}
