package dev.thaw.internal.net;

import dev.thaw.SslMode;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A server's certificate that was not accepted: whose it is, and what to set.
 *
 * @param certificate the certificate
 * @param nameOnly whether its authority is trusted, and only the host's name is another
 * @param trusted what is trusted
 */
record CertificateRefusal(X509Certificate certificate, boolean nameOnly, String trusted) {
  private static final int MAX_NAMES = 4;
  private static final int MAX_LENGTH = 120;
  private static final String BUNDLE = "https://truststore.pki.rds.amazonaws.com/";

  /** Carries a refusal through the handshake. */
  static final class RefusedException extends CertificateException {
    private static final long serialVersionUID = 1;

    final transient CertificateRefusal refusal;

    RefusedException(CertificateRefusal refusal, GeneralSecurityException cause) {
      super(cause.getMessage(), cause);
      this.refusal = refusal;
    }
  }

  /**
   * Says what happened and what to do.
   *
   * @param host the host that was connected to
   * @param mode how it was verified
   * @param cause what the JVM says
   */
  String message(String host, SslMode mode, CertificateException cause) {
    return "The certificate of "
        + host
        + " was not accepted (sslMode "
        + mode
        + "): it is for "
        + names()
        + ", issued by "
        + issuer()
        + "; "
        + (nameOnly ? otherName(host) : isValidNow() ? otherAuthority(host) : otherTime())
        + " ("
        + line(String.valueOf(cause.getMessage()))
        + ")";
  }

  private String otherName(String host) {
    return "its authority is trusted, but "
        + host
        + " is none of its names: set host (DB_HOST) to one of them; where "
        + host
        + " is an alias or a tunnel, sslMode (DB_SSL_MODE) VERIFY_CA with a CA file (sslCa,"
        + " DB_SSL_CA) verifies the authority only";
  }

  private boolean isValidNow() {
    try {
      certificate.checkValidity();
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  private String otherTime() {
    return "it is valid from "
        + certificate.getNotBefore().toInstant()
        + " to "
        + certificate.getNotAfter().toInstant()
        + ", and now is "
        + Instant.now();
  }

  private String otherAuthority(String host) {
    String region = RdsHost.region(host);
    String advice;
    if (region != null) {
      advice =
          "set sslCa (DB_SSL_CA) to the file of RDS's authorities, "
              + BUNDLE
              + region
              + "/"
              + region
              + "-bundle.pem";
    } else if (issuer().contains("Amazon RDS")) {
      advice =
          "it is a server of Amazon RDS: set host (DB_HOST) to its own name there, or sslCa"
              + " (DB_SSL_CA) to the file of RDS's authorities, "
              + BUNDLE
              + "global/global-bundle.pem";
    } else {
      advice =
          "set sslCa (DB_SSL_CA) to a file with its authority's certificate; sslMode"
              + " (DB_SSL_MODE) REQUIRED would give the password to any server that answers";
    }
    return "trusted is " + trusted + "; " + advice;
  }

  private String names() {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          Object type = alternative.get(0);
          if (type.equals(CertificateNames.DNS_NAME) || type.equals(CertificateNames.IP_ADDRESS)) {
            names.add(line(String.valueOf(alternative.get(1))));
          }
        }
      }
    } catch (CertificateParsingException e) {
      return "names that cannot be read";
    }
    if (names.isEmpty()) {
      return line(certificate.getSubjectX500Principal().getName());
    }
    int more = names.size() - MAX_NAMES;
    return more > 0
        ? String.join(", ", names.subList(0, MAX_NAMES)) + " and " + more + " more"
        : String.join(", ", names);
  }

  private String issuer() {
    return line(certificate.getIssuerX500Principal().getName());
  }

  /** The text is the server's, which may be an attacker's: one line, not too long. */
  private static String line(String text) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < text.length() && i < MAX_LENGTH; i++) {
      char c = text.charAt(i);
      line.append(c < ' ' || (c >= 0x7f && c < 0xa0) || c == '\u2028' || c == '\u2029' ? '?' : c);
    }
    return text.length() > MAX_LENGTH ? line.append('…').toString() : line.toString();
  }
}
