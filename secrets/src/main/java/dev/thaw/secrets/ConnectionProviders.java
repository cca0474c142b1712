package dev.thaw.secrets;

import static java.util.Objects.requireNonNull;

import dev.thaw.ConnectionProvider;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.SessionReset;
import dev.thaw.SslMode;
import dev.thaw.internal.util.Shown;
import dev.thaw.metrics.EmfMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Makes connection providers from environment variables.
 *
 * <p>If {@code DB_SECRET_NAME} is set, user name and password come from that secret (a name or an
 * ARN) in AWS Secrets Manager, as {@link SecretsManagerCredentialsSource} reads it, or with {@code
 * DB_SECRET_SOURCE=extension} as {@link LambdaExtensionCredentialsSource} does; {@code
 * DB_SECRET_TTL} (5m) says how long it is kept, and {@code AWS_REGION} where a secret is that is
 * not named by its ARN. {@code DB_HOST}, {@code DB_PORT} and {@code DB_NAME} then count for what
 * the secret does not hold. With {@code DB_AUTH=iam}, {@code DB_HOST} and {@code DB_USER} the
 * password is a token of {@link IamTokenCredentialsSource}, and the server's certificate is
 * verified; {@code DB_IAM_HOST} (a host, or a host and a port behind a colon) is the database's own
 * address where {@code DB_HOST} is a CNAME or a tunnel. Otherwise {@code DB_HOST}, {@code DB_NAME},
 * {@code DB_USER} and {@code DB_PASSWORD} must be set.
 *
 * <p>Also read are {@code DB_PORT} (3306); {@code DB_POOL_MAX} (5), {@code DB_POOL_MIN} (0), {@code
 * DB_POOL_ACQUIRE_TIMEOUT} (30s) and {@code DB_POOL_IDLE_TIMEOUT} (10s); {@code DB_QUERY_TIMEOUT}
 * (0s, no limit); {@code DB_SESSION_RESET} (a {@link SessionReset}, CHANGED); {@code
 * DB_METRICS=emf} (none, see {@link EmfMetrics}); {@code DB_SSL_MODE} (a {@link SslMode}) and
 * {@code DB_SSL_CA} (a file of PEM certificates, read at once). Durations read {@code 250ms},
 * {@code 30s}, {@code 5m}, {@code 1h} or ISO-8601. A variable that is empty counts as not set,
 * except {@code DB_PASSWORD}; white space around a value is left out, except for user and password.
 * Outside AWS Lambda a {@code .env} file in the working directory, in the syntax of Node's dotenv,
 * adds variables that the environment does not set; it cannot say where a password of the
 * environment goes, nor redirect AWS's addresses. A variable that looks like one of these and is
 * none is a warning in the log.
 *
 * <p>Each call makes an independent provider. Nothing is connected and, apart from {@code .env} and
 * the file of {@code DB_SSL_CA}, nothing read until the provider's first {@code get}.
 */
public final class ConnectionProviders {
  // As PooledConnectionProvider.Builder.maxSize allows.
  private static final int MAX_SIZE = 1000;
  private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(10);

  private ConnectionProviders() {}

  /**
   * Returns a provider for what {@code DB_HOST} and the others describe; its pool is named {@code
   * thaw}.
   *
   * @return a new provider, which the caller closes
   * @throws IllegalArgumentException if variables are missing or wrong; the message names all of
   *     them, with each wrong value, unless it may be secret, and what is allowed
   */
  public static ConnectionProvider fromEnvironment() {
    return fromEnvironment("", Environment.ofProcess());
  }

  /**
   * Returns a provider for variables that begin with a prefix and an underscore: the prefix {@code
   * ORDERS} reads {@code ORDERS_DB_HOST} and the others. Its pool is named after the prefix, in
   * lower case.
   *
   * @param prefix letters, digits and underscores, the first a letter, the last no underscore
   * @return a new provider, which the caller closes
   * @throws IllegalArgumentException if the prefix is not allowed, or variables are missing or
   *     wrong; the message names all of them, with each wrong value, unless it may be secret, and
   *     what is allowed
   */
  public static ConnectionProvider fromEnvironment(String prefix) {
    requireNonNull(prefix, "prefix");
    return fromEnvironment(Settings.checkedPrefix(prefix), Environment.ofProcess());
  }

  static PooledConnectionProvider fromEnvironment(String prefix, Environment environment) {
    Settings settings = new Settings(environment, prefix);
    PooledConnectionProvider.Builder builder = PooledConnectionProvider.builder();
    if (!prefix.isEmpty()) {
      builder.name(prefix.toLowerCase(Locale.ROOT));
    }
    SourceSettings source = SourceSettings.read(settings, environment);
    readServer(settings, builder);
    readPool(settings, builder);
    readTls(settings, source.needsVerifiedTls(), builder);
    settings.warnOfUnknown();
    settings.throwIfWrong();
    return builder.credentials(source.make()).build();
  }

  private static void readServer(Settings settings, PooledConnectionProvider.Builder builder) {
    String host = settings.host("DB_HOST");
    if (host != null) {
      builder.host(host);
    }
    builder.port(settings.port("DB_PORT", EnvironmentCredentialsSource.DEFAULT_PORT));
    String database = settings.database("DB_NAME");
    if (database != null) {
      builder.database(database);
    }
  }

  private static void readPool(Settings settings, PooledConnectionProvider.Builder builder) {
    int problems = settings.problems().size();
    int max = settings.count("DB_POOL_MAX", 5, 1, MAX_SIZE);
    int min = settings.count("DB_POOL_MIN", 0, 0, MAX_SIZE);
    if (min > max && settings.problems().size() == problems) {
      settings.wrong("DB_POOL_MIN", String.valueOf(min), "0 to " + max + " (DB_POOL_MAX)");
    }
    builder
        .maxSize(max)
        .minIdle(Math.min(min, max))
        .acquireTimeout(
            settings.duration("DB_POOL_ACQUIRE_TIMEOUT", ACQUIRE_TIMEOUT, Duration.ofMillis(1)))
        .idleTimeout(settings.duration("DB_POOL_IDLE_TIMEOUT", IDLE_TIMEOUT, Duration.ZERO))
        .queryTimeout(settings.duration("DB_QUERY_TIMEOUT", Duration.ZERO, Duration.ZERO));
    settings.properties("DB_PROPERTIES", builder::driverProperty);
    if (settings.oneOf("DB_METRICS", MetricsFormat.class) != null) {
      builder.listener(new EmfMetrics());
    }
    SessionReset reset = settings.oneOf("DB_SESSION_RESET", SessionReset.class);
    if (reset != null) {
      builder.sessionReset(reset);
    }
  }

  private static void readTls(
      Settings settings, boolean verified, PooledConnectionProvider.Builder builder) {
    SslMode mode = settings.oneOf("DB_SSL_MODE", SslMode.class);
    if (verified && mode != null && mode.compareTo(SslMode.VERIFY_CA) < 0) {
      settings.wrong("DB_SSL_MODE", mode.toString(), "VERIFY_CA, VERIFY_IDENTITY with DB_AUTH=iam");
    }
    if (mode != null) {
      builder.sslMode(mode);
    }
    Path ca = settings.path("DB_SSL_CA");
    if (ca != null) {
      try {
        builder.sslCa(ca);
      } catch (IllegalArgumentException e) {
        Throwable cause = e.getCause();
        String shown = Shown.path(ca);
        settings.addProblem(
            settings.name("DB_SSL_CA")
                + " is "
                + (shown.equals(ca.toString()) ? "'" + shown + "'" : shown)
                + ", allowed: a file of PEM certificates"
                + (cause == null ? "" : "; " + cause.getMessage()));
      }
      if (mode != null && mode.compareTo(SslMode.VERIFY_CA) < 0) {
        settings.wrong(
            "DB_SSL_MODE", mode.name(), "VERIFY_CA, VERIFY_IDENTITY with a file (DB_SSL_CA)");
      }
    } else if (mode == SslMode.VERIFY_CA) {
      settings.wrong(
          "DB_SSL_MODE", mode.name(), "VERIFY_IDENTITY, or VERIFY_CA with a file (DB_SSL_CA)");
    }
  }
}
