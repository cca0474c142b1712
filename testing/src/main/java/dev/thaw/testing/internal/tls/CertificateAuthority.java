package dev.thaw.testing.internal.tls;

import static dev.thaw.testing.internal.tls.Der.bitString;
import static dev.thaw.testing.internal.tls.Der.bool;
import static dev.thaw.testing.internal.tls.Der.explicit;
import static dev.thaw.testing.internal.tls.Der.implicit;
import static dev.thaw.testing.internal.tls.Der.integer;
import static dev.thaw.testing.internal.tls.Der.objectIdentifier;
import static dev.thaw.testing.internal.tls.Der.octetString;
import static dev.thaw.testing.internal.tls.Der.sequence;
import static dev.thaw.testing.internal.tls.Der.set;
import static dev.thaw.testing.internal.tls.Der.time;
import static dev.thaw.testing.internal.tls.Der.utf8;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A certificate authority that exists only in memory and signs server certificates.
 *
 * <p>The JDK has no public API that makes a certificate, its keytool costs half a second for each
 * step and leaves a key on disk, and a whole cryptography library is too much for two certificates
 * of a fixed form (RFC 5280, keys on P-256).
 *
 * <p>Immutable.
 */
public final class CertificateAuthority {
  private static final byte[] ECDSA_WITH_SHA256 = sequence(objectIdentifier("1.2.840.10045.4.3.2"));
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final byte[] SERVER_AUTHENTICATION = objectIdentifier("1.3.6.1.5.5.7.3.1");
  private static final byte DIGITAL_SIGNATURE = (byte) 0x80;
  private static final byte CERTIFICATE_SIGNING = 0x04;

  private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f.]*:[0-9A-Fa-f.:]*");

  /** How far a certificate reaches back, for clocks that are late. */
  private static final Duration CLOCK_SKEW = Duration.ofDays(1);

  private static final Duration VALIDITY = Duration.ofDays(3650);

  private final String name;
  private final KeyPair keys;
  private final String pem;

  private CertificateAuthority(String name, KeyPair keys, String pem) {
    this.name = name;
    this.keys = keys;
    this.pem = pem;
  }

  /**
   * Returns a new authority with a key of its own.
   *
   * @param name its common name
   */
  public static CertificateAuthority create(String name) {
    try {
      KeyPair keys = newKeys();
      Instant now = Instant.now();
      byte[] extensions =
          sequence(
              critical(BASIC_CONSTRAINTS, sequence(bool(true))),
              critical(KEY_USAGE, bitString(2, CERTIFICATE_SIGNING)),
              extension(SUBJECT_KEY_IDENTIFIER, octetString(identifier(keys.getPublic()))));
      byte[] certificate =
          sign(
              name,
              keys,
              name,
              keys.getPublic(),
              now.minus(CLOCK_SKEW),
              now.plus(VALIDITY),
              extensions);
      return new CertificateAuthority(name, keys, pem("CERTIFICATE", certificate));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot make the certificate authority " + name, e);
    }
  }

  /**
   * Returns the one authority of this JVM, made when it is first asked for: as on RDS, what trusts
   * one server trusts the one that it fails over to.
   */
  public static CertificateAuthority ofJvm() {
    return OfJvm.AUTHORITY;
  }

  /** Apart, so that it is made when it is needed. */
  private static final class OfJvm {
    static final CertificateAuthority AUTHORITY = create("Thaw test CA");
  }

  /** Returns the authority's own certificate, as PEM text. */
  public String certificate() {
    return pem;
  }

  /**
   * Issues a server certificate that is valid for ten years.
   *
   * @param names the host names and IP addresses that it is for, at least one
   */
  public ServerCertificate issue(List<String> names) {
    Instant now = Instant.now();
    return issue(names, now.minus(CLOCK_SKEW), now.plus(VALIDITY));
  }

  /**
   * Issues a server certificate.
   *
   * @param names the host names and IP addresses that it is for, at least one
   * @param notBefore the first instant at which it is valid
   * @param notAfter the last instant at which it is valid
   */
  public ServerCertificate issue(List<String> names, Instant notBefore, Instant notAfter) {
    try {
      KeyPair serverKeys = newKeys();
      byte[] extensions =
          sequence(
              critical(BASIC_CONSTRAINTS, sequence()),
              critical(KEY_USAGE, bitString(7, DIGITAL_SIGNATURE)),
              extension(EXTENDED_KEY_USAGE, sequence(SERVER_AUTHENTICATION)),
              extension(SUBJECT_ALTERNATIVE_NAME, alternativeNames(names)),
              extension(SUBJECT_KEY_IDENTIFIER, octetString(identifier(serverKeys.getPublic()))),
              extension(
                  AUTHORITY_KEY_IDENTIFIER, sequence(implicit(0, identifier(keys.getPublic())))));
      byte[] certificate =
          sign(name, keys, names.get(0), serverKeys.getPublic(), notBefore, notAfter, extensions);
      return new ServerCertificate(
          pem("CERTIFICATE", certificate),
          pem("PRIVATE KEY", serverKeys.getPrivate().getEncoded()));
    } catch (GeneralSecurityException | UnknownHostException e) {
      throw new IllegalStateException("cannot issue a certificate for " + names, e);
    }
  }

  /**
   * A server's certificate and its key.
   *
   * @param certificate the certificate, as PEM text
   * @param privateKey the private key in PKCS #8, as PEM text
   */
  public record ServerCertificate(String certificate, String privateKey) {
    @Override
    public String toString() {
      return "ServerCertificate[privateKey=***]";
    }
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static byte[] sign(
      String issuer,
      KeyPair issuerKeys,
      String subject,
      PublicKey subjectKey,
      Instant notBefore,
      Instant notAfter,
      byte[] extensions)
      throws GeneralSecurityException {
    byte[] version3 = explicit(0, integer(BigInteger.TWO));
    byte[] unsigned =
        sequence(
            version3,
            integer(new BigInteger(127, new SecureRandom()).setBit(0)),
            ECDSA_WITH_SHA256,
            distinguishedName(issuer),
            sequence(time(notBefore), time(notAfter)),
            distinguishedName(subject),
            subjectKey.getEncoded(),
            explicit(3, extensions));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(issuerKeys.getPrivate());
    signature.update(unsigned);
    return sequence(unsigned, ECDSA_WITH_SHA256, bitString(0, signature.sign()));
  }

  private static byte[] distinguishedName(String commonName) {
    return sequence(set(sequence(objectIdentifier(COMMON_NAME), utf8(commonName))));
  }

  private static byte[] extension(String id, byte[] value) {
    return sequence(objectIdentifier(id), octetString(value));
  }

  private static byte[] critical(String id, byte[] value) {
    return sequence(objectIdentifier(id), bool(true), octetString(value));
  }

  private static byte[] alternativeNames(List<String> names) throws UnknownHostException {
    byte[][] encoded = new byte[names.size()][];
    for (int i = 0; i < encoded.length; i++) {
      String text = names.get(i);
      // InetAddress would look a host name up; it only parses what is an address already.
      encoded[i] =
          IP_ADDRESS.matcher(text).matches()
              ? implicit(7, InetAddress.getByName(text).getAddress())
              : implicit(2, text.getBytes(StandardCharsets.US_ASCII));
    }
    return sequence(encoded);
  }

  private static byte[] identifier(PublicKey key) throws GeneralSecurityException {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
    ByteArrayOutputStream start = new ByteArrayOutputStream();
    start.write(hash, 0, 20);
    return start.toByteArray();
  }

  private static String pem(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }
}
