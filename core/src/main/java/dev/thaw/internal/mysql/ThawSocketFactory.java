package dev.thaw.internal.mysql;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.log.Log;
import com.mysql.cj.protocol.ServerSession;
import com.mysql.cj.protocol.SocketConnection;
import com.mysql.cj.protocol.StandardSocketFactory;
import dev.thaw.SslMode;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Opens the sockets of the driver's connections, bounded by the deadline of the attempt that the
 * calling thread is in.
 *
 * <p>Public because the driver creates it by its class name, one for each connection.
 */
public final class ThawSocketFactory extends StandardSocketFactory {
  private final ConnectAttempt attempt = ConnectAttempt.current();

  /** Creates the factory of the connection that this thread is opening. */
  public ThawSocketFactory() {}

  @Override
  // The interface gives no other way to name the socket type.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <T extends Closeable> T connect(
      String hostname, int portNumber, PropertySet properties, int loginTimeout)
      throws IOException {
    host = hostname;
    port = portNumber;
    attempt.times().enter(ConnectPhase.DNS);
    InetAddress[] addresses = Resolver.resolve(hostname, attempt.deadline());
    attempt.times().enter(ConnectPhase.TCP);
    IOException failure = null;
    for (InetAddress address : addresses) {
      ChannelSocket socket = new ChannelSocket(this::beforeFirstWrite);
      try {
        socket.deadline(attempt.deadline());
        attempt.opened(socket);
        configureSocket(socket, properties);
        socket.connect(new InetSocketAddress(address, portNumber));
        rawSocket = socket;
        sslSocket = socket;
        attempt.times().enter(ConnectPhase.TLS);
        return (T) socket;
      } catch (IOException e) {
        socket.abort();
        failure = e;
        if (attempt.deadline().hasPassed()) {
          break;
        }
      }
    }
    throw failure == null ? new SocketException("No address for " + hostname) : failure;
  }

  @Override
  public void beforeHandshake() {}

  private void beforeFirstWrite() throws IOException {
    // With TLS required, the first write only asks for TLS; the login follows the TLS handshake.
    if (attempt.tls().mode() == SslMode.DISABLED || attempt.tls().mode() == SslMode.PREFERRED) {
      enterLogin();
    }
  }

  private void enterLogin() throws IOException {
    attempt.enterLogin();
    attempt.times().enter(ConnectPhase.LOGIN);
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as above
  public <T extends Closeable> T performTlsHandshake(
      SocketConnection connection, @Nullable ServerSession session, @Nullable Log log)
      throws IOException {
    SSLSocket socket = attempt.tls().handshake(rawSocket, host, port);
    sslSocket = socket;
    enterLogin();
    return (T) socket;
  }

  @Override
  public void afterHandshake() {
    attempt.leaveLogin();
  }
}
