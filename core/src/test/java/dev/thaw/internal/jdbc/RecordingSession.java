package dev.thaw.internal.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A session and its owner, which write down what the handles do with them. */
final class RecordingSession implements DriverSession, BorrowOwner {
  /** What the borrower is told in place of what the driver threw. */
  final SQLException translated = new SQLException("translated");

  final SQLTimeoutException tooLate = new SQLTimeoutException("too late");

  final List<String> calls = new ArrayList<>();
  final List<SQLException> failures = new ArrayList<>();
  Connection connection;
  boolean late;

  /** Runs in calls of the session that begin an execution or change the network timeout. */
  Runnable meanwhile = () -> {};

  /** What the execution was ended with, without an error of the driver. */
  @Nullable SQLException ended;

  RecordingSession(Connection connection) {
    this.connection = connection;
  }

  private void note(String call, Object... arguments) {
    calls.add(call + List.of(arguments));
  }

  private void unlessLate() throws SQLTimeoutException {
    if (late) {
      throw tooLate;
    }
  }

  @Override
  public Connection connection() {
    return connection;
  }

  @Override
  public <T> @Nullable T view(Class<T> type) {
    return null;
  }

  @Override
  public void beforeSend() throws SQLException {
    note("beforeSend");
    unlessLate();
  }

  @Override
  public void begin(int queryTimeoutSeconds) throws SQLException {
    note("begin", queryTimeoutSeconds);
    meanwhile.run();
    unlessLate();
  }

  @Override
  public void beforeExecute(int traits) {
    note("beforeExecute", traits);
  }

  @Override
  public void afterExecute() throws SQLException {
    note("afterExecute");
    if (ended != null) {
      throw ended;
    }
  }

  @Override
  public SQLException failed(SQLException e) {
    failures.add(e);
    return translated;
  }

  @Override
  public void exposed() {
    note("exposed");
  }

  @Override
  public void cancel(BooleanSupplier meant) {
    note("cancel", meant.getAsBoolean());
  }

  @Override
  public boolean isValid(int seconds) {
    note("isValid", seconds);
    return true;
  }

  @Override
  public void setNetworkTimeout(int milliseconds, BooleanSupplier meant) throws SQLException {
    meanwhile.run();
    if (meant.getAsBoolean()) {
      connection.setNetworkTimeout(Runnable::run, milliseconds);
    }
  }

  @Override
  public void setAutoCommit(boolean on) {
    note("setAutoCommit", on);
  }

  @Override
  public boolean getAutoCommit() {
    note("getAutoCommit");
    return true;
  }

  @Override
  public void commit() {
    note("commit");
  }

  @Override
  public void rollback() {
    note("rollback");
  }

  @Override
  public void rollback(Savepoint savepoint) {
    note("rollback", savepoint);
  }

  @Override
  public void setTransactionIsolation(int level) {
    note("setTransactionIsolation", level);
  }

  @Override
  public int getTransactionIsolation() {
    note("getTransactionIsolation");
    return Connection.TRANSACTION_SERIALIZABLE;
  }

  @Override
  public void setReadOnly(boolean on) {
    note("setReadOnly", on);
  }

  @Override
  public boolean isReadOnly() {
    note("isReadOnly");
    return true;
  }

  @Override
  public void setCatalog(@Nullable String name) {
    note("setCatalog", String.valueOf(name));
  }

  @Override
  public String getCatalog() {
    note("getCatalog");
    return "catalog";
  }

  @Override
  public void setSchema(@Nullable String name) {
    note("setSchema", String.valueOf(name));
  }

  @Override
  public String getSchema() {
    note("getSchema");
    return "schema";
  }

  @Override
  public void driverStateChanged() {
    note("driverStateChanged");
  }

  @Override
  public void exposed(BorrowedConnection connection) {
    note("exposed by the borrow");
  }

  @Override
  public void release(BorrowedConnection connection) {
    note("release");
  }

  @Override
  public void abort(BorrowedConnection connection) {
    note("abort");
  }
}
