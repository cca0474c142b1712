package dev.thaw.internal.net;

import dev.thaw.internal.util.FileStamp;
import dev.thaw.internal.util.Shown;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file of PEM certificates, which is read again when it has changed. Thread-safe. */
public final class CaFile {
  private static final String BEGIN = "-----BEGIN ";
  private static final String CERTIFICATE = "CERTIFICATE-----";

  private final Path path;
  private @Nullable Contents present;

  /**
   * The certificates at one time.
   *
   * @param certificates at least one
   * @param stamp the file's state when they were read
   */
  record Contents(List<X509Certificate> certificates, FileStamp stamp) {}

  private CaFile(Path path) {
    this.path = path;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it holds no certificates; the message does not name it
   */
  public static CaFile of(Path path) {
    CaFile file = new CaFile(path);
    try {
      file.read();
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), Shown.cause(path, e));
    }
    return file;
  }

  /** Returns the certificates that are in the file now. */
  Contents contents() throws TlsConfigurationException {
    try {
      return read();
    } catch (IOException e) {
      throw new TlsConfigurationException(
          this + " cannot be used: " + e.getMessage(), Shown.cause(path, e));
    }
  }

  private synchronized Contents read() throws IOException {
    try {
      // Before the contents: what is written between the two is read the next time.
      FileStamp stamp = stamp();
      Contents known = present;
      if (known == null || !known.stamp().equals(stamp)) {
        known = new Contents(certificates(), stamp);
        present = known;
      }
      return known;
    } catch (NoSuchFileException e) {
      throw new IOException("there is no such file", e);
    } catch (GeneralSecurityException e) {
      throw new IOException("it cannot be read as PEM certificates", e);
    }
  }

  private FileStamp stamp() throws IOException {
    BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
    if (!now.isRegularFile()) {
      throw new IOException("it is no regular file");
    }
    return FileStamp.of(now);
  }

  private List<X509Certificate> certificates() throws IOException, GeneralSecurityException {
    byte[] contents = Files.readAllBytes(path);
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    String text = new String(contents, StandardCharsets.ISO_8859_1);
    int begin = text.indexOf(BEGIN);
    if (begin >= 0 && text.startsWith(CERTIFICATE, begin + BEGIN.length())) {
      // One by one: for all of them the JDK would first try to read PKCS #7.
      while (begin >= 0) {
        int next = text.indexOf(BEGIN, begin + 1);
        int length = (next < 0 ? contents.length : next) - begin;
        certificates.add(
            (X509Certificate)
                factory.generateCertificate(new ByteArrayInputStream(contents, begin, length)));
        begin = next;
      }
    } else {
      for (Certificate one : factory.generateCertificates(new ByteArrayInputStream(contents))) {
        certificates.add((X509Certificate) one);
      }
    }
    if (certificates.isEmpty()) {
      throw new IOException("it holds no certificate");
    }
    return certificates;
  }

  /** Returns the file's path and the names of the setting, for messages. */
  @Override
  public String toString() {
    return "the CA file " + Shown.path(path) + " (sslCa, DB_SSL_CA)";
  }
}
