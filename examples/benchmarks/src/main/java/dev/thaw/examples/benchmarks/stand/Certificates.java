package dev.thaw.examples.benchmarks.stand;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Certificates as AWS's endpoints have them: RSA with 2048 bits, an authority between the root and
 * the server's. The JDK's keytool makes them for each run.
 */
public final class Certificates {
  private static final String CARRIED = "dev/thaw/internal/net/amazon.der";
  private static final String PASSWORD = "changeit";
  private static final char[] PASSWORD_CHARS = PASSWORD.toCharArray();

  private final Path folder;
  private final KeyStore keys;
  private final Path carriedAuthorities;

  private Certificates(Path folder, KeyStore keys) throws IOException, GeneralSecurityException {
    this.folder = folder;
    this.keys = keys;
    // Once: an archive of classes is not used with a jar that was written after it.
    this.carriedAuthorities = writeCarriedAuthorities();
  }

  /**
   * Makes certificates for the loopback interface.
   *
   * @param folder where the files go
   */
  public static Certificates create(Path folder) throws IOException, GeneralSecurityException {
    Path store = folder.resolve("keys.p12");
    Files.deleteIfExists(store);
    keytool(store, "root", "-ext", "bc:c");
    keytool(store, "intermediate", "-signer", "root", "-ext", "bc:c=ca:true,pathlen:0");
    String names = "san=dns:localhost,ip:127.0.0.1";
    keytool(store, "server", "-signer", "intermediate", "-ext", names, "-ext", "eku=serverAuth");
    return new Certificates(folder, load(store));
  }

  private static void keytool(Path store, String alias, String... more) throws IOException {
    String program = Jdk.running().home().resolve("bin").resolve("keytool").toString();
    List<String> command = new ArrayList<>(List.of(program, "-genkeypair", "-alias", alias));
    command.addAll(List.of("-keyalg", "RSA", "-keysize", "2048", "-validity", "30"));
    command.addAll(List.of("-dname", "CN=Thaw benchmark " + alias, "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    command.addAll(List.of(more));
    ChildProcess.run(new ProcessBuilder(command));
  }

  private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD_CHARS);
      return store;
    }
  }

  /** Returns the server's side: its key, and the chain without the root. */
  SSLContext serverContext() throws GeneralSecurityException, IOException {
    Certificate[] chain = keys.getCertificateChain("server");
    KeyStore server = KeyStore.getInstance("PKCS12");
    server.load(null, PASSWORD_CHARS);
    server.setKeyEntry(
        "server",
        keys.getKey("server", PASSWORD_CHARS),
        PASSWORD_CHARS,
        new Certificate[] {chain[0], chain[1]});
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(server, PASSWORD_CHARS);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  /**
   * Returns a copy of the authorities that a JDK trusts, with the root added. Loading all of them
   * is part of a cold start in production, too.
   */
  Path trustStore(Jdk jdk) throws IOException, GeneralSecurityException {
    Path copy = folder.resolve("cacerts-" + jdk.feature());
    KeyStore authorities = KeyStore.getInstance(jdk.trustStore().toFile(), PASSWORD_CHARS);
    authorities.setCertificateEntry("thaw-benchmark", keys.getCertificate("root"));
    try (OutputStream out = Files.newOutputStream(copy)) {
      authorities.store(out, PASSWORD_CHARS);
    }
    return copy;
  }

  /**
   * Returns a jar with the authorities that Thaw carries, and the root beside them; it goes before
   * Thaw's own on a class path.
   */
  Path carriedAuthorities() {
    return carriedAuthorities;
  }

  private Path writeCarriedAuthorities() throws IOException, GeneralSecurityException {
    Path file = folder.resolve("carried-authorities.jar");
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file));
        InputStream amazon =
            requireNonNull(Certificates.class.getResourceAsStream("/" + CARRIED), CARRIED)) {
      jar.putNextEntry(new ZipEntry(CARRIED));
      amazon.transferTo(jar);
      jar.write(keys.getCertificate("root").getEncoded());
    }
    return file;
  }

  /** Returns a store with a database's authority, as Connector/J reads it. */
  Optional<Path> trustStoreOf(Optional<Path> authority)
      throws IOException, GeneralSecurityException {
    if (authority.isEmpty()) {
      return Optional.empty();
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD_CHARS);
    try (InputStream in = Files.newInputStream(authority.get())) {
      store.setCertificateEntry(
          "database", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    Path file = folder.resolve("database.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD_CHARS);
    }
    return Optional.of(file);
  }

  /** Returns the root as a PEM file. */
  public Path rootPem() throws IOException, GeneralSecurityException {
    return Files.writeString(
        folder.resolve("root.pem"), pem("CERTIFICATE", keys.getCertificate("root").getEncoded()));
  }

  /** Returns the server's certificate and the one that signs it, as PEM. */
  String serverChainPem() throws GeneralSecurityException {
    Certificate[] chain = keys.getCertificateChain("server");
    return pem("CERTIFICATE", chain[0].getEncoded()) + pem("CERTIFICATE", chain[1].getEncoded());
  }

  /** Returns the server's key, as PEM. */
  String serverKeyPem() throws GeneralSecurityException {
    return pem("PRIVATE KEY", keys.getKey("server", PASSWORD_CHARS).getEncoded());
  }

  private static String pem(String type, byte[] der) {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }
}
