package dev.thaw.internal.mysql;

import com.mysql.cj.NativeSession;
import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.conf.RuntimeProperty;
import com.mysql.cj.exceptions.StatementIsClosedException;
import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.jdbc.exceptions.SQLExceptionsMapping;
import com.mysql.cj.protocol.ServerSession;
import com.mysql.cj.protocol.ServerSessionStateController.ServerSessionStateChanges;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChangesListener;
import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.internal.jdbc.DriverSession;
import dev.thaw.internal.jdbc.SqlTraits;
import dev.thaw.internal.net.ChannelSocket;
import dev.thaw.internal.util.Causes;
import dev.thaw.internal.util.SupplierFailedException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The session of one connection, and what its present borrower may have changed in it.
 *
 * <p>For one thread at a time, except for {@link #cancel}.
 */
public final class MysqlSession implements DriverSession, SessionStateChangesListener {
  // MySQL Router's answer to the function where its clients share connections.
  private static final int NO_NATIVE_FUNCTION = 3566;

  /** Ends a statement that runs at the server, over another connection. */
  @FunctionalInterface
  public interface Canceller {
    /**
     * Ends the running statement; the session stays.
     *
     * @param bound bounds it, beside a limit of its own; {@code null} for that alone
     */
    void cancel(@Nullable Deadline bound) throws SQLException;
  }

  private final JdbcConnection driver;
  private final NativeSession session;
  private final ServerSession server;
  private final ChannelSocket socket;
  private final RuntimeProperty<Boolean> localState;
  private final SessionUse use = new SessionUse();
  private final SessionFault fault = new SessionFault();
  private final RunningStatement running;
  private final NetworkTimeout networkTimeout;
  private final UseDeadline deadline;
  private @Nullable String beforeWrite;
  private boolean own;

  MysqlSession(JdbcConnection driver, ChannelSocket socket, @Nullable String beforeWrite) {
    this.driver = driver;
    this.session = (NativeSession) driver.getSession();
    this.server = session.getServerSession();
    this.socket = socket;
    this.running = new RunningStatement(socket);
    this.networkTimeout = new NetworkTimeout(driver, socket);
    this.deadline = new UseDeadline(socket);
    this.beforeWrite = beforeWrite;
    this.localState = driver.getPropertySet().getBooleanProperty(PropertyKey.useLocalSessionState);
  }

  /** Registers for the changes of the session that the server reports. */
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

  /**
   * Sets what ends a running statement when its query timeout is over.
   *
   * @param queryTimeout the timeout of statements that have none of their own; zero for none
   */
  public void canceller(Canceller value, Duration queryTimeout) {
    running.canceller(value);
    running.defaultTimeout(queryTimeout);
  }

  UseDeadline deadline() {
    return deadline;
  }

  SessionFault fault() {
    return fault;
  }

  RunningStatement running() {
    return running;
  }

  NetworkTimeout networkTimeout() {
    return networkTimeout;
  }

  @Override
  public void beforeSend() throws SQLException {
    if (deadline.hasPassed()) {
      throw fault.tooLate();
    }
    try {
      running.awaitEnding(deadline.get());
    } catch (SQLTimeoutException e) {
      throw deadline.missed(e);
    }
    use.touched = true;
  }

  @Override
  public void begin(int queryTimeoutSeconds) throws SQLException {
    beforeSend();
    try {
      running.begin(queryTimeoutSeconds, deadline.get());
    } catch (SQLTimeoutException e) {
      throw deadline.missed(e);
    }
  }

  @Override
  public void beforeExecute(int known) throws SQLException {
    int traits = known;
    if ((traits & SqlTraits.CALLS_MYSQL_FUNCTION) != 0 && !isMysql()) {
      traits |= SqlTraits.MAY_CHANGE_SESSION | SqlTraits.WRITES;
    }
    if (use.executes(traits)) {
      forgetFormer();
    }
    if ((traits & SqlTraits.WRITES) != 0) {
      beforeWrite();
    }
  }

  boolean isMysql() {
    String version = server.getServerVariable(VariablesInterceptor.VERSION);
    return version != null && !version.contains("MariaDB");
  }

  private void beforeWrite() throws SQLException {
    String sql = beforeWrite;
    if (sql != null) {
      execute(sql);
      beforeWrite = null;
    }
  }

  /** Replaces what a former use has left for LAST_INSERT_ID(), SHOW WARNINGS and their like. */
  private void forgetFormer() throws SQLException {
    try {
      execute("SELECT LAST_INSERT_ID(0)");
    } catch (SQLException e) {
      if (e.getErrorCode() == NO_NATIVE_FUNCTION) {
        execute("SET last_insert_id = 0");
        execute("SELECT 0");
      } else if (fault.kind() != null) {
        throw e;
      }
      // Else a streaming result may be open, which the statement that follows may close, or not.
    }
  }

  @Override
  public void afterExecute() throws SQLException {
    running.finish(deadline.get());
    UnseenTransaction.keep(this);
  }

  @Override
  public SQLException failed(SQLException e) {
    SQLException explained = running.explained(e);
    return explained == e ? failedUnasked(e) : explained;
  }

  private SQLException failedUnasked(SQLException e) {
    boolean late = socket.hasTimedOut();
    if (late) {
      fault.record(FailureKind.TIMEOUT);
    }
    SQLException failure = lost(e);
    SupplierFailedException unasked = Causes.find(e, SupplierFailedException.class);
    if (unasked != null) {
      return new SQLException(unasked.getMessage(), e.getSQLState(), e.getErrorCode(), e);
    }
    if (!late || failure instanceof SQLTimeoutException) {
      return failure;
    }
    // After a batch, for one, the driver only tells that the connection is closed.
    return fault.timedOut(failure, null, deadline.hasCutOff());
  }

  private SQLException lost(SQLException e) {
    return fault.failed(underlying(e), isClosed(), deadline.hasCutOff(), socket.silence());
  }

  /** Returns what has closed the connection, where the driver tells of a closed statement only. */
  private SQLException underlying(SQLException e) {
    Throwable reason = nativeSession().getForceClosedReason();
    return !fault.isTold() && reason != null && Causes.include(e, StatementIsClosedException.class)
        ? SQLExceptionsMapping.translateException(reason)
        : e;
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

  /** Returns the server's status, from which nothing else of the driver can be reached. */
  @Override
  public <T> @Nullable T view(Class<T> type) {
    return type == ServerSession.class ? type.cast(server) : null;
  }

  /** Returns whether a driver's own object was handed out in this use. */
  public boolean isExposed() {
    return use.exposed;
  }

  @Override
  public void cancel(BooleanSupplier meant) throws SQLException {
    running.cancel(meant);
  }

  /** Pings as the driver does; a session that gives no answer is broken. */
  @Override
  public boolean isValid(int seconds) throws SQLException {
    if (deadline.hasPassed()) {
      return false;
    }
    boolean valid = ping(seconds);
    if (!valid) {
      fault.record(FailureKind.BROKEN);
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
    try {
      ownCall(() -> executeSql(sql));
    } catch (SQLException e) {
      throw lost(e);
    }
  }

  private void executeSql(String sql) throws SQLException {
    try (Statement statement = driver.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Ends what another connection does; one that is gone is no failure. */
  boolean kill(ServerThread other, boolean wholeSession) throws SQLException {
    try {
      if (!isAtServer(other)) {
        return false;
      }
      execute((wholeSession ? "KILL " : "KILL QUERY ") + other.id());
    } catch (SQLException e) {
      // ER_NO_SUCH_THREAD.
      if (e.getErrorCode() != 1094) {
        throw lost(e);
      }
    }
    return true;
  }

  /** Needs no privilege for connections of the same user. */
  private boolean isAtServer(ServerThread other) throws SQLException {
    try {
      return other.isFound(driver, other.query());
    } catch (SQLException e) {
      if (isClosed()) {
        throw e;
      }
      // No access to the attributes, or no such table.
      return other.isFound(driver, other.queryClients());
    }
  }

  @Override
  public void setNetworkTimeout(int milliseconds, BooleanSupplier meant) throws SQLException {
    networkTimeout.set(milliseconds, meant);
  }

  @Override
  public void setAutoCommit(boolean on) throws SQLException {
    set(() -> driver.setAutoCommit(on));
  }

  @Override
  public boolean getAutoCommit() throws SQLException {
    if (use.isBelieved()) {
      return driver.getAutoCommit();
    }
    // A flag that is not set may only be unknown, as after an error.
    return (server.getStatusFlags() & SessionRestore.AUTOCOMMIT) != 0 || isAutocommitAtServer();
  }

  boolean isAutocommitAtServer() throws SQLException {
    return "1".equals(ask("SELECT @@session.autocommit"));
  }

  private @Nullable String ask(String sql) throws SQLException {
    beforeSend();
    return query(sql);
  }

  @Nullable String query(String sql) throws SQLException {
    try (Statement statement = driver.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    }
  }

  /** Returns whether SQL has switched autocommit off, which the driver does not know. */
  private boolean isAutocommitOffUnseen() throws SQLException {
    return server.isAutoCommit() && !getAutoCommit();
  }

  @Override
  public void commit() throws SQLException {
    if (isAutocommitOffUnseen()) {
      execute("COMMIT");
    } else {
      driver.commit();
    }
    use.work = false;
  }

  @Override
  public void rollback() throws SQLException {
    if (isAutocommitOffUnseen()) {
      execute("ROLLBACK");
    } else {
      driver.rollback();
    }
    use.work = false;
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
    use.toldSchema = null;
    use.schemaUnknown = false;
  }

  @Override
  public @Nullable String getCatalog() throws SQLException {
    if (use.schemaUnknown) {
      return ask("SELECT DATABASE()");
    }
    String told = use.toldSchema;
    return told == null ? driver.getCatalog() : told;
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

  /** Records what the server reports as changed by a statement, if that was the borrower's. */
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
