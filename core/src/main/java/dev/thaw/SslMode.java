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
  /** TLS if the server supports it; the certificate is not verified. */
  PREFERRED,
  /** TLS, or the connection fails; the certificate is not verified. */
  REQUIRED,
  /** TLS, with a certificate signed by the given CA or by one in the JVM's trust store. */
  VERIFY_CA,
  /** Like {@link #VERIFY_CA}, and the certificate must be for the host connected to. */
  VERIFY_IDENTITY
}
