package dev.thaw.internal.net;

import dev.thaw.Deadline;
import dev.thaw.SslMode;
import dev.thaw.internal.util.Causes;
import dev.thaw.internal.util.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How connections use TLS, with one context for all of them: the driver makes one for each
 * connection, which loses the session that the next handshake could resume.
 *
 * <p>Thread-safe.
 */
public final class TlsSettings {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final SslMode mode;
  private final @Nullable Path ca;
  private @Nullable SSLContext context;

  /**
   * Creates the settings; reads no file yet.
   *
   * @param mode how TLS is used
   * @param ca a file of PEM certificates, or {@code null} for the JVM's trust store
   */
  public TlsSettings(SslMode mode, @Nullable Path ca) {
    this.mode = mode;
    this.ca = ca;
  }

  /** Returns how TLS is used. */
  public SslMode mode() {
    return mode;
  }

  /** Returns the driver's name for how it must negotiate; verifying is done here. */
  public String driverMode() {
    return mode == SslMode.DISABLED || mode == SslMode.PREFERRED ? mode.name() : "REQUIRED";
  }

  /**
   * Shakes hands over a connected socket.
   *
   * @param deadline what must not have passed when it begins; the socket's own bounds the rest
   * @throws TlsConfigurationException if TLS or the server's certificate is not as configured
   */
  public SSLSocket handshake(Socket socket, String host, int port, Deadline deadline)
      throws IOException {
    try {
      SSLSocketFactory factory = context().getSocketFactory();
      if (deadline.hasPassed()) {
        throw new SocketTimeoutException("The deadline passed before the TLS handshake");
      }
      SSLSocket tls = (SSLSocket) factory.createSocket(socket, host, port, true);
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setProtocols(PROTOCOLS);
      NamedGroups.prefer(parameters);
      if (mode == SslMode.VERIFY_IDENTITY) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
      }
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      return tls;
    } catch (SSLHandshakeException e) {
      throw explained(e, host);
    } catch (GeneralSecurityException e) {
      throw new TlsConfigurationException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  /** Loads what a handshake needs, by beginning one that has no peer. */
  public void warmUp() throws IOException {
    if (mode == SslMode.DISABLED) {
      return;
    }
    try {
      SSLEngine engine = context().createSSLEngine();
      engine.setUseClientMode(true);
      engine.beginHandshake();
      engine.wrap(
          ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
    } catch (GeneralSecurityException e) {
      throw new TlsConfigurationException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private synchronized SSLContext context() throws GeneralSecurityException, IOException {
    SSLContext present = context;
    if (present == null) {
      present = SSLContext.getInstance("TLS");
      present.init(null, trustManagers(), null);
      context = present;
    }
    return present;
  }

  private TrustManager @Nullable [] trustManagers() throws GeneralSecurityException, IOException {
    if (mode != SslMode.VERIFY_CA && mode != SslMode.VERIFY_IDENTITY) {
      return new TrustManager[] {new UnverifiedTrust()};
    }
    if (ca == null) {
      return null;
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(keyStore(ca));
    return factory.getTrustManagers();
  }

  private static KeyStore keyStore(Path ca) throws GeneralSecurityException, IOException {
    Collection<? extends Certificate> certificates;
    try (InputStream in = Files.newInputStream(ca)) {
      certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
    } catch (GeneralSecurityException | IOException e) {
      Exception shown = Shown.cause(ca, e);
      throw new TlsConfigurationException(
          "The CA file " + Shown.path(ca) + " cannot be read as PEM certificates (" + shown + ")",
          shown);
    }
    if (certificates.isEmpty()) {
      throw new TlsConfigurationException(
          "The CA file " + Shown.path(ca) + " holds no certificate");
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int index = 0;
    for (Certificate certificate : certificates) {
      store.setCertificateEntry("ca-" + index++, (X509Certificate) certificate);
    }
    return store;
  }

  private SSLException explained(SSLHandshakeException e, String host) {
    if (!Causes.include(e, CertificateException.class)) {
      return e;
    }
    return new TlsConfigurationException(
        "The certificate of "
            + host
            + " was not accepted (sslMode "
            + mode
            + "): it must be signed by "
            + (ca == null ? "the JVM's trust store" : "the CA file " + Shown.path(ca))
            + (mode == SslMode.VERIFY_IDENTITY ? " and be issued for that host name" : "")
            + "; "
            + e.getMessage(),
        e);
  }
}
