package dev.thaw.secrets;

import static dev.thaw.internal.settings.BuilderSettings.CREDENTIALS;
import static dev.thaw.internal.settings.BuilderSettings.DRIVER_PROPERTIES;
import static dev.thaw.internal.settings.BuilderSettings.NAME;
import static dev.thaw.secrets.EnvironmentSettings.AUTH;
import static dev.thaw.secrets.EnvironmentSettings.METRICS;
import static java.util.Objects.requireNonNull;

import dev.thaw.ConnectionProvider;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.SessionReset;
import dev.thaw.SslMode;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.internal.settings.BuilderAccess;
import dev.thaw.internal.settings.BuilderSettings;
import dev.thaw.internal.settings.Contradictions;
import dev.thaw.internal.settings.Setting;
import dev.thaw.internal.settings.SettingValues;
import dev.thaw.internal.util.HiddenFailure;
import dev.thaw.metrics.EmfMetrics;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
 * <p>Of the secret also {@code DB_SECRET_KEYS} says how its keys are called ({@code
 * username=user&password=pw}), {@code DB_SECRET_TRY_PENDING} (true) whether its pending version is
 * tried, and {@code DB_MAX_STALE} (1h) how long it is served after its time to live.
 *
 * <p>Also read are {@code DB_PORT} (3306); {@code DB_POOL_NAME} (thaw, or the prefix), {@code
 * DB_POOL_MAX} (5), {@code DB_POOL_MIN} (0), {@code DB_POOL_ACQUIRE_TIMEOUT} (30s), {@code
 * DB_POOL_IDLE_TIMEOUT} (10s) and {@code DB_MAX_LIFETIME} (30m); {@code DB_SHUTDOWN_GRACE} (0s);
 * {@code DB_GIVE_BACK_WHEN_FULL} (true); {@code DB_TRANSACTION_ISOLATION} (READ_COMMITTED or
 * another; the server's), {@code DB_READ_ONLY} (false), {@code DB_AUTO_COMMIT} (true) and {@code
 * DB_INIT_SQL} (a statement after each login; none); {@code DB_QUERY_TIMEOUT} (0s, no limit);
 * {@code DB_SESSION_RESET} (a {@link SessionReset}, CHANGED); {@code DB_PROPERTIES} (properties of
 * the driver, {@code name=value&name=value}); {@code DB_METRICS=emf} (none, see {@link
 * EmfMetrics}); {@code DB_SSL_MODE} (a {@link SslMode}) and {@code DB_SSL_CA} (a file of PEM
 * certificates, read at once). Durations read {@code 250ms}, {@code 30s}, {@code 5m}, {@code 1h} or
 * ISO-8601. A variable that is empty counts as not set, except {@code DB_PASSWORD}; white space
 * around a value is left out, except for user and password. Outside AWS Lambda a {@code .env} file
 * in the working directory, in the syntax of Node's dotenv, adds variables that the environment
 * does not set; it cannot say where a password of the environment goes, nor redirect AWS's
 * addresses. A variable that looks like one of these and is none, or does not count beside another
 * one, is a warning in the log.
 *
 * <p>Each call makes an independent provider. Nothing is connected and, apart from {@code .env} and
 * the file of {@code DB_SSL_CA}, nothing read until the provider's first {@code get}.
 */
public final class ConnectionProviders {
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
    return fromEnvironment("", Environment.ofProcess(), builder -> {});
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
    return fromEnvironment(Settings.checkedPrefix(prefix), Environment.ofProcess(), builder -> {});
  }

  /**
   * Returns a provider for what {@code DB_HOST} and the others describe and code has not set.
   *
   * <p>Code wins over variables: those for what it has set are neither read nor needed. If it sets
   * {@linkplain PooledConnectionProvider.Builder#credentials(CredentialsSource) credentials}, none
   * of the variables for user, password, secret and tokens counts. Properties of the driver are put
   * together, and listeners get their events beside {@code DB_METRICS}.
   *
   * @param code sets what is to be set in code; what it throws comes out as it is
   * @return a new provider, which the caller closes
   * @throws IllegalArgumentException if variables are missing or wrong, or do not fit what code has
   *     set; the message names all of them, with each wrong value, unless it may be secret, and
   *     what is allowed. A source of credentials that code has set is closed then
   */
  public static ConnectionProvider fromEnvironment(
      Consumer<PooledConnectionProvider.Builder> code) {
    return fromEnvironment("", Environment.ofProcess(), requireNonNull(code, "code"));
  }

  /**
   * Returns a provider for variables that begin with a prefix and an underscore, and what code
   * sets: does what {@link #fromEnvironment(String)} and {@link #fromEnvironment(Consumer)} do.
   *
   * @param prefix letters, digits and underscores, the first a letter, the last no underscore
   * @param code sets what is to be set in code; what it throws comes out as it is
   * @return a new provider, which the caller closes
   * @throws IllegalArgumentException if the prefix is not allowed, or variables are missing or
   *     wrong or do not fit what code has set
   */
  public static ConnectionProvider fromEnvironment(
      String prefix, Consumer<PooledConnectionProvider.Builder> code) {
    requireNonNull(prefix, "prefix");
    return fromEnvironment(
        Settings.checkedPrefix(prefix), Environment.ofProcess(), requireNonNull(code, "code"));
  }

  static PooledConnectionProvider fromEnvironment(
      String prefix, Environment environment, Consumer<PooledConnectionProvider.Builder> code) {
    PooledConnectionProvider.Builder builder = PooledConnectionProvider.builder();
    SettingValues values = BuilderAccess.values(builder);
    try {
      code.accept(builder);
      complete(builder, values, prefix, environment);
      return builder.build();
    } catch (RuntimeException | Error e) {
      close(values.find(CREDENTIALS), e);
      throw e;
    }
  }

  private static void close(@Nullable CredentialsSource source, Throwable failure) {
    try {
      if (source != null) {
        source.close();
      }
    } catch (RuntimeException e) {
      failure.addSuppressed(HiddenFailure.of(e));
    }
  }

  /** Sets what code has not set. */
  private static void complete(
      PooledConnectionProvider.Builder builder,
      SettingValues values,
      String prefix,
      Environment environment) {
    Settings settings = new Settings(environment, prefix, values);
    SourceSettings source = null;
    String clearText = null;
    CredentialsSource given = values.find(CREDENTIALS);
    if (given == null) {
      source = SourceSettings.read(settings, environment);
      clearText = source.needsVerifiedTls() ? settings.name(AUTH) + "=iam" : null;
    } else {
      settings.requireOriginOfCode();
      clearText = given.needsVerifiedTls() ? given.toString() : null;
    }
    read(settings, values, builder);
    if (!prefix.isEmpty() && !values.isSet(NAME)) {
      builder.name(prefix.toLowerCase(Locale.ROOT));
    }
    settings.warnOfUnknown();
    if (settings.problems().isEmpty()) {
      Contradictions.of(values, clearText).forEach(settings::addProblem);
      checkProperties(settings, values);
    }
    settings.throwIfWrong();
    if (source != null) {
      builder.credentials(source.make());
    }
  }

  /** Checks the driver's properties; without those of variables, the builder does. */
  private static void checkProperties(Settings settings, SettingValues values) {
    if (settings.text(DRIVER_PROPERTIES) != null) {
      try {
        BuilderAccess.checkProperties(values);
      } catch (IllegalArgumentException e) {
        settings.addProblem(settings.name(DRIVER_PROPERTIES) + ": " + e.getMessage());
      }
    }
  }

  private static void read(
      Settings settings, SettingValues values, PooledConnectionProvider.Builder builder) {
    for (Setting<?> setting : BuilderSettings.ALL) {
      if (setting.variable() != null && setting != DRIVER_PROPERTIES) {
        settings.value(setting);
      }
    }
    Set<String> ofCode = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    ofCode.addAll(values.driverProperties().keySet());
    settings.pairs(
        DRIVER_PROPERTIES,
        (name, value) -> {
          if (!ofCode.contains(name)) {
            builder.driverProperty(name, value);
          }
        });
    if (settings.value(METRICS) != null) {
      builder.listener(new EmfMetrics());
    }
  }
}
