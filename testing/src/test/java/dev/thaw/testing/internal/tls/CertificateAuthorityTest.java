package dev.thaw.testing.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.testing.internal.tls.CertificateAuthority.ServerCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
  private static final char[] NO_PASSWORD = new char[0];

  private final CertificateAuthority authority = CertificateAuthority.create("Test CA");

  @Test
  void a_server_certificate_is_valid_below_its_authority() throws Exception {
    ServerCertificate issued = authority.issue(List.of("db.example.com", "127.0.0.1", "::1"));

    validate(issued, authority, Instant.now());

    X509Certificate certificate = parse(issued.certificate());
    assertThat(certificate.getSubjectAlternativeNames())
        .extracting(name -> (Object) name.get(1))
        .containsExactly("db.example.com", "127.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(certificate.getBasicConstraints()).as("is no CA").isEqualTo(-1);
    assertThat(parse(authority.certificate()).getBasicConstraints()).isGreaterThanOrEqualTo(0);
  }

  @Test
  void another_authority_does_not_vouch_for_it() {
    ServerCertificate issued = authority.issue(List.of("localhost"));
    CertificateAuthority other = CertificateAuthority.create("Test CA");

    assertThatThrownBy(() -> validate(issued, other, Instant.now()))
        .isInstanceOf(CertPathValidatorException.class);
  }

  @Test
  void validity_is_what_was_asked_for_also_after_2049() throws Exception {
    Instant start = Instant.parse("2049-12-31T23:59:59Z");
    Instant end = Instant.parse("2050-01-01T00:00:00Z");

    X509Certificate certificate =
        parse(authority.issue(List.of("localhost"), start, end).certificate());

    assertThat(certificate.getNotBefore().toInstant()).isEqualTo(start);
    assertThat(certificate.getNotAfter().toInstant()).isEqualTo(end);
  }

  @Test
  void an_expired_certificate_is_not_valid() {
    Instant now = Instant.now();
    ServerCertificate expired =
        authority.issue(
            List.of("localhost"), now.minus(Duration.ofHours(2)), now.minus(Duration.ofHours(1)));

    assertThatThrownBy(() -> validate(expired, authority, now))
        .isInstanceOf(CertPathValidatorException.class)
        .hasMessageContaining("validity");
  }

  @Test
  void a_client_that_verifies_the_host_connects_to_the_names_of_the_certificate_only()
      throws Exception {
    ServerCertificate issued = authority.issue(List.of("localhost", "127.0.0.1"));

    assertThat(handshake(issued, "localhost")).isEqualTo("CN=localhost");
    assertThat(handshake(issued, "127.0.0.1")).isEqualTo("CN=localhost");
    assertThatThrownBy(() -> handshake(issued, "db.example.com"))
        .isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void a_private_key_does_not_show_in_text() {
    assertThat(authority.issue(List.of("localhost")).toString()).doesNotContain("BEGIN");
  }

  @Test
  void object_identifiers_and_lengths_are_encoded_as_in_x_690() {
    // The example of ITU-T X.690, 8.19.5, under the arc 2.999.3.
    assertThat(Der.objectIdentifier("2.5.29.17")).containsExactly(6, 3, 0x55, 0x1D, 0x11);
    assertThat(Der.objectIdentifier("1.2.840.10045.4.3.2"))
        .containsExactly(6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2);
    assertThat(Der.octetString(new byte[127])).startsWith(4, 127);
    assertThat(Der.octetString(new byte[128])).startsWith(4, 0x81, 128);
    assertThat(Der.octetString(new byte[256])).startsWith(4, 0x82, 1, 0);
    assertThat(Der.integer(BigInteger.valueOf(128))).containsExactly(2, 2, 0, 128);
  }

  private static void validate(ServerCertificate issued, CertificateAuthority by, Instant at)
      throws GeneralSecurityException {
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(parse(by.certificate()), null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(at));
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509")
                .generateCertPath(List.of(parse(issued.certificate()))),
            parameters);
  }

  /** Connects as a client that verifies the host name, and returns the subject it has seen. */
  private String handshake(ServerCertificate issued, String host) throws Exception {
    SSLContext server = SSLContext.getInstance("TLS");
    KeyStore keys = emptyKeyStore();
    X509Certificate certificate = parse(issued.certificate());
    keys.setKeyEntry("server", key(issued), NO_PASSWORD, new X509Certificate[] {certificate});
    KeyManagerFactory keyManagers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, NO_PASSWORD);
    server.init(keyManagers.getKeyManagers(), null, null);
    SSLContext client = SSLContext.getInstance("TLS");
    KeyStore trusted = emptyKeyStore();
    trusted.setCertificateEntry("ca", parse(authority.certificate()));
    TrustManagerFactory trustManagers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trustManagers.init(trusted);
    client.init(null, trustManagers.getTrustManagers(), null);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (SSLServerSocket listening =
        (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0, 1, loopback)) {
      CompletableFuture<Void> accepted =
          CompletableFuture.runAsync(
              () -> {
                try (SSLSocket socket = (SSLSocket) listening.accept()) {
                  socket.startHandshake();
                  int end = socket.getInputStream().read();
                  assertThat(end).isEqualTo(-1);
                } catch (IOException e) {
                  // The client says what went wrong.
                  assertThat(e).isNotNull();
                }
              });
      try (SSLSocket socket =
          (SSLSocket)
              client
                  .getSocketFactory()
                  .createSocket(new Socket(loopback, listening.getLocalPort()), host, 1, true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket.getSession().getPeerPrincipal().getName();
      } finally {
        accepted.join();
      }
    }
  }

  private static KeyStore emptyKeyStore() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static X509Certificate parse(String pem) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  private static PrivateKey key(ServerCertificate issued) throws GeneralSecurityException {
    String base64 = issued.privateKey().replaceAll("-----[A-Z ]+-----|\\s", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }
}
