package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.SslMode;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsSettingsTest {
  private static TestCertificate ours;
  private static TestCertificate other;

  @TempDir private Path directory;
  private TlsServer server;

  @BeforeAll
  static void makeCertificates() throws Exception {
    ours = TestCertificate.forHost("localhost");
    other = TestCertificate.forHost("localhost");
  }

  @BeforeEach
  void serve() throws Exception {
    server = new TlsServer(ours);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private Path ca(TestCertificate... certificates) throws IOException, GeneralSecurityException {
    StringBuilder pem = new StringBuilder("# bundle\n");
    for (TestCertificate certificate : certificates) {
      pem.append(certificate.pem());
    }
    return Files.writeString(directory.resolve("ca.pem"), pem);
  }

  private SSLSession echo(TlsSettings settings, String host) throws IOException {
    try (ChannelSocket socket = server.connect()) {
      return echo(settings, socket, host).getSession();
    }
  }

  private SSLSocket echo(TlsSettings settings, ChannelSocket socket, String host)
      throws IOException {
    SSLSocket tls = shake(settings, socket, host, server.port(), far());
    tls.getOutputStream().write('x');
    assertThat(tls.getInputStream().read()).isEqualTo('x');
    return tls;
  }

  private static Deadline far() {
    return Deadline.after(Background.LONG);
  }

  private static SSLSocket shake(
      TlsSettings settings, Socket socket, String host, int port, Deadline deadline)
      throws IOException {
    return settings.handshake(socket, host, port, settings.mode(host, false), deadline);
  }

  private static TlsSettings asked(SslMode mode) {
    return new TlsSettings(mode, null, false);
  }

  private static TlsSettings asked(SslMode mode, Path ca) {
    return new TlsSettings(mode, CaFile.of(ca), false);
  }

  private static TlsSettings byDefault() {
    return new TlsSettings(null, null, true);
  }

  @ParameterizedTest
  @EnumSource(names = {"PREFERRED", "REQUIRED"})
  void modes_that_do_not_verify_take_any_certificate(SslMode mode) throws IOException {
    assertThat(echo(asked(mode), "anything.example").getProtocol()).isEqualTo("TLSv1.3");
  }

  @Test
  void verifying_the_ca_takes_the_right_one_whatever_the_host_is_called() throws Exception {
    TlsSettings settings = asked(SslMode.VERIFY_CA, ca(other, ours));
    echo(settings, "anything.example");
    echo(settings, "127.0.0.1");
  }

  @Test
  void verifying_the_ca_refuses_another_one_and_says_what_to_set() throws Exception {
    Path ca = ca(other);
    assertThatThrownBy(() -> echo(asked(SslMode.VERIFY_CA, ca), "localhost"))
        .isInstanceOf(TlsConfigurationException.class)
        .hasMessageStartingWith(
            "The certificate of localhost was not accepted (sslMode VERIFY_CA): it is for"
                + " localhost, issued by CN=localhost; trusted is the CA file "
                + ca
                + " (sslCa, DB_SSL_CA); set sslCa (DB_SSL_CA) to a file with its authority's"
                + " certificate; sslMode (DB_SSL_MODE) REQUIRED would give the password to any"
                + " server that answers (")
        .hasCauseInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void without_a_file_the_trust_store_of_the_jvm_decides() throws Exception {
    assertThatThrownBy(() -> echo(byDefault(), "localhost"))
        .isInstanceOf(TlsConfigurationException.class)
        .hasMessageContaining("; trusted is the JVM's trust store; set sslCa (DB_SSL_CA)");
    JvmTrustStore.trusting(
        directory,
        ours,
        () -> {
          echo(byDefault(), "localhost");
        });
  }

  @Test
  void with_a_file_the_trust_store_of_the_jvm_does_not_count() throws Exception {
    JvmTrustStore.trusting(
        directory,
        ours,
        () -> {
          TlsSettings settings = asked(SslMode.VERIFY_IDENTITY, ca(other));
          assertThatThrownBy(() -> echo(settings, "localhost"))
              .isInstanceOf(TlsConfigurationException.class);
        });
  }

  @Test
  void a_host_of_rds_is_trusted_by_the_roots_of_its_region_and_by_the_trust_store_of_the_jvm()
      throws Exception {
    String host = "shop.proxy-abc.eu-west-1.rds.amazonaws.com";
    TestCertificate proxy = TestCertificate.forHost(host);
    try (TlsServer server = new TlsServer(proxy)) {
      assertThatThrownBy(() -> server.handshake(byDefault(), host))
          .isInstanceOf(TlsConfigurationException.class)
          .hasMessageContaining(
              "trusted is the authorities of RDS in eu-west-1, and the JVM's trust store; set sslCa"
                  + " (DB_SSL_CA) to the file of RDS's authorities,"
                  + " https://truststore.pki.rds.amazonaws.com/eu-west-1/eu-west-1-bundle.pem (");
      JvmTrustStore.trusting(
          directory,
          proxy,
          () -> {
            server.handshake(byDefault(), host);
            server.handshake(byDefault(), host.toUpperCase(Locale.ROOT) + ".");
          });
    }
  }

  // Made with OpenSSL: a root, an authority below it, and a server, as RDS has them; and a client.
  private static final String TEST_HOST = "shop.abc123.xx-test-1.rds.amazonaws.com";

  private static TestCertificate below(String file) throws IOException, GeneralSecurityException {
    try (InputStream in = TlsSettingsTest.class.getResourceAsStream("rds/" + file)) {
      return TestCertificate.read(in);
    }
  }

  @Test
  void what_a_root_of_the_region_has_signed_is_trusted_for_its_own_name() throws Exception {
    try (TlsServer server = new TlsServer(below("server.p12"))) {
      server.handshake(byDefault(), TEST_HOST);
      server.handshake(byDefault(), TEST_HOST.toUpperCase(Locale.ROOT) + ".");
      String other = "other.abc123.xx-test-1.rds.amazonaws.com";
      assertThatThrownBy(() -> server.handshake(byDefault(), other))
          .isInstanceOf(TlsConfigurationException.class)
          .hasMessageContaining(
              "it is for "
                  + TEST_HOST
                  + ", issued by CN=Amazon RDS xx-test-1 Subordinate CA RSA2048 G1,")
          .hasMessageContaining("its authority is trusted, but " + other + " is none of its names");
    }
  }

  @Test
  void a_root_of_another_region_is_not_trusted() throws Exception {
    try (TlsServer server = new TlsServer(below("server.p12"))) {
      assertThatThrownBy(
              () -> server.handshake(byDefault(), "shop.abc123.eu-west-1.rds.amazonaws.com"))
          .isInstanceOf(TlsConfigurationException.class)
          .hasMessageContaining("trusted is the authorities of RDS in eu-west-1");
      assertThatThrownBy(() -> server.handshake(byDefault(), "db.example"))
          .isInstanceOf(TlsConfigurationException.class)
          .hasMessageContaining("it is a server of Amazon RDS: set host (DB_HOST) to its own name");
    }
  }

  @Test
  void a_certificate_for_clients_is_not_trusted() throws Exception {
    try (TlsServer server = new TlsServer(below("client.p12"))) {
      assertThatThrownBy(() -> server.handshake(byDefault(), TEST_HOST))
          .isInstanceOf(TlsConfigurationException.class)
          .hasMessageContaining("Extended key usage does not permit use for TLS server");
    }
  }

  @Test
  void a_certificate_that_only_claims_a_root_as_its_issuer_is_not_trusted() throws Exception {
    TestCertificate forged =
        TestCertificate.forged(
            "CN=Amazon RDS xx-test-1 Root CA RSA2048 G1, OU=Amazon RDS, O=\"Amazon Web Services,"
                + " Inc.\", C=US",
            TEST_HOST);
    try (TlsServer server = new TlsServer(forged)) {
      assertThatThrownBy(() -> server.handshake(byDefault(), TEST_HOST))
          .isInstanceOf(TlsConfigurationException.class)
          .hasMessageContaining("was not accepted");
    }
  }

  @Test
  void a_region_that_is_not_there_is_verified_by_the_trust_store_of_the_jvm() throws Exception {
    String host = "shop.abc.xx-north-9.rds.amazonaws.com";
    TestCertificate certificate = TestCertificate.forHost(host);
    try (TlsServer server = new TlsServer(certificate)) {
      assertThatThrownBy(() -> server.handshake(byDefault(), host))
          .isInstanceOf(TlsConfigurationException.class)
          .hasMessageContaining(
              "trusted is the JVM's trust store, as the authorities of RDS in xx-north-9 are not in"
                  + " this version of Thaw; set sslCa (DB_SSL_CA) to the file of RDS's authorities,"
                  + " https://truststore.pki.rds.amazonaws.com/xx-north-9/xx-north-9-bundle.pem (");
      JvmTrustStore.trusting(
          directory,
          certificate,
          () -> {
            server.handshake(byDefault(), host);
          });
    }
  }

  @Test
  void what_a_certificate_says_is_one_short_line() throws Exception {
    TestCertificate certificate = TestCertificate.named("CN=evil\n2026 ERROR " + "x".repeat(500));
    try (TlsServer server = new TlsServer(certificate)) {
      assertThatThrownBy(() -> server.handshake(byDefault(), "localhost"))
          .isInstanceOf(TlsConfigurationException.class)
          .message()
          .hasSizeLessThan(1_000)
          .doesNotContain("\n");
    }
  }

  @Test
  void verifying_the_identity_takes_the_host_that_the_certificate_is_for() throws Exception {
    echo(asked(SslMode.VERIFY_IDENTITY, ca(ours)), "localhost");
  }

  @ParameterizedTest
  @ValueSource(strings = {"db.example", "127.0.0.1"})
  void verifying_the_identity_refuses_another_host(String host) throws Exception {
    Path ca = ca(ours);
    assertThatThrownBy(() -> echo(asked(SslMode.VERIFY_IDENTITY, ca), host))
        .isInstanceOf(TlsConfigurationException.class)
        .hasMessageStartingWith(
            "The certificate of "
                + host
                + " was not accepted (sslMode VERIFY_IDENTITY): it is for localhost, issued by"
                + " CN=localhost; its authority is trusted, but "
                + host
                + " is none of its names: set host (DB_HOST) to one of them; where "
                + host
                + " is an alias or a tunnel, sslMode (DB_SSL_MODE) VERIFY_CA with a CA file (sslCa,"
                + " DB_SSL_CA) verifies the authority only (");
  }

  @Test
  void a_certificate_that_has_expired_says_when() throws Exception {
    CertificateRefusal refusal =
        new CertificateRefusal(TestCertificate.expired("localhost").certificate(), false, "a file");
    assertThat(refusal.message("localhost", SslMode.VERIFY_CA, new CertificateException("expired")))
        .startsWith(
            "The certificate of localhost was not accepted (sslMode VERIFY_CA): it is for"
                + " localhost, issued by CN=localhost; it is valid from 20")
        .contains(", and now is 20")
        .endsWith(" (expired)");
  }

  @Test
  void a_handshake_that_fails_otherwise_does_not_blame_the_certificate() throws Exception {
    TlsSettings settings = asked(SslMode.VERIFY_IDENTITY, ca(ours));
    try (SocketPair pair = SocketPair.open();
        Background<SSLSocket> handshake =
            Background.run(() -> shake(settings, pair.socket(), "localhost", 3306, far()))) {
      pair.peer().getInputStream().read();
      pair.peer().close();
      assertThat(handshake.failure())
          .isInstanceOf(SSLException.class)
          .isNotInstanceOf(TlsConfigurationException.class)
          .message()
          .doesNotContain("certificate");
    }
  }

  @Test
  void a_handshake_does_not_begin_after_the_deadline() throws Exception {
    TlsSettings settings = asked(SslMode.REQUIRED);
    try (SocketPair pair = SocketPair.open()) {
      Deadline passed = Deadline.after(Duration.ZERO);
      assertThatThrownBy(() -> shake(settings, pair.socket(), "localhost", 3306, passed))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("The deadline passed before the TLS handshake");
      pair.socket().abort();
      assertThat(pair.peer().getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void a_file_that_was_replaced_is_read_again() throws Exception {
    TlsSettings settings = asked(SslMode.VERIFY_IDENTITY, ca(ours));
    echo(settings, "localhost");
    ca(other);
    assertThatThrownBy(() -> echo(settings, "localhost"))
        .isInstanceOf(TlsConfigurationException.class);
    ca(other, ours);
    echo(settings, "localhost");
  }

  @Test
  void a_file_that_went_bad_is_named_and_what_it_held_is_trusted_no_more() throws Exception {
    Path ca = ca(ours);
    TlsSettings settings = asked(SslMode.VERIFY_IDENTITY, ca);
    echo(settings, "localhost");
    Files.writeString(ca, "");
    assertThatThrownBy(() -> echo(settings, "localhost"))
        .isInstanceOf(TlsConfigurationException.class)
        .hasMessage(
            "the CA file " + ca + " (sslCa, DB_SSL_CA) cannot be used: it holds no certificate");
    Files.delete(ca);
    assertThatThrownBy(() -> echo(settings, "localhost"))
        .isInstanceOf(TlsConfigurationException.class)
        .hasMessageEndingWith(" cannot be used: there is no such file");
  }

  @Test
  void the_next_handshake_resumes_the_session() throws Exception {
    TlsSettings settings = asked(SslMode.VERIFY_CA, ca(ours));
    SSLSession first = echo(settings, "localhost");
    SSLSession second = echo(settings, "localhost");
    // A resumed session has the creation time of the first one, a new one its own.
    assertThat(second.getCreationTime()).isEqualTo(first.getCreationTime());
    assertThat(second.getPeerCertificates()).isEqualTo(first.getPeerCertificates());
    await()
        .atMost(Background.LONG)
        .until(() -> System.currentTimeMillis() > first.getCreationTime());
    SSLSession unrelated = echo(asked(SslMode.VERIFY_CA, ca(ours)), "localhost");
    assertThat(unrelated.getCreationTime()).isGreaterThan(first.getCreationTime());
  }

  @ParameterizedTest
  @EnumSource
  void warming_up_needs_no_peer(SslMode mode) throws Exception {
    TlsSettings settings = TlsMode.verifies(mode) ? asked(mode, ca(ours)) : asked(mode);
    settings.warmUp("localhost");
    settings.warmUp(null);
    assertThat(server.served).isEmpty();
  }

  @Test
  @Timeout(value = 4, unit = TimeUnit.SECONDS) // JSSE waits 5 s for a silent peer.
  void closing_does_not_wait_for_a_silent_peer_once_waiting_is_stopped() throws IOException {
    try (ChannelSocket socket = server.connect()) {
      SSLSocket tls = echo(asked(SslMode.REQUIRED), socket, "localhost");
      // The server reads no more, so it does not answer the close_notify.
      tls.setSoTimeout((int) Duration.ofMinutes(1).toMillis());
      socket.stopWaiting();
      tls.close();
    }
  }

  /** Answers each client's first byte with the same, and reads no more. */
  private static final class TlsServer implements AutoCloseable {
    private final SSLServerSocket listener;
    private final Background<Void> serving;
    private final List<SSLSocket> served = new CopyOnWriteArrayList<>();

    TlsServer(TestCertificate certificate) throws Exception {
      listener =
          (SSLServerSocket)
              certificate
                  .serverContext()
                  .getServerSocketFactory()
                  .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
      serving = Background.perform(this::serve);
    }

    private void serve() throws IOException {
      while (!listener.isClosed()) {
        SSLSocket socket = (SSLSocket) listener.accept();
        served.add(socket);
        try {
          int first = socket.getInputStream().read();
          if (first >= 0) {
            socket.getOutputStream().write(first);
          }
        } catch (IOException e) {
          // A client that does not like the certificate says so and goes.
        }
      }
    }

    int port() {
      return listener.getLocalPort();
    }

    ChannelSocket connect() throws IOException {
      ChannelSocket client = new ChannelSocket(() -> {});
      client.deadline(far());
      client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
      return client;
    }

    void handshake(TlsSettings settings, String host) throws IOException {
      try (ChannelSocket client = connect()) {
        shake(settings, client, host, port(), far()).close();
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
      for (SSLSocket socket : served) {
        socket.close();
      }
      serving.close();
    }
  }
}
