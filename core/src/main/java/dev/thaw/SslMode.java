package dev.thaw;

/**
 * How a connection uses TLS.
 *
 * <p>The names are those of the {@code sslMode} property of MySQL Connector/J.
 */
public enum SslMode {
  /** No TLS. */
  DISABLED,
  /** TLS if the server offers it; the certificate is not verified. */
  PREFERRED,
  /** TLS or no connection; the certificate is not verified. */
  REQUIRED,
  /** TLS with a certificate that the given CA, or the JVM's trust store, has signed. */
  VERIFY_CA,
  /** As {@link #VERIFY_CA}, and the certificate must be for the host that was asked for. */
  VERIFY_IDENTITY
}
