package dev.thaw.testing.internal.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thaw.testing.internal.process.ProcessEnds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate and the key of a server that runs only for tests, and the authority that has
 * signed it.
 *
 * <p>The JDK's keytool makes them, as the JDK has no API for it. That takes a second, so they are
 * kept in the cache folder and used until the year ends. Servers of the same authority and names
 * have the same: as on RDS, what trusts one server trusts the one that it fails over to. The
 * authority's key is not kept, so that it signs nothing else.
 *
 * @param folder holds the files
 */
public record ServerCertificate(Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCertificate.class);
  private static final String VALID_DAYS = "3650";
  private static final String PASSWORD = "only-for-a-moment";
  private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f.]*:[0-9A-Fa-f.:]*");

  /** Those of this JVM, where the cache folder cannot be written. */
  private static final Map<String, ServerCertificate> UNCACHED = new ConcurrentHashMap<>();

  /**
   * Returns the certificate of servers of these names.
   *
   * @param authority what the authority is called, of letters and digits
   * @param names the host names and IP addresses that it is for, at least one
   * @throws IllegalStateException if it cannot be made
   */
  public static ServerCertificate of(String authority, List<String> names) {
    return of(TestSettings.ofProcess(), authority, names);
  }

  static ServerCertificate of(TestSettings settings, String authority, List<String> names) {
    String all = authority + "-" + String.join("_", names).replace(':', '-');
    String file = "certificate-" + Year.now(ZoneOffset.UTC) + "-" + all;
    try {
      return new ServerCertificate(
          CacheFolder.of(settings)
              .get(
                  file,
                  folder -> new ServerCertificate(folder).isWhole(),
                  folder -> make(folder, authority, names)));
    } catch (IOException e) {
      LOG.debug("{} cannot be kept", file, e);
      return UNCACHED.computeIfAbsent(file, unused -> uncached(authority, names));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a certificate was being made", e);
    }
  }

  /** Returns whether all files are there: systems clean up what has not been read for long. */
  private boolean isWhole() {
    return Files.exists(authority()) && Files.exists(certificate()) && Files.exists(key());
  }

  private static ServerCertificate uncached(String authority, List<String> names) {
    try {
      Path folder = Files.createTempDirectory("thaw-certificate-");
      folder.toFile().deleteOnExit();
      make(folder, authority, names);
      ServerCertificate made = new ServerCertificate(folder);
      List.of(made.authority(), made.certificate(), made.key())
          .forEach(file -> file.toFile().deleteOnExit());
      return made;
    } catch (IOException e) {
      throw new IllegalStateException("cannot make a certificate for " + names, e);
    }
  }

  private static void make(Path folder, String authority, List<String> names) throws IOException {
    Path store = folder.resolve("keys.p12");
    String alternativeNames =
        names.stream()
            .map(name -> (IP_ADDRESS.matcher(name).matches() ? "ip:" : "dns:") + name)
            .collect(Collectors.joining(","));
    String ofServer =
        "-alias server -signer authority -ext ku:c=digitalSignature -ext eku=serverAuth -ext san="
            + alternativeNames;
    keytool(
        store,
        "Thaw test CA " + authority,
        "-alias authority -ext bc:c=ca:true -ext ku:c=keyCertSign");
    keytool(store, names.get(0), ofServer);
    ServerCertificate made = new ServerCertificate(folder);
    char[] password = PASSWORD.toCharArray();
    try {
      KeyStore keys = KeyStore.getInstance(store.toFile(), password);
      write(made.authority(), "CERTIFICATE", keys.getCertificate("authority").getEncoded());
      write(made.certificate(), "CERTIFICATE", keys.getCertificate("server").getEncoded());
      write(made.key(), "PRIVATE KEY", keys.getKey("server", password).getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IOException("keytool's file cannot be read", e);
    }
    Files.delete(store);
  }

  /** Makes a key pair and its certificate; no option has a space in it. */
  private static void keytool(Path store, String commonName, String options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    // The JVM's optimising compiler would take as long again.
    command.add("-J-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1"));
    // It reaches back, for clocks that are late.
    command.addAll(List.of("-startdate", "-1d", "-validity", VALID_DAYS));
    command.addAll(List.of("-dname", "CN=" + commonName, "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    command.addAll(List.of(options.split(" ")));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    int status = ProcessEnds.await(process);
    if (status != 0) {
      throw new IOException("keytool has failed with status " + status + ": " + output);
    }
  }

  private static void write(Path file, String type, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
  }

  /** Returns the file with the authority's certificate, in PEM. */
  public Path authority() {
    return folder.resolve("ca.pem");
  }

  /** Returns the file with the server's certificate, in PEM. */
  public Path certificate() {
    return folder.resolve("cert.pem");
  }

  /** Returns the file with the server's key, in PEM (PKCS #8). */
  public Path key() {
    return folder.resolve("key.pem");
  }

  /** Returns the TLS set-up of a server in this JVM. */
  public SSLContext context() {
    char[] none = new char[0];
    try (InputStream in = Files.newInputStream(certificate())) {
      Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
      String pem = Files.readString(key()).replaceAll("-----[A-Z ]+-----", "");
      PrivateKey privateKey =
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem)));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, none);
      store.setKeyEntry("server", privateKey, none, new Certificate[] {certificate});
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, none);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot make the TLS set-up of a server", e);
    }
  }
}
