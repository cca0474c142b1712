package dev.thaw.internal.mysql;

import dev.thaw.SslMode;
import dev.thaw.internal.net.TlsMode;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns once for each provider that its server is not verified. Thread-safe. */
final class TlsWarnings {
  private static final Logger LOG = LoggerFactory.getLogger("dev.thaw.ConnectionProvider");

  private final String pool;
  private final boolean inLambda;
  private final AtomicBoolean unverified = new AtomicBoolean();
  private final AtomicBoolean plaintext = new AtomicBoolean();

  TlsWarnings(String pool, boolean inLambda) {
    this.pool = pool;
    this.inLambda = inLambda;
  }

  /** Warns before a connect that verifies nothing. */
  void before(String host, TlsMode tls) {
    if (tls.verifies()) {
      return;
    }
    if (!tls.asked()) {
      if (tls.mode() == SslMode.REQUIRED && !unverified.getAndSet(true)) {
        LOG.warn(
            "{} - The certificate of {} is not verified, so an attacker on the path can answer in its"
                + " place: set sslCa (DB_SSL_CA), or sslMode (DB_SSL_MODE) to VERIFY_IDENTITY; by"
                + " the default the server gets no password, only an answer to its challenge",
            pool,
            host);
      }
    } else if (inLambda && !unverified.getAndSet(true)) {
      LOG.warn(
          "{} - sslMode (DB_SSL_MODE) is {}, so {} is not verified, and an attacker on the path can"
              + " get the password: without that setting it is VERIFY_IDENTITY",
          pool,
          tls.mode(),
          host);
    }
  }

  /**
   * Warns of a connection over a network that has no TLS because the server, or an attacker on the
   * path, has none.
   */
  void plaintext(String host, TlsMode tls, boolean loopback) {
    if (tls.mode() == SslMode.PREFERRED && !loopback && !plaintext.getAndSet(true)) {
      LOG.warn(
          "{} - {} offers no TLS, so everything is sent in the clear; sslMode (DB_SSL_MODE) is"
              + " PREFERRED, which allows it, REQUIRED would not",
          pool,
          host);
    }
  }
}
