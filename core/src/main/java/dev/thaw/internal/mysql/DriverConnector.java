package dev.thaw.internal.mysql;

import com.mysql.cj.conf.HostInfo;
import com.mysql.cj.jdbc.ConnectionImpl;
import com.mysql.cj.jdbc.JdbcConnection;
import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.net.ChannelSocket;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.Endpoint;
import dev.thaw.internal.net.Loopback;
import dev.thaw.internal.net.Phases;
import dev.thaw.internal.net.SocketRegistry;
import dev.thaw.internal.net.TlsMode;
import dev.thaw.internal.net.TlsSettings;
import dev.thaw.internal.util.Causes;
import dev.thaw.internal.util.Line;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens one connection with MySQL Connector/J.
 *
 * <p>Host, port and schema go to the driver as values: no URL is put together, so nothing in a
 * secret can add a driver property. Thread-safe.
 */
public final class DriverConnector {
  private final TlsSettings tls;
  private final SocketRegistry sockets;
  private final ServerVariables variables;
  private final TlsWarnings warnings;
  private final Map<String, String> properties;
  private final Map<String, String> own;
  private final SessionDefaults defaults;

  /**
   * Creates a connector.
   *
   * @param pool the pool's name, for warnings
   * @param tls how TLS is used
   * @param sockets where its sockets are entered
   * @param variables the servers' variables
   * @param own properties of the application, checked by {@link DriverProperties}
   * @param defaults what the application wants of each session
   */
  public DriverConnector(
      String pool,
      TlsSettings tls,
      SocketRegistry sockets,
      ServerVariables variables,
      Map<String, String> own,
      SessionDefaults defaults) {
    DriverModule.connect();
    this.tls = tls;
    this.sockets = sockets;
    this.variables = variables;
    this.own = own;
    this.defaults = defaults;
    this.warnings = new TlsWarnings(pool, tls.inLambda());
    this.properties =
        Map.ofEntries(
            Map.entry("socketFactory", ThawSocketFactory.class.getName()),
            // Saves SET autocommit=1 with each connect and a SELECT of transaction_read_only before
            // each write. What the server's defaults are is read, and what a borrower has changed
            // is asked for or set in any case (MysqlSession).
            Map.entry("useLocalSessionState", "true"),
            // The server's variables are not read with each connect, and not for the life of the
            // JVM.
            Map.entry("cacheServerConfiguration", "true"),
            Map.entry("serverConfigCacheFactory", ServerVariablesFactory.class.getName()),
            Map.entry("queryInterceptors", VariablesInterceptor.class.getName()),
            Map.entry("exceptionInterceptors", BatchEndInterceptor.class.getName()),
            // The server reports a change of the schema, even by a trigger; costs no round trip.
            Map.entry("trackSessionState", "true"),
            // Equal to what the handshake agrees on, so that no SET NAMES and no SET
            // character_set_results follows; either would also pin the session of an RDS Proxy.
            Map.entry("characterEncoding", "UTF-8"),
            Map.entry("characterSetResults", "UTF-8"),
            // NAT gateways drop silent connections after 350 s; keep-alive finds those out.
            Map.entry("tcpKeepAlive", "true"),
            // A server, or an impostor, could otherwise ask for the client's files or hand it
            // objects to deserialise. These are the driver's defaults; here they are a decision.
            Map.entry("allowLoadLocalInfile", "false"),
            Map.entry("allowUrlInLocalInfile", "false"),
            Map.entry("autoDeserialize", "false"),
            Map.entry("allowMultiQueries", "false"),
            // Without TLS the password would be encrypted with a key that nothing vouches for.
            Map.entry("allowPublicKeyRetrieval", "false"),
            // Reconnecting behind the application's back loses its transaction and session state.
            Map.entry("autoReconnect", "false"),
            // Otherwise messages of communication failures repeat the whole statement.
            Map.entry("paranoid", "true"));
  }

  /** Returns whether a connection can be begun before the driver is asked. */
  public boolean canBeginEarly() {
    return own.isEmpty() || !DriverProperties.changeHandshake(own);
  }

  /**
   * Returns a connection that can be opened while the credentials are obtained; not yet begun.
   *
   * @param nanoClock measures how long the connection waits
   */
  public EarlyConnection early(
      EarlyConnection.Target target, Deadline deadline, LongSupplier nanoClock) {
    return new EarlyConnection(target, tls, deadline, sockets, nanoClock);
  }

  /**
   * Opens a connection on the calling thread.
   *
   * @param early a connection to go on with, if it fits
   * @throws SQLException as the driver throws it, with what the server says on one line
   */
  public PhysicalConnection connect(
      Endpoint endpoint,
      DatabaseCredentials credentials,
      Deadline deadline,
      Phases phases,
      LoginGate gate,
      @Nullable EarlyConnection early)
      throws SQLException {
    try {
      return open(endpoint, credentials, deadline, phases, gate, early);
    } catch (SQLException e) {
      if (early == null || !Causes.include(e, EarlyHandshake.DifferentRequestException.class)) {
        throw Line.of(e);
      }
    }
    // A driver of another version, perhaps; no login has been sent.
    try {
      return open(endpoint, credentials, deadline, phases, gate, null);
    } catch (SQLException e) {
      throw Line.of(e);
    }
  }

  private PhysicalConnection open(
      Endpoint endpoint,
      DatabaseCredentials credentials,
      Deadline deadline,
      Phases phases,
      LoginGate gate,
      @Nullable EarlyConnection early)
      throws SQLException {
    ServerTls server = serverTls(endpoint.host(), credentials, deadline, phases);
    TlsMode mode = server.mode();
    warnings.before(endpoint.host(), mode);
    // The first time the driver is loaded now, which no deadline ends.
    phases.enter(ConnectPhase.DRIVER);
    ConnectAttempt attempt = new ConnectAttempt(deadline, phases, server, gate, sockets, variables);
    attempt.early(early);
    PhysicalConnection opened = null;
    String tag = ServerThread.newTag();
    attempt.begin();
    try {
      String url = "jdbc:mysql://" + endpoint;
      JdbcConnection connection =
          ConnectionImpl.getInstance(
              new HostInfo(
                  () -> url,
                  endpoint.host(),
                  endpoint.port(),
                  credentials.username(),
                  credentials.password(),
                  forConnection(endpoint.database(), tag, mode)));
      ChannelSocket socket = attempt.socket();
      if (socket == null) {
        throw new IllegalStateException("The driver did not use the socket factory");
      }
      socket.interruptible(false);
      opened = PhysicalConnection.of(connection, socket, endpoint, tag, defaults);
      VariablesInterceptor interceptor = attempt.interceptor();
      if (interceptor != null) {
        interceptor.watch(opened.session().running());
      }
      socket.deadline(null);
      if (!attempt.isEncrypted()) {
        warnings.plaintext(endpoint.host(), mode, Loopback.is(socket.getInetAddress()));
      }
      return opened;
    } catch (SQLException e) {
      throw LoginMethods.explained(
          DriverPropertyValues.hidden(e, own, attempt.hasLoggedIn()), mode);
    } finally {
      if (opened == null) {
        attempt.abandon();
      }
      attempt.end();
    }
  }

  private ServerTls serverTls(
      String host, DatabaseCredentials credentials, Deadline deadline, Phases phases)
      throws SQLException {
    boolean verified = credentials.needsVerifiedTls();
    ServerTls server = ServerTls.of(tls, host, verified, deadline, phases);
    if (verified && !server.mode().verifies()) {
      throw new SQLNonTransientConnectionException(
          "sslMode (DB_SSL_MODE) is "
              + server.mode().mode()
              + ", allowed are VERIFY_CA and VERIFY_IDENTITY: the server is sent the password or"
              + " token in clear text within TLS, so its certificate must be verified",
          "08001");
    }
    return server;
  }

  private Map<String, String> forConnection(String database, String tag, TlsMode mode) {
    Map<String, String> all = new HashMap<>(properties);
    all.putAll(own);
    all.put("sslMode", mode.driverMode());
    all.putAll(LoginMethods.properties(mode));
    all.put("dbname", database);
    all.merge("connectionAttributes", ServerThread.attributes(tag), DriverConnector::attributes);
    return all;
  }

  private static String attributes(String own, String tag) {
    // The server keeps 512 bytes by default; the tag is what must not be cut off.
    return own.equals("none") ? own : own.isEmpty() ? tag : tag + "," + own;
  }
}
