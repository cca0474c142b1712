package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.SslMode;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
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
  private static final Deadline FAR = Deadline.after(Background.LONG);

  private static TestCertificate ours;
  private static TestCertificate other;

  @TempDir private Path directory;
  private SSLServerSocket server;
  private Background<Void> serving;
  private final List<SSLSocket> served = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void makeCertificates() throws Exception {
    ours = TestCertificate.forHost("localhost");
    other = TestCertificate.forHost("localhost");
  }

  @BeforeEach
  void serve() throws Exception {
    server =
        (SSLServerSocket)
            ours.serverContext()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    serving =
        Background.run(
            () -> {
              while (!server.isClosed()) {
                SSLSocket socket = (SSLSocket) server.accept();
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
              return null;
            });
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    for (SSLSocket socket : served) {
      socket.close();
    }
    serving.close();
  }

  private Path ca(TestCertificate... certificates) throws IOException, GeneralSecurityException {
    StringBuilder pem = new StringBuilder("# bundle\n");
    for (TestCertificate certificate : certificates) {
      pem.append(certificate.pem());
    }
    return Files.writeString(directory.resolve("ca.pem"), pem);
  }

  private SSLSession echo(TlsSettings settings, String host) throws IOException {
    try (ChannelSocket socket = connect();
        SSLSocket tls = settings.handshake(socket, host, server.getLocalPort(), FAR)) {
      tls.getOutputStream().write('x');
      assertThat(tls.getInputStream().read()).isEqualTo('x');
      return tls.getSession();
    }
  }

  private ChannelSocket connect() throws IOException {
    ChannelSocket socket = new ChannelSocket(() -> {});
    socket.deadline(Deadline.after(Background.LONG));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
    return socket;
  }

  @ParameterizedTest
  @EnumSource(names = {"PREFERRED", "REQUIRED"})
  void modes_that_do_not_verify_take_any_certificate(SslMode mode) throws IOException {
    assertThat(echo(new TlsSettings(mode, null), "anything.example").getProtocol())
        .isEqualTo("TLSv1.3");
  }

  @Test
  void verifying_the_ca_takes_the_right_one_whatever_the_host_is_called() throws Exception {
    TlsSettings settings = new TlsSettings(SslMode.VERIFY_CA, ca(other, ours));
    echo(settings, "anything.example");
    echo(settings, "127.0.0.1");
  }

  @Test
  void verifying_the_ca_refuses_another_one_and_says_which_file_it_is_not_in() throws Exception {
    Path ca = ca(other);
    assertThatThrownBy(() -> echo(new TlsSettings(SslMode.VERIFY_CA, ca), "localhost"))
        .isInstanceOf(TlsConfigurationException.class)
        .hasMessageStartingWith(
            "The certificate of localhost was not accepted (sslMode VERIFY_CA): it must be signed"
                + " by the CA file "
                + ca
                + "; ")
        .hasCauseInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void without_a_file_the_trust_store_of_the_jvm_decides() {
    assertThatThrownBy(() -> echo(new TlsSettings(SslMode.VERIFY_CA, null), "localhost"))
        .isInstanceOf(TlsConfigurationException.class)
        .hasMessageContaining("must be signed by the JVM's trust store; ");
  }

  @Test
  void verifying_the_identity_takes_the_host_that_the_certificate_is_for() throws Exception {
    echo(new TlsSettings(SslMode.VERIFY_IDENTITY, ca(ours)), "localhost");
  }

  @ParameterizedTest
  @ValueSource(strings = {"db.example", "127.0.0.1"})
  void verifying_the_identity_refuses_another_host(String host) throws Exception {
    Path ca = ca(ours);
    assertThatThrownBy(() -> echo(new TlsSettings(SslMode.VERIFY_IDENTITY, ca), host))
        .isInstanceOf(TlsConfigurationException.class)
        .hasMessageStartingWith(
            "The certificate of "
                + host
                + " was not accepted (sslMode VERIFY_IDENTITY): it must be signed by the CA file "
                + ca
                + " and be issued for that host name; ");
  }

  @Test
  void a_handshake_that_fails_otherwise_does_not_blame_the_certificate() throws Exception {
    TlsSettings settings = new TlsSettings(SslMode.VERIFY_IDENTITY, ca(ours));
    try (SocketPair pair = SocketPair.open();
        Background<SSLSocket> handshake =
            Background.run(() -> settings.handshake(pair.socket(), "localhost", 3306, FAR))) {
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
    TlsSettings settings = new TlsSettings(SslMode.REQUIRED, null);
    try (SocketPair pair = SocketPair.open()) {
      Deadline passed = Deadline.after(Duration.ZERO);
      assertThatThrownBy(() -> settings.handshake(pair.socket(), "localhost", 3306, passed))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("The deadline passed before the TLS handshake");
      pair.socket().abort();
      assertThat(pair.peer().getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void a_missing_file_is_named() {
    Path missing = directory.resolve("missing.pem");
    assertThatThrownBy(() -> echo(new TlsSettings(SslMode.VERIFY_CA, missing), "localhost"))
        .isInstanceOf(TlsConfigurationException.class)
        .hasMessageStartingWith("The CA file " + missing + " cannot be read as PEM certificates (")
        .hasCauseInstanceOf(NoSuchFileException.class);
  }

  @Test
  void an_empty_file_is_named() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty.pem"));
    assertThatThrownBy(() -> echo(new TlsSettings(SslMode.VERIFY_CA, empty), "localhost"))
        .isInstanceOf(TlsConfigurationException.class)
        .hasMessage("The CA file " + empty + " holds no certificate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage",
        "-----BEGIN CERTIFICATE-----\ngarbage\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nTm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n"
      })
  void a_file_of_something_else_is_named(String content) throws IOException {
    Path file = Files.writeString(directory.resolve("other.pem"), content);
    assertThatThrownBy(() -> echo(new TlsSettings(SslMode.VERIFY_CA, file), "localhost"))
        .isInstanceOf(TlsConfigurationException.class)
        .hasMessageStartingWith("The CA file " + file + " ");
  }

  @Test
  void a_file_that_came_late_is_read_at_the_next_connect() throws Exception {
    Path late = directory.resolve("ca.pem");
    TlsSettings settings = new TlsSettings(SslMode.VERIFY_CA, late);
    assertThatThrownBy(() -> echo(settings, "localhost")).isInstanceOf(IOException.class);
    assertThat(ca(ours)).isEqualTo(late);
    echo(settings, "localhost");
  }

  @Test
  void the_next_handshake_resumes_the_session() throws Exception {
    TlsSettings settings = new TlsSettings(SslMode.VERIFY_CA, ca(ours));
    SSLSession first = echo(settings, "localhost");
    SSLSession second = echo(settings, "localhost");
    // A resumed session has the creation time of the first one, a new one its own.
    assertThat(second.getCreationTime()).isEqualTo(first.getCreationTime());
    assertThat(second.getPeerCertificates()).isEqualTo(first.getPeerCertificates());
    await()
        .atMost(Background.LONG)
        .until(() -> System.currentTimeMillis() > first.getCreationTime());
    SSLSession unrelated = echo(new TlsSettings(SslMode.VERIFY_CA, ca(ours)), "localhost");
    assertThat(unrelated.getCreationTime()).isGreaterThan(first.getCreationTime());
  }

  @ParameterizedTest
  @EnumSource
  void warming_up_needs_no_peer(SslMode mode) throws Exception {
    new TlsSettings(mode, mode.compareTo(SslMode.VERIFY_CA) < 0 ? null : ca(ours)).warmUp();
    assertThat(served).isEmpty();
  }

  @Test
  void warming_up_names_a_missing_file() {
    Path missing = directory.resolve("missing.pem");
    assertThatThrownBy(() -> new TlsSettings(SslMode.VERIFY_CA, missing).warmUp())
        .isInstanceOf(TlsConfigurationException.class)
        .hasMessageContaining(missing.toString());
  }

  @Test
  void the_driver_only_negotiates() {
    assertThat(SslMode.values())
        .extracting(mode -> new TlsSettings(mode, null).driverMode())
        .containsExactly("DISABLED", "PREFERRED", "REQUIRED", "REQUIRED", "REQUIRED");
  }

  @Test
  @Timeout(value = 4, unit = TimeUnit.SECONDS) // JSSE waits 5 s for a silent peer.
  void closing_does_not_wait_for_a_silent_peer_once_waiting_is_stopped() throws IOException {
    try (ChannelSocket socket = connect()) {
      SSLSocket tls =
          new TlsSettings(SslMode.REQUIRED, null)
              .handshake(socket, "localhost", server.getLocalPort(), FAR);
      tls.getOutputStream().write('x');
      assertThat(tls.getInputStream().read()).isEqualTo('x');
      // The server reads no more, so it does not answer the close_notify.
      tls.setSoTimeout((int) Duration.ofMinutes(1).toMillis());
      socket.stopWaiting();
      tls.close();
    }
  }
}
