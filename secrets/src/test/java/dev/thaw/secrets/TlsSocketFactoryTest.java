package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS with the factory against a server of our own, as far as the JDK lets groups be chosen. */
class TlsSocketFactoryTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path folder;

  @Test
  void a_server_with_a_trusted_certificate_for_its_name_is_asked() throws Exception {
    assumeTrue(TlsSocketFactory.isOfUse(), "a JDK with named groups");
    KeyStore certificate = certificate("ip:127.0.0.1");
    assertThat(get(certificate, context(certificate).getSocketFactory())).isEqualTo("hello");
  }

  @Test
  void a_certificate_for_another_name_is_refused() throws Exception {
    assumeTrue(TlsSocketFactory.isOfUse(), "a JDK with named groups");
    KeyStore certificate = certificate("dns:secretsmanager.example.com");
    assertThatExceptionOfType(SSLHandshakeException.class)
        .isThrownBy(() -> get(certificate, context(certificate).getSocketFactory()))
        .withMessageContaining("127.0.0.1");
  }

  @Test
  void a_certificate_that_nobody_vouches_for_is_refused() throws Exception {
    assumeTrue(TlsSocketFactory.isOfUse(), "a JDK with named groups");
    KeyStore certificate = certificate("ip:127.0.0.1");
    assertThatExceptionOfType(SSLHandshakeException.class)
        .isThrownBy(() -> get(certificate, SSLContext.getDefault().getSocketFactory()))
        .withMessageContaining("PKIX");
  }

  @Test
  void the_group_that_costs_least_is_offered_first() throws Exception {
    assumeTrue(TlsSocketFactory.isOfUse(), "a JDK with named groups");
    TlsSocketFactory factory = new TlsSocketFactory(SSLContext.getDefault().getSocketFactory());
    try (SSLSocket socket = (SSLSocket) factory.createSocket()) {
      Method groups = SSLParameters.class.getMethod("getNamedGroups");
      assertThat((String[]) groups.invoke(socket.getSSLParameters()))
          .startsWith("secp384r1")
          .contains("secp256r1", "x25519");
    }
  }

  /** Asks a server with a certificate, trusting what the factory trusts. */
  private static String get(KeyStore certificate, SSLSocketFactory trusting) throws Exception {
    try (SSLServerSocket listening =
        (SSLServerSocket)
            context(certificate)
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> answerOnce(listening));
      server.start();
      URL url = URI.create("https://127.0.0.1:" + listening.getLocalPort() + "/").toURL();
      HttpsURLConnection connection = (HttpsURLConnection) url.openConnection();
      connection.setSSLSocketFactory(new TlsSocketFactory(trusting));
      try (InputStream in = connection.getInputStream()) {
        return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      } finally {
        server.join();
      }
    }
  }

  private static void answerOnce(SSLServerSocket listening) {
    try (SSLSocket socket = (SSLSocket) listening.accept()) {
      // The request is not needed, but a close with it unread would reset the connection.
      byte[] request = new byte[8192];
      if (socket.getInputStream().read(request) > 0) {
        socket
            .getOutputStream()
            .write(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
                    .getBytes(StandardCharsets.US_ASCII));
      }
    } catch (SSLException e) {
      // The client refused the certificate, which it says itself.
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext context(KeyStore store) throws GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    KeyStore authorities = trusted(store);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore trusted(KeyStore store) throws GeneralSecurityException {
    try {
      KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
      authorities.load(null, null);
      authorities.setCertificateEntry("server", store.getCertificate("server"));
      return authorities;
    } catch (IOException e) {
      throw new IllegalStateException("An empty store reads nothing", e);
    }
  }

  /** Makes a key and a certificate that vouches for itself. */
  private KeyStore certificate(String name) throws Exception {
    Path file = folder.resolve("server.p12");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "server",
            "-keyalg",
            "RSA",
            "-dname",
            "CN=server",
            "-ext",
            "san=" + name,
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-storepass",
            new String(PASSWORD),
            "-keystore",
            file.toString());
    Process keytool = new ProcessBuilder(command).inheritIO().start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }
}
