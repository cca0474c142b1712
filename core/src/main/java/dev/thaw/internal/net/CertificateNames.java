package dev.thaw.internal.net;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** The names in a certificate, RFC 5280, 4.2.1.6. */
final class CertificateNames {
  static final int DNS_NAME = 2;
  static final int IP_ADDRESS = 7;

  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");
  private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
  // RFC 1123, 2.1. The JVM takes no other for the name of a host, such as my_db.
  private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");

  private CertificateNames() {}

  /**
   * Returns whether a host's name is plainly among a certificate's: an IP address as such, a name
   * as it is or with {@code *} for its first label (RFC 6125, 6.4.3). Where it is not, the JVM may
   * know better, for one where only the subject names the host.
   */
  static boolean include(X509Certificate certificate, String host)
      throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    boolean address = ADDRESS.matcher(host).matches();
    if (names == null || (!address && !NAME.matcher(host).matches())) {
      return false;
    }
    for (List<?> name : names) {
      Object type = name.get(0);
      // Other kinds of names are byte arrays.
      if (name.get(1) instanceof String text
          && (address
              ? type.equals(IP_ADDRESS) && text.equals(host)
              : type.equals(DNS_NAME) && isNamed(host, text))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNamed(String host, String name) {
    if (name.startsWith("*.")) {
      int dot = host.indexOf('.');
      return dot > 0
          && name.indexOf('.', 2) > 0
          && host.substring(dot).equalsIgnoreCase(name.substring(1));
    }
    return host.equalsIgnoreCase(name);
  }
}
