package dev.thaw.internal.mysql;

import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.protocol.ServerSession;
import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.SessionReset;
import dev.thaw.internal.net.ChannelSocket;
import dev.thaw.internal.net.Endpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One open connection to the server, with what JDBC does not offer.
 *
 * <p>For one thread at a time, except for {@link #abort()} and {@link #closeInUse()}.
 */
public final class PhysicalConnection {
  private static final int PING_SECONDS = 1;
  // The kernel has room for a COM_QUIT, or the peer is gone.
  private static final Duration CLOSE_LIMIT = Duration.ofMillis(100);
  // A packet of one byte, the first of a command: MySQL, "COM_QUIT".
  private static final byte[] COM_QUIT = {1, 0, 0, 0, 1};

  private final JdbcConnection driver;
  private final ChannelSocket socket;
  private final Endpoint endpoint;
  private final MysqlSession session;
  private final SessionRestore restore;
  private final ServerThread thread;
  private final AtomicBoolean closed = new AtomicBoolean();

  private PhysicalConnection(
      MysqlSession session,
      ChannelSocket socket,
      Endpoint endpoint,
      String tag,
      @Nullable String restored,
      SessionDefaults defaults)
      throws SQLException {
    this.driver = session.connection();
    this.socket = socket;
    // The port is not known any more once the socket is closed.
    this.thread = new ServerThread(driver.getId(), socket.getLocalPort(), tag);
    this.endpoint = endpoint;
    this.session = session;
    this.restore = new SessionRestore(session, endpoint.database(), restored, defaults);
  }

  /**
   * Takes over what the driver has connected, and sets what the server's defaults make necessary.
   *
   * @param tag what the connection was tagged with for the server
   * @param defaults what the application wants of the session
   */
  static PhysicalConnection of(
      JdbcConnection driver,
      ChannelSocket socket,
      Endpoint endpoint,
      String tag,
      SessionDefaults defaults)
      throws SQLException {
    ServerSession server = driver.getSession().getServerSession();
    SessionBase base = SessionBase.of(server, driver.getPropertySet(), defaults);
    MysqlSession session = new MysqlSession(driver, socket, base.strict());
    defaults.apply(session, base.setUp());
    return new PhysicalConnection(
        session.listening(), socket, endpoint, tag, base.restored(), defaults);
  }

  /** Returns the session, for the handles of a borrower. */
  public MysqlSession session() {
    return session;
  }

  /** Returns the id that the greeting gave the connection. */
  public long id() {
    return thread.id();
  }

  /** Returns who this is at the server, for a KILL. */
  public ServerThread thread() {
    return thread;
  }

  /** Returns what bounds the use, or {@code null}. */
  public @Nullable Deadline deadline() {
    return session.deadline().get();
  }

  /** Bounds what is not a borrower's, until the next use; {@code null} for no bound. */
  public void deadline(@Nullable Deadline value) {
    session.deadline().limit(value);
  }

  /**
   * Bounds a use by a deadline. The network timeout shows it to the application, but is for one
   * read only; the deadline is for all, and ends before the timeout, so that it is what is told of.
   */
  public void bound(Deadline value) throws SQLException {
    session.deadline().begin(value);
    long millis = value.remaining().toMillis() + 1;
    session.networkTimeout().set((int) Math.min(Integer.MAX_VALUE, millis), () -> true);
  }

  /**
   * Returns whether a call has run into the deadline of the use, since this was asked last. Any
   * thread may ask.
   */
  public boolean takeMissedDeadline() {
    return session.deadline().takeMissed();
  }

  /** Ends the bounds of a use, those that the application has set too. */
  public void unbound() throws SQLException {
    if (session.deadline().get() != null) {
      session.deadline().limit(null);
    }
    session.networkTimeout().off();
  }

  /** Returns where this is connected to. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Returns what made the connection unfit for reuse, or {@code null}. */
  public @Nullable FailureKind fault() {
    return session.fault().kind();
  }

  /** Asks the local kernel, without a round trip, whether the server has closed the connection. */
  public boolean isPeerOpen() {
    return socket.isPeerOpen();
  }

  /** Sets what runs once the socket is closed, on the thread that closes it. */
  public void onClose(Runnable action) {
    socket.onClose(action);
  }

  /** Notes that the statement is being ended at the server; returns whether one is running. */
  public boolean endStatement() {
    return session.running().end();
  }

  /** Notes that a KILL is sent to this session; one that is not answered may still come. */
  public void killSent() {
    session.running().killSent();
  }

  /** Notes that the server has answered a KILL. */
  public void killAnswered() {
    session.running().killAnswered();
  }

  /** Returns whether the use has sent anything. */
  public boolean isTouched() {
    return session.use().touched;
  }

  /** Asks the server for a sign of life, with one round trip that ends by the given time. */
  public boolean ping(Duration limit) {
    session.deadline().limit(Deadline.after(limit));
    try {
      return session.ping(PING_SECONDS);
    } catch (SQLException e) {
      return false;
    } finally {
      session.deadline().limit(null);
    }
  }

  /**
   * Returns whether a thread executes a statement, or is ending one: either could hit the next
   * borrower. Any thread may ask.
   */
  public boolean isExecuting() {
    return session.running().isOverdue();
  }

  /**
   * Undoes what the last use has done to the session.
   *
   * @return false if that is not possible, so that the connection must be closed
   */
  public boolean restore(SessionReset mode) throws SQLException {
    return restore.run(mode);
  }

  /**
   * Ends what another connection of the same user does, after the server was asked whether that is
   * the one: a server has its own ids, and starts anew with them, so a KILL could hit a connection
   * of another client after a failover, and behind a proxy it would.
   *
   * @param wholeSession whether its session ends, too
   * @return false if the server does not know it
   */
  public boolean kill(ServerThread other, boolean wholeSession) throws SQLException {
    return session.kill(other, wholeSession);
  }

  /** Asks how full the server is. */
  public ServerLoad load() throws SQLException {
    return ServerLoad.of(driver);
  }

  /** Returns whether the connection is closed at this side. */
  public boolean isClosed() {
    return closed.get() || session.isClosed();
  }

  /**
   * Ends the session with a COM_QUIT and closes the socket, without waiting for an answer. The
   * driver's own close would first roll back, and wait.
   */
  public void close() {
    if (closed.compareAndSet(false, true)) {
      quit();
      closeSocket();
    }
  }

  /** Closes the socket at once; a session that still runs a statement ends at the server later. */
  public void abort() {
    if (closed.compareAndSet(false, true)) {
      closeSocket();
    }
  }

  /**
   * Does what {@link #close()} does though the borrower may be waiting for an answer: the server
   * reads the COM_QUIT after the statement, and does not count an aborted client.
   */
  public void closeInUse() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    // Over TLS a write waits for that of the borrower, which may wait for the server.
    Thread quit = new Thread(this::quit, "thaw-quit");
    quit.setDaemon(true);
    quit.start();
    try {
      quit.join(CLOSE_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeSocket();
    }
  }

  private void quit() {
    try {
      socket.deadline(Deadline.after(CLOSE_LIMIT));
      OutputStream out =
          session.nativeSession().getProtocol().getSocketConnection().getMysqlOutput();
      out.write(COM_QUIT);
      out.flush();
    } catch (IOException | RuntimeException e) {
      // The session ends with the socket then.
    }
  }

  private void closeSocket() {
    try {
      socket.abort();
      driver.abortInternal();
    } catch (SQLException | RuntimeException e) {
      // Only the socket matters, and that is closed.
    }
  }

  /** Returns the server and the connection's id there, without the user. */
  @Override
  public String toString() {
    return endpoint + " #" + id();
  }
}
