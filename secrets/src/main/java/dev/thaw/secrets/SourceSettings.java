package dev.thaw.secrets;

import static dev.thaw.internal.settings.BuilderSettings.MAX_STALE;
import static dev.thaw.internal.settings.BuilderSettings.PORT;
import static dev.thaw.secrets.EnvironmentSettings.ENDPOINT;
import static dev.thaw.secrets.EnvironmentSettings.EXTENSION_PORT;
import static dev.thaw.secrets.EnvironmentSettings.PASSWORD;
import static dev.thaw.secrets.EnvironmentSettings.REGION;
import static dev.thaw.secrets.EnvironmentSettings.SECRET_KEYS;
import static dev.thaw.secrets.EnvironmentSettings.SECRET_NAME;
import static dev.thaw.secrets.EnvironmentSettings.SECRET_SOURCE;
import static dev.thaw.secrets.EnvironmentSettings.SECRET_TRY_PENDING;
import static dev.thaw.secrets.EnvironmentSettings.SECRET_TTL;
import static dev.thaw.secrets.EnvironmentSettings.SESSION_TOKEN;
import static dev.thaw.secrets.EnvironmentSettings.USER;
import static java.util.Objects.requireNonNull;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.internal.settings.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chooses a source of credentials by the environment variables. */
final class SourceSettings {
  private static final List<Setting<?>> OF_LOGIN = List.of(USER, PASSWORD);
  private static final List<Setting<?>> OF_SECRET =
      List.of(SECRET_SOURCE, SECRET_TTL, SECRET_KEYS, SECRET_TRY_PENDING);

  private final Settings settings;
  // AWS's own variables have no prefix, and count as they do for AWS's SDK.
  private final Settings aws;
  private final @Nullable EnvironmentCredentialsSource variables;
  private final @Nullable IamSettings iam;
  private final @Nullable String secretId;

  private SourceSettings(Settings settings, Environment environment) {
    this.settings = settings;
    this.aws = new Settings(environment, "");
    settings.requireOneOrigin();
    requireOfProcess(environment);
    boolean secret = settings.text(SECRET_NAME) != null;
    this.secretId = settings.value(SECRET_NAME);
    settings.value(SECRET_SOURCE);
    settings.value(SECRET_TTL);
    settings.value(SECRET_KEYS);
    settings.value(SECRET_TRY_PENDING);
    this.iam = IamSettings.read(settings, aws.value(REGION));
    this.variables = secret || iam != null ? null : EnvironmentCredentialsSource.of(settings);
    if (iam == null) {
      settings.warnOfUnused(SECRET_NAME, secret ? OF_LOGIN : OF_SECRET);
    }
    aws.value(ENDPOINT);
    aws.value(EXTENSION_PORT);
    if (secret || iam != null) {
      aws.problems().forEach(settings::addProblem);
    }
  }

  static SourceSettings read(Settings settings, Environment environment) {
    return new SourceSettings(settings, environment);
  }

  /** The author of the file would else be sent the process's credentials for AWS. */
  private void requireOfProcess(Environment environment) {
    for (String name : environment.names()) {
      boolean address =
          name.startsWith("AWS_ENDPOINT_URL") || name.equals(EXTENSION_PORT.variable());
      if (address && environment.isOfFile(name)) {
        aws.addProblem(
            name + " is in the .env file, where it is not allowed: set it as a variable");
      }
    }
  }

  /** Returns whether the source needs {@linkplain CredentialsSource#needsVerifiedTls() TLS}. */
  boolean needsVerifiedTls() {
    return iam != null;
  }

  /** Makes the source, once nothing is wrong with the variables. */
  CredentialsSource make() {
    if (iam != null) {
      return iam.make();
    }
    if (secretId == null) {
      return requireNonNull(variables);
    }
    return settings.valueOrDefault(SECRET_SOURCE) == SecretService.EXTENSION
        ? extension(secretId)
        : secretsManager(secretId);
  }

  private CredentialsSource secretsManager(String secret) {
    SecretsManagerCredentialsSource.Builder builder =
        SecretsManagerCredentialsSource.builder()
            .secretId(secret)
            .ttl(settings.valueOrDefault(SECRET_TTL))
            .maxStale(maxStale())
            .tryPending(settings.valueOrDefault(SECRET_TRY_PENDING))
            .keys(keys())
            .defaultPort(settings.valueOrDefault(PORT));
    String region = aws.value(REGION);
    if (region != null) {
      builder.region(region);
    }
    URI endpoint = aws.value(ENDPOINT);
    if (endpoint != null) {
      builder.endpoint(endpoint);
    }
    return builder.build();
  }

  private CredentialsSource extension(String secret) {
    LambdaExtensionCredentialsSource.Builder builder =
        LambdaExtensionCredentialsSource.builder()
            .secretId(secret)
            .ttl(settings.valueOrDefault(SECRET_TTL))
            .maxStale(maxStale())
            .tryPending(settings.valueOrDefault(SECRET_TRY_PENDING))
            .keys(keys())
            .defaultPort(settings.valueOrDefault(PORT));
    Integer port = aws.value(EXTENSION_PORT);
    if (port != null) {
      builder.port(port);
    }
    String sessionToken = aws.text(SESSION_TOKEN);
    // Given only if it is no variable of the process: that one must be read at each request.
    if (sessionToken != null && !sessionToken.equals(System.getenv(SESSION_TOKEN.variable()))) {
      builder.sessionToken(sessionToken);
    }
    return builder.build();
  }

  private Duration maxStale() {
    Duration value = settings.value(MAX_STALE);
    return value == null ? CachePolicy.DEFAULT_MAX_STALE : value;
  }

  private SecretKeys keys() {
    SecretKeys value = settings.value(SECRET_KEYS);
    return value == null ? SecretKeys.defaults() : value;
  }
}
