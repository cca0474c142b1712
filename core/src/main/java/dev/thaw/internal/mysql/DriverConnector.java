package dev.thaw.internal.mysql;

import com.mysql.cj.conf.HostInfo;
import com.mysql.cj.jdbc.ConnectionImpl;
import com.mysql.cj.jdbc.JdbcConnection;
import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.net.Causes;
import dev.thaw.internal.net.ChannelSocket;
import dev.thaw.internal.net.Endpoint;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.net.SocketRegistry;
import dev.thaw.internal.net.TlsSettings;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens one connection with MySQL Connector/J.
 *
 * <p>Host, port and schema go to the driver as values: no URL is put together, so nothing in a
 * secret can add a driver property. Safe for use by several threads.
 */
public final class DriverConnector {
  private final TlsSettings tls;
  private final SocketRegistry sockets;
  private final Map<String, String> properties;

  /** Creates a connector that uses TLS as given and enters its sockets in the registry. */
  public DriverConnector(TlsSettings tls, SocketRegistry sockets) {
    DriverModule.connect();
    this.tls = tls;
    this.sockets = sockets;
    this.properties =
        Map.ofEntries(
            Map.entry("socketFactory", ThawSocketFactory.class.getName()),
            Map.entry("exceptionInterceptors", FaultInterceptor.class.getName()),
            Map.entry("sslMode", tls.driverMode()),
            // Autocommit and isolation are known without asking: saves SET autocommit=1 and SELECT
            // @@session.transaction_read_only with each connect, and SELECT
            // @@session.transaction_isolation with the first.
            Map.entry("useLocalSessionState", "true"),
            // The server's variables are read once for each server, not with each connect.
            Map.entry("cacheServerConfiguration", "true"),
            // Equal to what the handshake agrees on, so that no SET NAMES and no SET
            // character_set_results follows; either would also pin the session of an RDS Proxy.
            Map.entry("characterEncoding", "UTF-8"),
            Map.entry("characterSetResults", "UTF-8"),
            // NAT gateways drop silent connections after 350 s; keep-alive finds those out.
            Map.entry("tcpKeepAlive", "true"),
            // A server, or who poses as one, could otherwise ask for the client's files or hand it
            // objects to deserialise. These are the driver's defaults; here they are a decision.
            Map.entry("allowLoadLocalInfile", "false"),
            Map.entry("allowUrlInLocalInfile", "false"),
            Map.entry("autoDeserialize", "false"),
            Map.entry("allowMultiQueries", "false"),
            // Without TLS the password would be encrypted with a key that nobody vouches for.
            Map.entry("allowPublicKeyRetrieval", "false"),
            // Reconnecting behind the application's back loses its transaction and session state.
            Map.entry("autoReconnect", "false"),
            // Otherwise messages of communication failures repeat the whole statement.
            Map.entry("paranoid", "true"));
  }

  /**
   * Opens a connection on the calling thread.
   *
   * @param early a connection to go on with, if it fits
   * @throws SQLException as the driver throws it
   */
  public PhysicalConnection connect(
      Endpoint endpoint,
      DatabaseCredentials credentials,
      Deadline deadline,
      PhaseTimes times,
      LoginGate gate,
      @Nullable EarlyConnection early)
      throws SQLException {
    try {
      return open(endpoint, credentials, deadline, times, gate, early);
    } catch (SQLException e) {
      if (early == null || !Causes.include(e, EarlyHandshake.DifferentRequestException.class)) {
        throw e;
      }
      // A driver of another version, perhaps; no login has been sent.
      return open(endpoint, credentials, deadline, times, gate, null);
    }
  }

  private PhysicalConnection open(
      Endpoint endpoint,
      DatabaseCredentials credentials,
      Deadline deadline,
      PhaseTimes times,
      LoginGate gate,
      @Nullable EarlyConnection early)
      throws SQLException {
    ConnectAttempt attempt = new ConnectAttempt(deadline, times, tls, gate, sockets);
    attempt.early(early);
    PhysicalConnection opened = null;
    attempt.begin();
    try {
      JdbcConnection connection =
          ConnectionImpl.getInstance(
              new HostInfo(
                  () -> "jdbc:mysql://" + endpoint,
                  endpoint.host(),
                  endpoint.port(),
                  credentials.username(),
                  credentials.password(),
                  withDatabase(endpoint.database())));
      ChannelSocket socket = attempt.socket();
      if (socket == null) {
        throw new IllegalStateException("The driver did not use the socket factory");
      }
      socket.interruptible(false);
      socket.deadline(null);
      opened = new PhysicalConnection(connection, socket, attempt.fault(), endpoint);
      return opened;
    } finally {
      if (opened == null) {
        attempt.abandon();
      }
      attempt.end();
    }
  }

  private Map<String, String> withDatabase(String database) {
    Map<String, String> all = new HashMap<>(properties);
    all.put("dbname", database);
    return all;
  }
}
