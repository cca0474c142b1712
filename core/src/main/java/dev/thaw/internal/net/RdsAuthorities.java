package dev.thaw.internal.net;

import java.io.IOException;
import java.io.InputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * The root certificates of Amazon RDS that this library carries: three for each region, from the
 * resources that {@code .ci/rds-authorities} makes.
 */
final class RdsAuthorities {
  private RdsAuthorities() {}

  /** Returns the roots of one region; none for a region that is not there. */
  static List<X509Certificate> of(String region) throws IOException, CertificateException {
    List<X509Certificate> roots = new ArrayList<>(3);
    try (InputStream in = RdsAuthorities.class.getResourceAsStream("rds/" + region + ".der")) {
      if (in == null) {
        return roots;
      }
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      // One by one: for all of them the JDK would first try to read PKCS #7.
      while (in.available() > 0) {
        roots.add((X509Certificate) factory.generateCertificate(in));
      }
    }
    return roots;
  }
}
