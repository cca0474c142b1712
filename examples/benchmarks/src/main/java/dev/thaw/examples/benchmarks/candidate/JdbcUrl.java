package dev.thaw.examples.benchmarks.candidate;

import org.jspecify.annotations.Nullable;

/** The address of the database for JDBC drivers. */
final class JdbcUrl {
  private JdbcUrl() {}

  /** Returns the address for the driver that a prefix names, such as {@code jdbc:mysql}. */
  static String of(String driver) {
    return driver
        + "://"
        + System.getenv("DB_HOST")
        + ":"
        + System.getenv("DB_PORT")
        + "/"
        + System.getenv("DB_NAME")
        + "?"
        + tls(System.getenv("BENCH_TRUST_STORE"));
  }

  /**
   * Returns the properties of TLS: with a check of the server's certificate, as Thaw's default has
   * it, where the server's authority is known.
   */
  private static String tls(@Nullable String trustStore) {
    return trustStore == null
        ? "sslMode=REQUIRED"
        : "sslMode=VERIFY_IDENTITY&trustCertificateKeyStoreType=PKCS12"
            + "&trustCertificateKeyStorePassword=changeit&trustCertificateKeyStoreUrl=file:"
            + trustStore;
  }
}
