package dev.thaw.testing.internal.connection;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A provider whose connections all work within one transaction, which is rolled back when it is
 * closed. What a user of a connection takes for a transaction is a savepoint within.
 *
 * <p>Thread-safe, but they share the one session at the server.
 */
public final class RollbackProvider extends ForwardingProvider {
  /** Gone if a statement commits implicitly, as DDL does. */
  private static final String START = "thaw_start_of_test";

  /** The statement that the server answers with when the savepoint is gone. */
  private static final int ER_SP_DOES_NOT_EXIST = 1305;

  private final ConnectionProvider provider;
  private final DataSource dataSource = new SimpleDataSource(this::get);
  private final AtomicInteger savepoints = new AtomicInteger();
  private @Nullable Connection session;
  private boolean closed;

  /** Creates a provider on top of one that has at least one connection. */
  public RollbackProvider(ConnectionProvider provider) {
    this.provider = provider;
  }

  @Override
  protected ConnectionProvider delegate() {
    return provider;
  }

  @Override
  public Connection get() throws SQLException {
    return new Participant(session()).proxy();
  }

  @Override
  public Connection get(Deadline deadline) throws SQLException {
    if (deadline.hasPassed()) {
      throw new SQLTimeoutException("The deadline has passed", "08001");
    }
    return get();
  }

  private synchronized Connection session() throws SQLException {
    if (closed) {
      throw new SQLNonTransientConnectionException("The connection provider is closed", "08003");
    }
    if (session == null) {
      Connection connection = provider.get();
      connection.setAutoCommit(false);
      execute(connection, "SAVEPOINT " + START);
      session = connection;
    }
    return session;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public DataSource asDataSource() {
    return dataSource;
  }

  /**
   * Rolls back and closes.
   *
   * @throws IllegalStateException if there is nothing left to roll back
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (provider) {
      if (session != null) {
        rollBack(session);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot roll the test back: " + e.getMessage(), e);
    }
  }

  /** Closes without a rollback of its own; the session's end is one. */
  public void closeAtOnce() {
    provider.close(); // also ends a get that holds the lock
    synchronized (this) {
      closed = true;
    }
  }

  private static void rollBack(Connection session) throws SQLException {
    try (session) {
      execute(session, "ROLLBACK TO SAVEPOINT " + START);
      session.rollback();
    } catch (SQLException e) {
      if (e.getErrorCode() == ER_SP_DOES_NOT_EXIST) {
        throw new IllegalStateException(
            "the test cannot be rolled back: a statement of it has committed, as CREATE, ALTER,"
                + " DROP, TRUNCATE and COMMIT do. Use Isolation.SCHEMA_PER_TEST for it.",
            e);
      }
      throw e;
    }
  }

  /** One of those who share the session. */
  private final class Participant extends ConnectionProxy {
    private final AtomicBoolean gone = new AtomicBoolean();
    private boolean autoCommit = true;
    private @Nullable Savepoint begin;

    Participant(Connection target) {
      super(target);
    }

    @Override
    @Nullable Object call(Method method, @Nullable Object[] arguments) throws Throwable {
      String name = method.getName();
      if (name.equals("isClosed")) {
        return gone.get() || target().isClosed();
      }
      if (name.equals("close")) {
        if (gone.compareAndSet(false, true)) {
          rollBackOwn();
        }
        return null;
      }
      if (gone.get()) {
        throw closed();
      }
      if (name.equals("getAutoCommit")) {
        return autoCommit;
      }
      if (name.equals("setAutoCommit")) {
        setAutoCommit(Boolean.TRUE.equals(arguments[0]));
        return null;
      }
      if (arguments.length == 0 && (name.equals("commit") || name.equals("rollback"))) {
        requireTransaction();
        if (name.equals("rollback")) {
          rollBackOwn();
        }
        begin();
        return null;
      }
      return passOn(method, arguments);
    }

    private void setAutoCommit(boolean on) throws SQLException {
      if (on != autoCommit) {
        autoCommit = on;
        begin = null;
        if (!on) {
          begin();
        }
      }
    }

    private void begin() throws SQLException {
      begin = target().setSavepoint("thaw_" + savepoints.incrementAndGet());
    }

    private void rollBackOwn() throws SQLException {
      if (begin != null && !target().isClosed()) {
        target().rollback(begin);
        begin = null;
      }
    }

    private void requireTransaction() throws SQLException {
      if (autoCommit) {
        throw new SQLException("Can't call commit or rollback when autocommit=true", "08003");
      }
    }
  }
}
