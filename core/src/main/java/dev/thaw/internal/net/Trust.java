package dev.thaw.internal.net;

import dev.thaw.internal.net.CertificateRefusal.RefusedException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Verifies servers with authorities that are given, or with the JVM's trust store for a certificate
 * that none of them has signed, if that is trusted besides.
 *
 * <p>The plain case is decided by {@link Authorities} and a comparison of names, everything else by
 * the JVM's trust managers: what is accepted, they would accept as well. Only their distrust of
 * some public authorities ({@code jdk.security.caDistrustPolicies}) is not asked about one that was
 * given.
 *
 * <p>Thread-safe.
 */
final class Trust extends X509ExtendedTrustManager {
  private final String description;
  private final Authorities authorities;
  private final boolean jvm;
  private @Nullable X509ExtendedTrustManager ofAuthorities;
  private @Nullable X509ExtendedTrustManager ofJvm;

  private Trust(String description, List<X509Certificate> authorities, boolean jvm) {
    this.description = description;
    this.authorities = new Authorities(authorities);
    this.jvm = jvm;
  }

  /**
   * Returns the trust in authorities and in the JVM's trust store.
   *
   * @param description what is trusted, for messages
   */
  static Trust inAuthoritiesAndJvm(String description, List<X509Certificate> authorities) {
    return new Trust(description, authorities, true);
  }

  /**
   * Returns the trust in authorities, and in nothing else.
   *
   * @param description what is trusted, for messages
   */
  static Trust in(String description, List<X509Certificate> authorities) {
    return new Trust(description, authorities, false);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    boolean named =
        socket instanceof SSLSocket tls
            && isNamed(chain[0], tls.getSSLParameters(), tls.getHandshakeSession());
    if (named && authorities.haveSigned(chain, type)) {
      return;
    }
    X509ExtendedTrustManager manager = manager(chain);
    try {
      manager.checkServerTrusted(chain, type, socket);
    } catch (CertificateException e) {
      throw refusal(chain, !named && isTrusted(manager, chain, type), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    boolean named = isNamed(chain[0], engine.getSSLParameters(), engine.getHandshakeSession());
    if (named && authorities.haveSigned(chain, type)) {
      return;
    }
    X509ExtendedTrustManager manager = manager(chain);
    try {
      manager.checkServerTrusted(chain, type, engine);
    } catch (CertificateException e) {
      throw refusal(chain, !named && isTrusted(manager, chain, type), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    manager(chain).checkServerTrusted(chain, type);
  }

  /** Returns whether a refused certificate would be trusted for another host. */
  private static boolean isTrusted(
      X509ExtendedTrustManager manager, X509Certificate[] chain, String type) {
    try {
      manager.checkServerTrusted(chain, type);
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  private RefusedException refusal(
      X509Certificate[] chain, boolean nameOnly, GeneralSecurityException cause) {
    return new RefusedException(new CertificateRefusal(chain[0], nameOnly, description), cause);
  }

  /** Returns whether the name need not be compared, or is plainly among the certificate's. */
  private static boolean isNamed(
      X509Certificate certificate, SSLParameters parameters, SSLSession session)
      throws CertificateException {
    return parameters.getEndpointIdentificationAlgorithm() == null
        || CertificateNames.include(certificate, session.getPeerHost());
  }

  /**
   * Returns the JVM's manager that decides about a chain. What claims to be signed by one of the
   * authorities is for them to judge, since no other authority has their name.
   */
  private synchronized X509ExtendedTrustManager manager(X509Certificate[] chain)
      throws CertificateException {
    try {
      if (jvm && !authorities.areNamedBy(chain)) {
        X509ExtendedTrustManager present = ofJvm;
        ofJvm = present == null ? manager((KeyStore) null) : present;
        return ofJvm;
      }
      X509ExtendedTrustManager present = ofAuthorities;
      ofAuthorities = present == null ? manager(authorities.keyStore()) : present;
      return ofAuthorities;
    } catch (GeneralSecurityException e) {
      throw refusal(chain, false, e);
    }
  }

  /** Returns the JVM's manager for a store; {@code null} for the JVM's trust store. */
  private static X509ExtendedTrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    throw new GeneralSecurityException(
        "the JVM's trust managers (" + factory.getAlgorithm() + ") do not verify host names");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw noServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw noServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw noServer();
  }

  private static CertificateException noServer() {
    return new CertificateException("only servers are verified");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    // Of use to servers only, which tell their clients.
    return new X509Certificate[0];
  }
}
