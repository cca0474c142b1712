package dev.thaw.secrets;

import dev.thaw.testing.internal.tls.CertificateAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An authority for certificates that nobody trusts unless a test says so. */
final class TestAuthority {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final CertificateAuthority authority = CertificateAuthority.create("test");

  /** Returns what makes the sockets of a server with a certificate for a name or an address. */
  ServerSocketFactory serverFor(String name) {
    CertificateAuthority.ServerCertificate issued = authority.issue(List.of(name));
    try {
      byte[] key =
          Base64.getMimeDecoder().decode(issued.privateKey().replaceAll("-----[A-Z ]+-----", ""));
      PrivateKey privateKey =
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key));
      KeyStore store = emptyStore();
      store.setKeyEntry(
          "server",
          privateKey,
          PASSWORD,
          new Certificate[] {parsed(issued.certificate()), parsed(authority.certificate())});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context.getServerSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes a trust store with the authority, for {@code javax.net.ssl.trustStore}. */
  Path writeTrustStore(Path folder) throws Exception {
    KeyStore store = emptyStore();
    store.setCertificateEntry("authority", parsed(authority.certificate()));
    Path file = folder.resolve("trust.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD);
    }
    return file;
  }

  static String trustStorePassword() {
    return new String(PASSWORD);
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (IOException e) {
      throw new IllegalStateException("An empty store reads nothing", e);
    }
  }

  private static Certificate parsed(String pem) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }
}
