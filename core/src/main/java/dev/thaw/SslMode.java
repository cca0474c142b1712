package dev.thaw;

/**
 * The use of TLS on a connection.
 *
 * <p>The constants have the names of the values of the {@code sslMode} property of MySQL
 * Connector/J.
 */
public enum SslMode {
  /** No TLS. */
  DISABLED,
  /**
   * TLS if the server supports it; the certificate is not verified. An attacker on the path can say
   * that it is not supported.
   */
  PREFERRED,
  /**
   * TLS, or the connection fails; the certificate is not verified. An attacker on the path can
   * answer in the server's place, and asks for the password.
   */
  REQUIRED,
  /** TLS, with a certificate that is signed by an authority of the CA file, which must be set. */
  VERIFY_CA,
  /**
   * TLS, with a certificate for the host connected to that is signed by an authority of the CA
   * file, or without one of RDS or of the JVM's trust store.
   */
  VERIFY_IDENTITY
}
