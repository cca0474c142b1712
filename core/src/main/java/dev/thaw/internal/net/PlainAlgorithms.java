package dev.thaw.internal.net;

import java.security.PublicKey;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The algorithms that certificates are signed with today: RSA of at least 2048 bits and curves of
 * at least 256, with SHA-2.
 *
 * <p>{@link java.security.cert.CertPathValidator} heeds the JVM's {@code
 * jdk.certpath.disabledAlgorithms}, but not its entries for TLS alone, nor {@code
 * jdk.tls.disabledAlgorithms}, which only JSSE's own trust managers can be asked about. Where such
 * an entry is not known to concern others than these algorithms, none is plain: it may be the name
 * of a curve, or of a signature scheme of TLS. The entries' form is described in the JDK's {@code
 * java.security}.
 */
final class PlainAlgorithms {
  private static final int RSA_BITS = 2048;
  private static final int CURVE_BITS = 256;
  private static final Pattern SIGNATURE = Pattern.compile("SHA(?:256|384|512)with(?:RSA|ECDSA)");

  // Entries about protocols, cipher suites and other algorithms than these, by their first word.
  private static final Pattern OTHER =
      Pattern.compile(
          "(?:SSLv\\S+|D?TLSv\\S+|TLS_\\S+|3?DES\\S*|RC[0-9]\\S*|anon|NULL|MD[0-9](?:with\\S+)?"
              + "|SHA-?(?:1|224)(?:with\\S+)?|\\w+_sha(?:1|224)|DSA|DHE?|DHE?_\\S+|ECDH)(?:\\s.*)?",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern SHORT_KEYS =
      Pattern.compile("(RSA|EC)\\s+keySize\\s*<\\s*([0-9]{1,6})", Pattern.CASE_INSENSITIVE);
  private static final Pattern FOR_SOME =
      Pattern.compile("\\b(?:usage|jdkCA)\\b", Pattern.CASE_INSENSITIVE);

  private PlainAlgorithms() {}

  /** Returns whether each certificate's key and signature is one of these, and allowed in TLS. */
  static boolean areAllIn(List<X509Certificate> path) {
    for (X509Certificate certificate : path) {
      if (!include(certificate.getPublicKey())
          || !SIGNATURE.matcher(certificate.getSigAlgName()).matches()) {
        return false;
      }
    }
    return areAllowed();
  }

  /** Returns whether a key is one of these. */
  static boolean include(PublicKey key) {
    if (key instanceof RSAKey rsa) {
      return key.getAlgorithm().equals("RSA") && rsa.getModulus().bitLength() >= RSA_BITS;
    }
    return key instanceof ECKey curve && curve.getParams().getOrder().bitLength() >= CURVE_BITS;
  }

  private static boolean areAllowed() {
    if (System.getProperty("jdk.tls.client.SignatureSchemes") != null
        || Boolean.getBoolean("com.sun.net.ssl.checkRevocation")) {
      return false;
    }
    List<String> everywhere = entries("jdk.certpath.disabledAlgorithms");
    for (String entry : everywhere) {
      if (!isOfOthers(entry) && FOR_SOME.matcher(entry).find()) {
        return false;
      }
    }
    for (String entry : entries("jdk.tls.disabledAlgorithms")) {
      if (!isOfOthers(entry) && !everywhere.contains(entry) && !isOfShorterKeys(entry)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOfOthers(String entry) {
    return entry.isEmpty() || OTHER.matcher(entry).matches();
  }

  private static boolean isOfShorterKeys(String entry) {
    Matcher keys = SHORT_KEYS.matcher(entry);
    return keys.matches()
        && Integer.parseInt(keys.group(2))
            <= (keys.group(1).equalsIgnoreCase("RSA") ? RSA_BITS : CURVE_BITS);
  }

  private static List<String> entries(String property) {
    String value = Security.getProperty(property);
    String list = value == null ? "" : value.trim();
    // The JDK takes the list in quotation marks as well.
    if (list.length() > 1 && list.startsWith("\"") && list.endsWith("\"")) {
      list = list.substring(1, list.length() - 1).trim();
    }
    return List.of(list.split("\\s*,\\s*"));
  }
}
