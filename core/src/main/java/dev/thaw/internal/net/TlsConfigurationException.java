package dev.thaw.internal.net;

import javax.net.ssl.SSLException;

/** TLS that cannot work as it is configured: trying again does not help. */
public final class TlsConfigurationException extends SSLException {
  private static final long serialVersionUID = 1;

  TlsConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }

  TlsConfigurationException(String message) {
    super(message);
  }
}
