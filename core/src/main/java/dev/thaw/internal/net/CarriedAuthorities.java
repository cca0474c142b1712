package dev.thaw.internal.net;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * The root certificates that this library carries, from the resources that {@code .ci/authorities}
 * makes.
 */
final class CarriedAuthorities {
  private CarriedAuthorities() {}

  /** Returns Amazon RDS's three roots of one region; none for a region that is not there. */
  static List<X509Certificate> ofRds(String region) throws IOException, CertificateException {
    return read("rds/" + region + ".der");
  }

  /** Returns the roots of Amazon Trust Services, which sign for AWS's services. */
  static List<X509Certificate> ofAmazon() throws IOException, CertificateException {
    return read("amazon.der");
  }

  private static List<X509Certificate> read(String resource)
      throws IOException, CertificateException {
    List<X509Certificate> roots = new ArrayList<>();
    try (InputStream in = CarriedAuthorities.class.getResourceAsStream(resource)) {
      if (in == null) {
        return roots;
      }
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      // One by one: for all of them the JDK would first try to read PKCS #7. The stream of a class
      // loader need not know where it ends.
      InputStream all = new ByteArrayInputStream(in.readAllBytes());
      while (all.available() > 0) {
        roots.add((X509Certificate) factory.generateCertificate(all));
      }
    }
    return roots;
  }
}
