package dev.thaw.examples.benchmarks.candidate;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.SslMode;
import dev.thaw.secrets.SecretsManagerCredentialsSource;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Thaw, set up in code as {@code ConnectionProviders.fromEnvironment()} does it, with the secret
 * read before there is a provider: a fleet's burst is about connections only.
 */
final class SecretFirst {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private SecretFirst() {}

  static ConnectionProvider provider() {
    SecretsManagerCredentialsSource source =
        SecretsManagerCredentialsSource.builder()
            .secretId(System.getenv("DB_SECRET_NAME"))
            .endpoint(URI.create(System.getenv("AWS_ENDPOINT_URL_SECRETS_MANAGER")))
            .build();
    try {
      source.credentials(Deadline.after(LIMIT));
    } catch (SQLException e) {
      throw new IllegalStateException("the secret cannot be read", e);
    }
    PooledConnectionProvider.Builder builder =
        PooledConnectionProvider.builder()
            .credentials(source)
            .host(System.getenv("DB_HOST"))
            .port(Integer.parseInt(System.getenv("DB_PORT")))
            .database(System.getenv("DB_NAME"))
            .maxSize(Integer.parseInt(System.getenv("DB_POOL_MAX")));
    String ca = System.getenv("DB_SSL_CA");
    return ca == null
        ? builder.sslMode(SslMode.valueOf(System.getenv("DB_SSL_MODE"))).build()
        : builder.sslCa(Path.of(ca)).build();
  }
}
