package dev.thaw.internal.mysql;

import static java.util.Objects.requireNonNull;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.log.Log;
import com.mysql.cj.protocol.ServerSession;
import com.mysql.cj.protocol.SocketConnection;
import com.mysql.cj.protocol.StandardSocketFactory;
import dev.thaw.Deadline;
import dev.thaw.internal.net.ChannelSocket;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.net.SocketRegistry;
import dev.thaw.internal.net.TcpConnector;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Opens the sockets of the driver's connections, bounded by the deadline of the attempt that the
 * calling thread is in.
 *
 * <p>Public because the driver creates it by its class name, one for each connection.
 */
public final class ThawSocketFactory extends StandardSocketFactory {
  // A statement of the driver's own, taken by unwrap, that is cancelled or beyond its query timeout
  // opens another connection on a thread of its own, with the properties of the first one.
  private static final Map<PropertySet, ServerTls> TLS_OF_CONNECTIONS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private @Nullable ConnectAttempt current = ConnectAttempt.current();
  private EarlyConnection.@Nullable Opened early;

  /** Creates the factory of the connection that this thread is opening. */
  public ThawSocketFactory() {}

  private ConnectAttempt attempt() {
    return requireNonNull(current, "connect comes first");
  }

  @Override
  // The interface gives no other way to name the socket type.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <T extends Closeable> T connect(
      String hostname, int portNumber, PropertySet properties, int loginTimeout)
      throws IOException {
    host = hostname;
    port = portNumber;
    ConnectAttempt attempt = current;
    if (attempt == null) {
      attempt = ofDriver(properties, loginTimeout);
      current = attempt;
    } else {
      TLS_OF_CONNECTIONS.put(properties, attempt.tls());
    }
    // Set here, the driver leaves out its SET sql_mode and SHOW WARNINGS with each connect to a
    // server that is not strict, and still checks what it reads. SessionBase makes the session
    // strict.
    properties.<Boolean>getProperty(PropertyKey.jdbcCompliantTruncation).setValue(false);
    ChannelSocket socket = early(attempt, properties);
    if (socket == null) {
      attempt.enter(ConnectPhase.DNS);
      InetAddress[] addresses = attempt.tls().resolve(hostname, attempt.deadline());
      attempt.enter(ConnectPhase.TCP);
      socket = connect(addresses, properties, attempt);
    }
    rawSocket = socket;
    sslSocket = socket;
    try {
      attempt.enter(ConnectPhase.TLS);
    } catch (IOException e) {
      attempt.abandon();
      throw e;
    }
    return (T) socket;
  }

  /** Returns the connection that was opened while the credentials were obtained, if it fits. */
  private @Nullable ChannelSocket early(ConnectAttempt attempt, PropertySet properties)
      throws IOException {
    EarlyConnection connection = attempt.takeEarly();
    if (connection == null) {
      return null;
    }
    attempt.enter(connection.phase());
    EarlyConnection.Opened opened = connection.take(host, port);
    if (opened == null) {
      return null;
    }
    attempt.opened(opened.socket());
    if (!attempt.tls().holdsFor(opened.socket().getInetAddress(), opened.isVerifiedIfEncrypted())) {
      attempt.abandon();
      return null;
    }
    attempt.greeted();
    opened.firstWrite().set(this::beforeFirstWrite);
    configureSocket(opened.socket(), properties);
    early = opened;
    return opened.socket();
  }

  private static ConnectAttempt ofDriver(PropertySet properties, int timeoutMillis) {
    ServerTls tls = TLS_OF_CONNECTIONS.get(properties);
    if (tls == null) {
      throw new IllegalStateException("Only for connections of this library");
    }
    Deadline deadline = Deadline.after(Duration.ofMillis(timeoutMillis));
    return new ConnectAttempt(deadline, new PhaseTimes(), tls, null, new SocketRegistry(), null);
  }

  ChannelSocket connect(InetAddress[] addresses, PropertySet properties, ConnectAttempt attempt)
      throws IOException {
    try {
      ChannelSocket socket =
          TcpConnector.connect(
              addresses, port, attempt.deadline(), this::beforeFirstWrite, attempt::opened);
      configureSocket(socket, properties);
      return socket;
    } catch (IOException e) {
      attempt.abandon();
      throw e;
    }
  }

  @Override
  public void beforeHandshake() {}

  private void beforeFirstWrite() throws IOException {
    attempt().greeted();
    // With TLS required, the first write only asks for TLS; the login follows the TLS handshake.
    if (attempt().tls().mode().allowsPlaintext()) {
      enterLogin();
    }
  }

  private void enterLogin() throws IOException {
    attempt().enterLogin();
    attempt().enter(ConnectPhase.LOGIN);
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as above
  public <T extends Closeable> T performTlsHandshake(
      SocketConnection connection, @Nullable ServerSession session, @Nullable Log log)
      throws IOException {
    SSLSocket socket = earlyTls();
    if (socket == null) {
      socket = attempt().tls().handshake(rawSocket, host, port, attempt().deadline());
    }
    sslSocket = socket;
    attempt().encrypted();
    enterLogin();
    return (T) socket;
  }

  /** Returns the TLS layer that is there already, if one is. */
  private @Nullable SSLSocket earlyTls() throws IOException {
    EarlyConnection.Opened opened = early;
    early = null;
    if (opened == null || opened.request() == null) {
      return null;
    }
    if (!opened.request().isComplete()) {
      throw new EarlyHandshake.DifferentRequestException();
    }
    return opened.tls();
  }

  @Override
  public void afterHandshake() {
    attempt().leaveLogin();
  }
}
