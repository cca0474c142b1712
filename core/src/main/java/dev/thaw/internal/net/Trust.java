package dev.thaw.internal.net;

import dev.thaw.internal.net.CertificateRefusal.RefusedException;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Verifies servers with the roots of RDS, if there are any, and with the JVM's trust store for a
 * certificate that none of them has signed; or with the JVM's trust manager for a CA file.
 *
 * <p>The roots are asked through {@link CertPathValidator}, with names and keys alone, and the
 * host's name is compared here: the JVM's trust managers, anchors that are certificates, and what
 * JSSE adds to a trust manager that is not an extended one, all load the JVM's trust store, which
 * takes longer than a handshake.
 *
 * <p>Thread-safe.
 */
final class Trust extends X509ExtendedTrustManager {
  // RFC 5280, 4.2.1.12: for TLS servers, and for anything.
  private static final List<String> FOR_SERVERS = List.of("1.3.6.1.5.5.7.3.1", "2.5.29.37.0");

  private final String description;
  private final Map<X500Principal, TrustAnchor> roots = new HashMap<>();
  private @Nullable X509ExtendedTrustManager others;

  private Trust(String description) {
    this.description = description;
  }

  /**
   * Returns the trust in roots and in the JVM's trust store.
   *
   * @param description what is trusted, for messages
   */
  static Trust inRootsAndJvm(String description, List<X509Certificate> roots) {
    Trust trust = new Trust(description);
    for (X509Certificate root : roots) {
      X500Principal name = root.getSubjectX500Principal();
      trust.roots.put(name, new TrustAnchor(name, root.getPublicKey(), null));
    }
    return trust;
  }

  /**
   * Returns the trust in authorities, and in nothing else.
   *
   * @param description what is trusted, for messages
   */
  static Trust in(String description, List<X509Certificate> authorities)
      throws GeneralSecurityException {
    Trust trust = new Trust(description);
    trust.others = manager(keyStore(authorities));
    return trust;
  }

  private static KeyStore keyStore(List<X509Certificate> authorities)
      throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
    int index = 0;
    for (X509Certificate authority : authorities) {
      store.setCertificateEntry("ca-" + index++, authority);
    }
    return store;
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
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    if (isVerifiedByRoot(chain)) {
      if (socket instanceof SSLSocket tls) {
        requireName(chain[0], tls.getSSLParameters(), tls.getHandshakeSession());
      }
      return;
    }
    X509ExtendedTrustManager others = others(chain);
    try {
      others.checkServerTrusted(chain, type, socket);
    } catch (CertificateException e) {
      throw refusal(chain, isTrusted(others, chain, type), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    if (isVerifiedByRoot(chain)) {
      requireName(chain[0], engine.getSSLParameters(), engine.getHandshakeSession());
      return;
    }
    X509ExtendedTrustManager others = others(chain);
    try {
      others.checkServerTrusted(chain, type, engine);
    } catch (CertificateException e) {
      throw refusal(chain, isTrusted(others, chain, type), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    if (!isVerifiedByRoot(chain)) {
      others(chain).checkServerTrusted(chain, type);
    }
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

  private void requireName(
      X509Certificate certificate, SSLParameters parameters, SSLSession session)
      throws CertificateException {
    if (parameters.getEndpointIdentificationAlgorithm() == null) {
      return;
    }
    String host = session.getPeerHost();
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    if (names != null) {
      for (List<?> name : names) {
        if (name.get(0).equals(CertificateRefusal.DNS_NAME)
            && RdsHost.isNamedBy(host, String.valueOf(name.get(1)))) {
          return;
        }
      }
    }
    throw refusal(
        new X509Certificate[] {certificate},
        true,
        new CertificateException("No subject alternative DNS name matching " + host + " found"));
  }

  /** Says no to what claims to be signed by a root and is not: others need not be asked. */
  private boolean isVerifiedByRoot(X509Certificate[] chain) throws CertificateException {
    List<X509Certificate> path = new ArrayList<>(chain.length);
    for (X509Certificate certificate : chain) {
      path.add(certificate);
      TrustAnchor root = roots.get(certificate.getIssuerX500Principal());
      if (root != null) {
        try {
          verify(path, root);
          return true;
        } catch (GeneralSecurityException e) {
          throw refusal(chain, false, e);
        }
      }
    }
    return false;
  }

  private static void verify(List<X509Certificate> path, TrustAnchor root)
      throws GeneralSecurityException {
    List<String> uses = path.get(0).getExtendedKeyUsage();
    if (uses != null && Collections.disjoint(uses, FOR_SERVERS)) {
      throw new CertificateException("Extended key usage does not permit TLS servers");
    }
    boolean[] usage = path.get(0).getKeyUsage();
    // digitalSignature, keyEncipherment, keyAgreement: RFC 5280, 4.2.1.3.
    if (usage != null && !usage[0] && !usage[2] && !usage[4]) {
      throw new CertificateException("Key usage does not permit TLS servers");
    }
    PKIXParameters parameters = new PKIXParameters(Set.of(root));
    parameters.setRevocationEnabled(false);
    CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
  }

  private synchronized X509ExtendedTrustManager others(X509Certificate[] chain)
      throws CertificateException {
    X509ExtendedTrustManager present = others;
    if (present == null) {
      try {
        present = manager(null);
      } catch (GeneralSecurityException e) {
        throw refusal(chain, false, e);
      }
      others = present;
    }
    return present;
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
