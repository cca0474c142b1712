package dev.thaw.internal.net;

import dev.thaw.Deadline;
import dev.thaw.SslMode;
import dev.thaw.internal.net.CertificateRefusal.RefusedException;
import dev.thaw.internal.util.Causes;
import dev.thaw.internal.util.ServerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How connections use TLS, with one context for all that trust the same: the driver makes one for
 * each connection, which loses the session that the next handshake could resume.
 *
 * <p>Thread-safe.
 */
public final class TlsSettings {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final String JVM = "the JVM's trust store";

  private final @Nullable SslMode mode;
  private final @Nullable CaFile ca;
  private final boolean inLambda;
  private @Nullable Prepared prepared;

  /**
   * A context, and what it is for.
   *
   * @param trusted what tells one trust from another: the state of the CA file, RDS's region
   */
  private record Prepared(Object trusted, SSLContext context) {}

  /**
   * Creates the settings.
   *
   * @param mode how TLS is used, or {@code null} for the default, which depends on the host
   * @param ca the authorities that are trusted, in the place of RDS's and the JVM's
   * @param inLambda whether this is AWS Lambda, where the default verifies every server
   */
  public TlsSettings(@Nullable SslMode mode, @Nullable CaFile ca, boolean inLambda) {
    this.mode = mode;
    this.ca = ca;
    this.inLambda = inLambda;
  }

  /**
   * Returns how TLS is used with a host.
   *
   * @param verified whether the credentials need verified TLS, which a mode that was set may not be
   * @param addresses those that the connection may go to; without them the host is not taken for
   *     this machine
   */
  public TlsMode mode(String host, boolean verified, InetAddress... addresses) {
    return TlsMode.of(host, mode, verified || ca != null || inLambda, addresses);
  }

  /** Returns whether the addresses of a host decide how TLS is used. */
  public boolean dependsOnAddress(String host) {
    TlsMode unknown = mode(host, false);
    return !unknown.asked() && !unknown.verifies() && Loopback.isName(host);
  }

  /** Returns whether this is AWS Lambda. */
  public boolean inLambda() {
    return inLambda;
  }

  /**
   * Shakes hands over a connected socket.
   *
   * @param mode how TLS is used
   * @param deadline what must not have passed when it begins; the socket's own bounds the rest
   * @throws TlsConfigurationException if TLS or the server's certificate is not as configured
   */
  public SSLSocket handshake(Socket socket, String host, int port, TlsMode mode, Deadline deadline)
      throws IOException {
    try {
      SSLSocketFactory factory = context(host, mode).getSocketFactory();
      if (deadline.hasPassed()) {
        throw new SocketTimeoutException("The deadline passed before the TLS handshake");
      }
      SSLSocket tls =
          (SSLSocket) factory.createSocket(socket, ServerAddress.withoutRoot(host), port, true);
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setProtocols(PROTOCOLS);
      NamedGroups.prefer(parameters);
      if (mode.mode() == SslMode.VERIFY_IDENTITY) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
      }
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      return tls;
    } catch (SSLHandshakeException e) {
      throw explained(e, host, mode.mode());
    } catch (GeneralSecurityException e) {
      throw new TlsConfigurationException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  /**
   * Loads what a handshake needs, by beginning one that has no peer.
   *
   * @param host the host that will be connected to, or {@code null} if it is not known yet
   */
  public void warmUp(@Nullable String host) throws IOException {
    String expected = host == null ? "" : host;
    TlsMode expectedMode = mode(expected, false);
    if (expectedMode.mode() == SslMode.DISABLED) {
      return;
    }
    try {
      SSLEngine engine = context(expected, expectedMode).createSSLEngine();
      engine.setUseClientMode(true);
      engine.beginHandshake();
      engine.wrap(
          ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
    } catch (GeneralSecurityException e) {
      throw new TlsConfigurationException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private synchronized SSLContext context(String host, TlsMode mode)
      throws GeneralSecurityException, IOException {
    if (!mode.verifies()) {
      return prepared("nothing", null);
    }
    if (ca != null) {
      CaFile.Contents contents = ca.contents();
      return prepared(contents.stamp(), () -> Trust.in(ca.toString(), contents.certificates()));
    }
    String region = RdsHost.region(host);
    return prepared(region == null ? JVM : region, () -> rdsAndJvm(region));
  }

  private static Trust rdsAndJvm(@Nullable String region)
      throws GeneralSecurityException, IOException {
    if (region == null) {
      return Trust.inAuthoritiesAndJvm(JVM, List.of());
    }
    List<X509Certificate> roots = CarriedAuthorities.ofRds(region);
    return Trust.inAuthoritiesAndJvm(
        roots.isEmpty()
            ? JVM + ", as the authorities of RDS in " + region + " are not in this version of Thaw"
            : "the authorities of RDS in " + region + ", and " + JVM,
        roots);
  }

  /** Makes what verifies; apart from the context, which is seldom made. */
  @FunctionalInterface
  private interface TrustFactory {
    X509ExtendedTrustManager make() throws GeneralSecurityException, IOException;
  }

  private SSLContext prepared(Object trusted, @Nullable TrustFactory trust)
      throws GeneralSecurityException, IOException {
    Prepared present = prepared;
    if (present == null || !present.trusted().equals(trusted)) {
      SSLContext context = SSLContext.getInstance("TLS");
      X509ExtendedTrustManager manager = trust == null ? new UnverifiedTrust() : trust.make();
      context.init(null, new TrustManager[] {manager}, null);
      present = new Prepared(trusted, context);
      prepared = present;
    }
    return present.context();
  }

  private static SSLException explained(SSLHandshakeException e, String host, SslMode mode) {
    RefusedException refused = Causes.find(e, RefusedException.class);
    return refused == null
        ? e
        : new TlsConfigurationException(refused.refusal.message(host, mode, refused), e);
  }
}
