package dev.thaw.internal.mysql;

import com.mysql.cj.NativeSession;
import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.conf.RuntimeProperty;
import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.jdbc.StatementImpl;
import com.mysql.cj.protocol.ServerSession;
import com.mysql.cj.protocol.ServerSessionStateController.ServerSessionStateChanges;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChangesListener;
import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.internal.jdbc.DriverSession;
import dev.thaw.internal.jdbc.SqlTraits;
import dev.thaw.internal.net.Causes;
import dev.thaw.internal.net.ChannelSocket;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session of one connection, and what its present borrower may have changed in it.
 *
 * <p>For one thread at a time, except for {@link #cancel()}.
 */
public final class MysqlSession implements DriverSession, SessionStateChangesListener {
  /** Ends a statement that runs at the server, over another connection. */
  @FunctionalInterface
  public interface Canceller {
    /** Ends the running statement; the session stays. */
    void cancel() throws SQLException;
  }

  private static final Logger LOG = LoggerFactory.getLogger("dev.thaw.ConnectionProvider");
  private static final Duration AFTER_CANCEL = Duration.ofSeconds(1);

  private final JdbcConnection driver;
  private final NativeSession session;
  private final ServerSession server;
  private final ChannelSocket socket;
  private final RuntimeProperty<Boolean> localState;
  private final SessionUse use = new SessionUse();
  private volatile Canceller canceller = () -> {};
  private @Nullable String beforeWrite;
  private @Nullable Deadline deadline;
  private volatile @Nullable FailureKind fault;
  private volatile boolean executing;
  private volatile boolean cancelled;
  private boolean timedOut;
  private boolean own;

  MysqlSession(JdbcConnection driver, ChannelSocket socket, @Nullable String beforeWrite) {
    this.driver = driver;
    this.session = (NativeSession) driver.getSession();
    this.server = session.getServerSession();
    this.socket = socket;
    this.beforeWrite = beforeWrite;
    this.localState = driver.getPropertySet().getBooleanProperty(PropertyKey.useLocalSessionState);
  }

  /** Lets the driver tell of what the server says that changes in the session. */
  MysqlSession listening() {
    // The driver keeps its listeners weakly; this object lives as long as the connection.
    driver.getServerSessionStateController().addSessionStateChangesListener(this);
    return this;
  }

  @Override
  public JdbcConnection connection() {
    return driver;
  }

  NativeSession nativeSession() {
    return session;
  }

  ServerSession server() {
    return server;
  }

  SessionUse use() {
    return use;
  }

  /** Sets what ends a running statement when its query timeout is over. */
  public void canceller(Canceller value) {
    this.canceller = value;
  }

  /** Bounds everything that follows; {@code null} for no bound. */
  void deadline(@Nullable Deadline value) {
    deadline = value;
    socket.deadline(value);
  }

  @Nullable Deadline deadline() {
    return deadline;
  }

  /** Returns what made the connection unfit for reuse, or {@code null}. */
  @Nullable FailureKind fault() {
    return fault;
  }

  void fault(FailureKind kind) {
    if (fault == null) {
      fault = kind;
    }
  }

  /** Returns whether a statement of the borrower is running, as seen by any thread. */
  boolean isExecuting() {
    return executing;
  }

  @Override
  public void beforeSend() throws SQLException {
    Deadline bound = deadline;
    if (bound != null && bound.hasPassed()) {
      throw new SQLTimeoutException(
          "The deadline passed before this was sent: the server has not seen it, and the"
              + " connection is usable",
          "HYT00");
    }
    use.touched = true;
  }

  @Override
  public void beforeExecute(int traits, int queryTimeoutSeconds) throws SQLException {
    beforeSend();
    use.ended = false;
    if ((traits & SqlTraits.MAY_CHANGE_SESSION) != 0) {
      use.changed = true;
      if (use.showsFormerId()) {
        execute("SELECT LAST_INSERT_ID(0)");
        use.formerId = false;
      }
    }
    if ((traits & SqlTraits.WRITES) != 0) {
      beforeWrite();
    }
    cancelled = false;
    timedOut = false;
    executing = true;
    if (queryTimeoutSeconds > 0) {
      socket.alarm(
          System.nanoTime() + Duration.ofSeconds(queryTimeoutSeconds).toNanos(), this::timeOut);
    }
  }

  private void beforeWrite() throws SQLException {
    String sql = beforeWrite;
    if (sql != null) {
      execute(sql);
      beforeWrite = null;
    }
  }

  private void timeOut() {
    timedOut = true;
    Deadline end = Deadline.after(Duration.ZERO);
    try {
      canceller.cancel();
      // For the server's answer.
      end = Deadline.after(AFTER_CANCEL);
    } catch (SQLException e) {
      // The statement cannot be ended at the server, so the connection is given up.
      LOG.debug("A statement beyond its query timeout cannot be ended: {}", e.getMessage());
    }
    Deadline bound = deadline;
    if (bound == null || bound.remaining().compareTo(end.remaining()) > 0) {
      socket.deadline(end);
    }
  }

  @Override
  public void afterExecute(Statement statement, int traits) throws SQLException {
    executing = false;
    if (timedOut) {
      socket.deadline(deadline);
    }
    socket.alarmOff();
    if ((traits & SqlTraits.INSERTS) != 0
        && statement instanceof StatementImpl driverStatement
        && driverStatement.getLastInsertID() > 0) {
      use.ownId = true;
    }
    // SELECT SLEEP(n) for one ends without an error when it is killed.
    if (timedOut || cancelled) {
      throw ended(null);
    }
  }

  private SQLException ended(@Nullable SQLException cause) {
    if (timedOut) {
      timedOut = false;
      return new SQLTimeoutException(
          "The query timeout passed, so the statement was ended at the server",
          "70100",
          1317,
          cause);
    }
    cancelled = false;
    return new SQLException("The statement was cancelled", "70100", 1317, cause);
  }

  @Override
  public SQLException failed(SQLException e) {
    if (fault == null && (timedOut || cancelled) && e.getErrorCode() == 1317) {
      return ended(e);
    }
    SocketTimeoutException timeout = Causes.find(e, SocketTimeoutException.class);
    switch (FailureKind.of(e)) {
      case READ_ONLY -> fault(FailureKind.READ_ONLY);
      case BROKEN, UNREACHABLE -> fault(timeout == null ? FailureKind.BROKEN : FailureKind.TIMEOUT);
      case TIMEOUT -> {
        // The driver also has timeouts of its own that leave the connection usable.
        if (timeout != null) {
          fault(FailureKind.TIMEOUT);
        }
      }
      case CREDENTIALS_REFUSED, TOO_MANY_CONNECTIONS, OTHER -> {
        if (isClosed()) {
          fault(timeout == null ? FailureKind.BROKEN : FailureKind.TIMEOUT);
        }
      }
    }
    return timeout == null || e instanceof SQLTimeoutException ? e : timeoutException(e, timeout);
  }

  private static SQLTimeoutException timeoutException(
      SQLException e, SocketTimeoutException timeout) {
    return new SQLTimeoutException(
        "The database did not answer in time, so the connection is closed ("
            + timeout.getMessage()
            + ")",
        e.getSQLState(),
        e.getErrorCode(),
        e);
  }

  boolean isClosed() {
    try {
      return socket.isClosed() || driver.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  @Override
  public void exposed() throws SQLException {
    beforeWrite();
    use.touched = true;
    use.exposed = true;
  }

  /** Returns whether a driver's own object was handed out in this use. */
  public boolean isExposed() {
    return use.exposed;
  }

  @Override
  public void cancel() throws SQLException {
    if (executing) {
      cancelled = true;
      canceller.cancel();
    }
  }

  /** Pings as the driver does; a session without an answer is broken. */
  @Override
  public boolean isValid(int seconds) throws SQLException {
    if (seconds < 0) {
      throw new SQLException("seconds is " + seconds + ", allowed are 0 and more");
    }
    Deadline bound = deadline;
    boolean valid = (bound == null || !bound.hasPassed()) && ping(seconds);
    if (!valid) {
      fault(FailureKind.BROKEN);
    }
    return valid;
  }

  boolean ping(int seconds) throws SQLException {
    // The answer has no status flags, so the driver forgets those that it knew.
    int flags = server.getStatusFlags();
    boolean valid = driver.isValid(seconds);
    server.setStatusFlags(flags);
    return valid;
  }

  /**
   * Runs a call of the driver that compares with what the driver believes of the session: as far as
   * that may be wrong, the driver must not leave out what it takes for the state already.
   */
  private void set(SqlCall call) throws SQLException {
    beforeSend();
    if (use.isBelieved()) {
      ownCall(call);
    } else {
      forced(call);
    }
  }

  void forced(SqlCall call) throws SQLException {
    localState.setValue(false);
    try {
      ownCall(call);
    } finally {
      localState.setValue(true);
    }
  }

  private void ownCall(SqlCall call) throws SQLException {
    boolean before = own;
    own = true;
    try {
      call.run();
    } finally {
      own = before;
    }
  }

  /** Executes a statement of this library's own. */
  void execute(String sql) throws SQLException {
    ownCall(
        () -> {
          try (Statement statement = driver.createStatement()) {
            statement.execute(sql);
          }
        });
  }

  /** Ends what another connection does; one that is gone is no failure. */
  void kill(long id, boolean wholeSession) throws SQLException {
    try {
      execute((wholeSession ? "KILL " : "KILL QUERY ") + id);
    } catch (SQLException e) {
      // ER_NO_SUCH_THREAD.
      if (e.getErrorCode() != 1094) {
        throw failed(e);
      }
    }
  }

  @Override
  public void setAutoCommit(boolean on) throws SQLException {
    set(() -> driver.setAutoCommit(on));
  }

  @Override
  public boolean getAutoCommit() throws SQLException {
    int flags = server.getStatusFlags();
    boolean said = !use.isBelieved() && flags != 0;
    return said ? (flags & SessionRestore.AUTOCOMMIT) != 0 : driver.getAutoCommit();
  }

  @Override
  public void commit() throws SQLException {
    driver.commit();
    use.ended = true;
  }

  @Override
  public void rollback() throws SQLException {
    driver.rollback();
    use.ended = true;
  }

  @Override
  public void rollback(Savepoint savepoint) throws SQLException {
    driver.rollback(savepoint);
  }

  @Override
  public void setTransactionIsolation(int level) throws SQLException {
    use.isolation = true;
    set(() -> driver.setTransactionIsolation(level));
  }

  @Override
  public int getTransactionIsolation() throws SQLException {
    int[] level = new int[1];
    set(() -> level[0] = driver.getTransactionIsolation());
    return level[0];
  }

  @Override
  public void setReadOnly(boolean on) throws SQLException {
    use.readOnly = true;
    set(() -> driver.setReadOnly(on));
  }

  @Override
  public boolean isReadOnly() throws SQLException {
    boolean[] on = new boolean[1];
    set(() -> on[0] = driver.isReadOnly());
    return on[0];
  }

  @Override
  public void setCatalog(@Nullable String name) throws SQLException {
    use.schema = true;
    set(() -> driver.setCatalog(name));
  }

  @Override
  public @Nullable String getCatalog() throws SQLException {
    return driver.getCatalog();
  }

  @Override
  public void setSchema(@Nullable String name) throws SQLException {
    use.schema = true;
    set(() -> driver.setSchema(name));
  }

  @Override
  public @Nullable String getSchema() throws SQLException {
    return driver.getSchema();
  }

  @Override
  public void driverStateChanged() {
    use.touched = true;
    use.driverState = true;
  }

  /** Records what the server says that a statement has changed, if it was the borrower's. */
  @Override
  public void handleSessionStateChanges(ServerSessionStateChanges changes) {
    if (!own) {
      use.tracked(changes);
    }
  }

  /** A call of the driver. */
  @FunctionalInterface
  interface SqlCall {
    void run() throws SQLException;
  }
}
