package dev.thaw.secrets;

import dev.thaw.testing.internal.server.ServerCertificate;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ServerSocketFactory;

/** Authorities of certificates that nobody trusts unless a test says so. */
final class TestAuthority {
  private static final String PASSWORD = "changeit";

  private TestAuthority() {}

  /** Returns what makes the sockets of a server with a certificate for a name or an address. */
  static ServerSocketFactory serverFor(String name) {
    return certificate(name).context().getServerSocketFactory();
  }

  private static ServerCertificate certificate(String name) {
    return ServerCertificate.of("secrets", List.of(name));
  }

  /** Writes a trust store with those names' authorities, for {@code javax.net.ssl.trustStore}. */
  static Path writeTrustStore(Path folder, String... names) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (String name : names) {
      try (InputStream in = Files.newInputStream(certificate(name).authority())) {
        store.setCertificateEntry(
            name, CertificateFactory.getInstance("X.509").generateCertificate(in));
      }
    }
    Path file = folder.resolve("trust.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
    return file;
  }

  static String trustStorePassword() {
    return PASSWORD;
  }
}
