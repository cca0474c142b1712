package dev.thaw.secrets;

import dev.thaw.internal.net.NamedGroups;
import dev.thaw.internal.net.ServiceTrust;
import dev.thaw.internal.util.ServerAddress;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS as services are asked with it: the certificate must be signed by an authority of Amazon or of
 * the JVM's trust store ({@link ServiceTrust}) and be issued for the host's name.
 *
 * <p>The context is its own: what an application has made the default of the whole JVM ({@link
 * SSLContext#setDefault}, {@link HttpsURLConnection#setDefaultHostnameVerifier}), perhaps for a
 * test server, does not decide whom a secret is fetched from. Thread-safe.
 */
final class HttpTls {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private @Nullable SSLSocketFactory factory;

  /**
   * Shakes hands over a connected socket, which bounds the time.
   *
   * @return the socket to send on
   */
  Socket handshake(Socket socket, HttpEndpoint endpoint) throws IOException {
    String host = endpoint.host();
    String peer =
        host.startsWith("[")
            ? host.substring(1, host.length() - 1)
            : ServerAddress.withoutRoot(host);
    SSLSocket tls = (SSLSocket) factory().createSocket(socket, peer, endpoint.port(), true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    NamedGroups.prefer(parameters);
    tls.setSSLParameters(parameters);
    tls.startHandshake();
    return tls;
  }

  /** Lets a connection of the JDK trust as this does. */
  void secure(HttpsURLConnection connection) throws IOException {
    connection.setSSLSocketFactory(factory());
    // Asked only about a certificate that is not issued for the host.
    connection.setHostnameVerifier((host, session) -> false);
  }

  private synchronized SSLSocketFactory factory() throws IOException {
    SSLSocketFactory present = factory;
    if (present == null) {
      try {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, ServiceTrust.managers(), null);
        present = context.getSocketFactory();
      } catch (GeneralSecurityException e) {
        throw new SSLException("TLS cannot be set up: " + e.getMessage(), e);
      }
      factory = present;
    }
    return present;
  }
}
