package dev.thaw.internal.net;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/**
 * Authorities that are trusted apart from the JVM's trust store, and a short way to verify what
 * they have signed.
 *
 * <p>The JVM's trust managers load the JVM's trust store for any certificate, in order to know
 * whether its authority is a public one, and so does {@link CertPathValidator} where an anchor is a
 * certificate; that takes longer than a handshake. Here anchors are names and keys alone. The short
 * way says yes or nothing: whatever is not plain is for the JVM's trust manager.
 *
 * <p>Immutable.
 */
final class Authorities {
  // RFC 5280, 4.2.1.12: for TLS servers, and for anything.
  private static final List<String> FOR_SERVERS = List.of("1.3.6.1.5.5.7.3.1", "2.5.29.37.0");
  // The key exchanges in which the server signs with the certificate's key, as JSSE names them; the
  // first is any of TLS 1.3. In others, as "RSA", the key is used in another way.
  private static final Set<String> SIGNED = Set.of("UNKNOWN", "ECDHE_ECDSA", "ECDHE_RSA");
  // Netscape's certificate type, which JSSE heeds as well.
  private static final String NETSCAPE_TYPE = "2.16.840.1.113730.1.1";
  // RFC 5280, 4.2.1.3.
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int SIGNS_CERTIFICATES = 5;

  private final List<X509Certificate> certificates;
  private final Map<X500Principal, Set<TrustAnchor>> anchors = new HashMap<>();

  Authorities(List<X509Certificate> certificates) {
    this.certificates = certificates;
    for (X509Certificate certificate : certificates) {
      X500Principal name = certificate.getSubjectX500Principal();
      Set<TrustAnchor> ofName = anchors.get(name);
      if (ofName == null) {
        ofName = new HashSet<>();
        anchors.put(name, ofName);
      }
      PublicKey key = certificate.getPublicKey();
      if (isPlainAuthority(certificate) && PlainAlgorithms.include(key)) {
        ofName.add(new TrustAnchor(name, key, null));
      }
    }
  }

  /** A name and a key do not say whether the certificate may sign others. */
  private static boolean isPlainAuthority(X509Certificate certificate) {
    boolean[] usage = certificate.getKeyUsage();
    return certificate.getBasicConstraints() >= 0 && (usage == null || usage[SIGNS_CERTIFICATES]);
  }

  /** Returns whether a chain claims that one of these has signed it. */
  boolean areNamedBy(X509Certificate[] chain) {
    return !path(chain).isEmpty();
  }

  /**
   * Returns whether one of these has signed a chain for a TLS server, as far as the short way
   * tells.
   *
   * @param exchange the key exchange, as a trust manager is told it
   */
  boolean haveSigned(X509Certificate[] chain, String exchange) {
    if (!SIGNED.contains(exchange)) {
      return false;
    }
    List<X509Certificate> path = path(chain);
    Set<TrustAnchor> issuers =
        path.isEmpty()
            ? Set.of()
            : anchors.getOrDefault(path.get(path.size() - 1).getIssuerX500Principal(), Set.of());
    try {
      if (issuers.isEmpty() || !isForServers(path.get(0)) || !PlainAlgorithms.areAllIn(path)) {
        return false;
      }
      PKIXParameters parameters = new PKIXParameters(issuers);
      parameters.setRevocationEnabled(false);
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
      return true;
    } catch (GeneralSecurityException e) {
      // Ignored here: the JVM's trust manager, which is asked next, says what is wrong.
      return false;
    }
  }

  /** Returns a chain up to what one of these claims to have signed; empty if there is none. */
  private List<X509Certificate> path(X509Certificate[] chain) {
    List<X509Certificate> path = new ArrayList<>(chain.length);
    for (X509Certificate certificate : chain) {
      path.add(certificate);
      if (anchors.containsKey(certificate.getIssuerX500Principal())) {
        return path;
      }
    }
    return List.of();
  }

  private static boolean isForServers(X509Certificate certificate) throws GeneralSecurityException {
    List<String> uses = certificate.getExtendedKeyUsage();
    boolean[] usage = certificate.getKeyUsage();
    return (uses == null || !Collections.disjoint(uses, FOR_SERVERS))
        && (usage == null || usage[DIGITAL_SIGNATURE])
        && certificate.getExtensionValue(NETSCAPE_TYPE) == null;
  }

  /** Returns them as the JVM's trust managers take them. */
  KeyStore keyStore() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
    int index = 0;
    for (X509Certificate authority : certificates) {
      store.setCertificateEntry("ca-" + index++, authority);
    }
    return store;
  }
}
