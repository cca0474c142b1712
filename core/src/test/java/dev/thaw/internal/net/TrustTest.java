package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.fixture.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The certificates are made by {@code make} in the resources' folder {@code tls}. */
class TrustTest {
  private static final String HOST = "db.example";

  private static X509Certificate[] chain(String server) throws Exception {
    return certificate(server).chain();
  }

  private static TestCertificate certificate(String server)
      throws IOException, GeneralSecurityException {
    try (InputStream in = TrustTest.class.getResourceAsStream("tls/" + server + ".p12")) {
      return TestCertificate.read(in);
    }
  }

  private static List<X509Certificate> roots() throws IOException, GeneralSecurityException {
    List<X509Certificate> roots = new ArrayList<>();
    try (InputStream in = TrustTest.class.getResourceAsStream("tls/roots.pem")) {
      CertificateFactory.getInstance("X.509")
          .generateCertificates(in)
          .forEach(each -> roots.add((X509Certificate) each));
    }
    return roots;
  }

  private static TrustManager ofJvm() throws GeneralSecurityException, IOException {
    KeyStore store = new Authorities(roots()).keyStore();
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return factory.getTrustManagers()[0];
  }

  /** Shakes hands in memory, and says what the client has against the server. */
  private static void handshake(TrustManager manager, String server, String host, boolean named)
      throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {manager}, null);
    SSLEngine client = context.createSSLEngine(host, 3306);
    client.setUseClientMode(true);
    if (named) {
      SSLParameters parameters = client.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      client.setSSLParameters(parameters);
    }
    EngineHandshake.run(client, certificate(server).serverContext().createSSLEngine());
  }

  private static boolean accepts(TrustManager manager, String server, String host)
      throws Exception {
    try {
      handshake(manager, server, host, true);
      return true;
    } catch (SSLException e) {
      assertThat(e).hasCauseInstanceOf(CertificateException.class);
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({
    // Whether the short way decides, and whether the server is accepted.
    "plain, db.example, true, true",
    "plain, DB.Example, true, true",
    "plain, other.example, true, false",
    "plain, a.db.example, true, false",
    "plain, 127.0.0.1, true, false",
    "without-usages, db.example, true, true",
    "any-use, db.example, true, true",
    "rsa, db.example, true, true",
    "p384, db.example, true, true",
    "short-rsa, db.example, false, true",
    "md5, db.example, false, false",
    "wildcard, a.db.example, true, true",
    "wildcard, db.example, true, false",
    "wildcard, a.b.db.example, true, false",
    "wildcard, a_b.db.example, true, false",
    "wildcard, a-.db.example, true, false",
    "part-wildcard, r1.db.example, true, true",
    "part-wildcard, a.db.example, true, false",
    "top-wildcard, db.example, true, true",
    "top-wildcard, localhost, true, false",
    "address, 127.0.0.1, true, true",
    "address, ::1, true, true",
    "address, 127.0.0.2, true, false",
    "address-as-name, 127.0.0.1, true, false",
    "common-name, db.example, true, true",
    "common-name, a.db.example, true, false",
    "other-name, db.example, true, false",
    "expired, db.example, false, false",
    "future, db.example, false, false",
    "for-clients, db.example, false, false",
    "for-signing, db.example, false, false",
    "netscape-client, db.example, false, false",
    "critical, db.example, false, false",
    "sub, db.example, true, true",
    "sub-no-authority, db.example, false, false",
    "sub-without-constraints, db.example, false, false",
    "sub-not-signing, db.example, false, false",
    "sub-expired, db.example, false, false",
    "sub-other-names, db.example, false, false",
    "sub-names, db.example, true, true",
    "sub-last, db.example, true, true",
    "beyond, db.example, false, false",
    "by-no-authority, db.example, false, false",
    "forged, db.example, false, false",
    "by-other, db.example, false, false",
  })
  void a_server_is_accepted_as_the_trust_manager_of_the_jvm_would(
      String server, String host, boolean isShort, boolean accepted) throws Exception {
    List<X509Certificate> roots = roots();
    assertThat(accepts(ofJvm(), server, host)).as("by the JVM").isEqualTo(accepted);
    assertThat(accepts(Trust.in("a file", roots), server, host)).isEqualTo(accepted);
    assertThat(accepts(Trust.inAuthoritiesAndJvm("RDS", roots), server, host)).isEqualTo(accepted);
    assertThat(new Authorities(roots).haveSigned(chain(server), "UNKNOWN")).isEqualTo(isShort);
  }

  @Test
  void where_newer_jvms_have_other_rules_the_jvm_decides() throws Exception {
    // Whether the subject's name counts beside alternative names that are none of a host.
    assertThat(accepts(Trust.in("a file", roots()), "mail-name", "db.example"))
        .isEqualTo(accepts(ofJvm(), "mail-name", "db.example"));
  }

  @Test
  void a_certificate_for_signatures_is_not_accepted_for_another_key_exchange() throws Exception {
    for (TrustManager manager : List.of(ofJvm(), Trust.in("a file", roots()))) {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {manager}, null);
      SSLEngine client = context.createSSLEngine(HOST, 3306);
      client.setUseClientMode(true);
      SSLEngine server = certificate("rsa").serverContext().createSSLEngine();
      server.setEnabledProtocols(new String[] {"TLSv1.2"});
      // Newer JVMs have none of these suites on.
      server.setEnabledCipherSuites(new String[] {"TLS_RSA_WITH_AES_128_GCM_SHA256"});
      assertThatThrownBy(() -> EngineHandshake.run(client, server))
          .isInstanceOf(SSLException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"plain, true", "other-name, true", "expired, false", "by-other, false"})
  void the_name_does_not_count_where_only_the_authority_is_verified(String server, boolean accepted)
      throws Exception {
    Trust trust = Trust.in("a file", roots());
    if (accepted) {
      handshake(trust, server, HOST, false);
    } else {
      assertThatThrownBy(() -> handshake(trust, server, HOST, false))
          .isInstanceOf(SSLException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdk.tls.disabledAlgorithms=SSLv3, EC",
        "jdk.tls.disabledAlgorithms=EC keySize < 257",
        "jdk.tls.disabledAlgorithms=RSA keySize < 3072",
        "jdk.tls.disabledAlgorithms=RSA keySize <= 2048",
        "jdk.tls.disabledAlgorithms=sha256withecdsa",
        "jdk.tls.disabledAlgorithms=SHA256 & denyAfter 2020-01-01",
        "jdk.tls.disabledAlgorithms=include my.own.list",
        "jdk.tls.disabledAlgorithms=SSLv3, secp256r1",
        "jdk.tls.disabledAlgorithms=ecdsa_secp256r1_sha256",
        "jdk.tls.disabledAlgorithms=\"EC keySize < 257, SSLv3\"",
        "jdk.certpath.disabledAlgorithms=EC keySize < 384&usage TLSServer",
        "jdk.certpath.disabledAlgorithms=\"EC jdkCA, MD2\"",
        "jdk.certpath.disabledAlgorithms=SHA256 usage TLSServer",
        "jdk.certpath.disabledAlgorithms=RSA keySize < 4096 & usage TLSServer",
        "jdk.certpath.disabledAlgorithms=SHA-256 jdkCA & usage TLSServer",
        "jdk.certpath.disabledAlgorithms=EC jdkCA",
      })
  void where_the_jvm_may_forbid_an_algorithm_for_tls_the_short_way_is_closed(String setting)
      throws Exception {
    List<X509Certificate> path = List.of(chain("plain")[0]);
    assertThat(PlainAlgorithms.areAllIn(path)).isTrue();
    String[] parts = setting.split("=", 2);
    String former = Security.getProperty(parts[0]);
    Security.setProperty(parts[0], parts[1]);
    try {
      assertThat(PlainAlgorithms.areAllIn(path)).isFalse();
    } finally {
      Security.setProperty(parts[0], former);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSLv3, TLSv1, TLSv1.1, RC4, DES, MD5withRSA, DH keySize < 1024, ECDH, anon, NULL",
        "RSA keySize < 2048, EC keySize < 256, DSA keySize < 2048, DH keySize < 2048, SHA1",
        "TLS_RSA_*, rsa_pkcs1_sha1 usage HandshakeSignature, SHA224",
        "\"3DES_EDE_CBC, DTLSv1.0, DH keySize < 1024\"",
        "",
      })
  void what_the_jvm_forbids_besides_does_not_close_the_short_way(String entries) throws Exception {
    String former = Security.getProperty("jdk.tls.disabledAlgorithms");
    Security.setProperty("jdk.tls.disabledAlgorithms", entries);
    try {
      assertThat(PlainAlgorithms.areAllIn(List.of(chain("plain")[0]))).isTrue();
    } finally {
      Security.setProperty("jdk.tls.disabledAlgorithms", former);
    }
  }

  @Test
  void a_wish_for_revocation_lists_closes_the_short_way() throws Exception {
    System.setProperty("com.sun.net.ssl.checkRevocation", "true");
    try {
      assertThat(new Authorities(roots()).haveSigned(chain("plain"), "UNKNOWN")).isFalse();
    } finally {
      System.clearProperty("com.sun.net.ssl.checkRevocation");
    }
  }
}
