package dev.thaw.internal.mysql;

import com.mysql.cj.jdbc.JdbcConnection;
import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.internal.net.ChannelSocket;
import dev.thaw.internal.net.Endpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One open connection to the server, with what JDBC does not offer. */
public final class PhysicalConnection {
  private static final int PING_SECONDS = 1;
  // What the polite end may take: the kernel has room for a COM_QUIT, or the peer is gone anyway.
  private static final Duration CLOSE_LIMIT = Duration.ofMillis(100);

  private final JdbcConnection driver;
  private final ChannelSocket socket;
  private final ConnectionFault fault;
  private final Endpoint endpoint;
  private final AtomicBoolean closed = new AtomicBoolean();

  PhysicalConnection(
      JdbcConnection driver, ChannelSocket socket, ConnectionFault fault, Endpoint endpoint) {
    this.driver = driver;
    this.socket = socket;
    this.fault = fault;
    this.endpoint = endpoint;
  }

  /** Returns the driver's connection. */
  public Connection connection() {
    return driver;
  }

  /** Returns the id that the greeting gave the connection. */
  public long id() {
    return driver.getId();
  }

  /** Bounds every wait for the server from now on; {@code null} for no bound. */
  public void deadline(@Nullable Deadline value) {
    socket.deadline(value);
  }

  /** Bounds each single wait for the server from now on; {@code null} for no bound. */
  public void longestWait(@Nullable Duration value) {
    socket.longestWait(value);
  }

  /** Returns where this is connected to. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Returns what made the connection unfit for reuse, or {@code null}. */
  public @Nullable FailureKind fault() {
    return fault.kind();
  }

  /** Asks the local kernel, without a round trip, whether the server has closed the connection. */
  public boolean isOpenAtKernel() {
    return socket.isQuiet();
  }

  /** Asks the server for a sign of life, with one round trip that may take the given time. */
  public boolean ping(Duration limit) {
    socket.longestWait(limit);
    try {
      return driver.isValid(PING_SECONDS);
    } catch (SQLException e) {
      return false;
    } finally {
      socket.longestWait(null);
    }
  }

  /** Asks the server for a sign of life as the driver does; one that gives none is broken. */
  public boolean isValid(int seconds) throws SQLException {
    boolean valid = driver.isValid(seconds);
    if (!valid) {
      fault.record(FailureKind.BROKEN);
    }
    return valid;
  }

  /** Tells whether the connection is closed at this side. */
  public boolean isClosed() {
    try {
      return closed.get() || driver.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  /** Ends the session with a COM_QUIT and closes the socket, without waiting for an answer. */
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      socket.deadline(Deadline.after(CLOSE_LIMIT));
      socket.stopWaiting();
      driver.close();
    } catch (SQLException e) {
      // The session ends with the socket then.
    } finally {
      socket.abort();
    }
  }

  /** Closes the socket at once; a session that still runs a statement ends at the server later. */
  public void abort() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      socket.abort();
      driver.abortInternal();
    } catch (SQLException e) {
      // Only the socket matters, and that is closed.
    }
  }

  /** Returns the server and the connection's id there, without the user. */
  @Override
  public String toString() {
    return endpoint + " #" + driver.getId();
  }
}
