package dev.thaw.secrets;

import static java.util.Objects.requireNonNull;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.internal.util.Flaw;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Chooses a source of credentials by the environment variables. */
final class SourceSettings {
  private static final String ENDPOINT = "AWS_ENDPOINT_URL_SECRETS_MANAGER";

  private final @Nullable EnvironmentCredentialsSource variables;
  private final @Nullable IamSettings iam;
  private final @Nullable String secretId;
  private final boolean extension;
  private final Duration ttl;
  private final int port;
  private final @Nullable String region;
  private final @Nullable URI endpoint;
  private final @Nullable Integer extensionPort;
  private final @Nullable String sessionToken;

  private SourceSettings(Settings settings, Environment environment) {
    this.secretId = settings.text("DB_SECRET_NAME");
    this.ttl = settings.duration("DB_SECRET_TTL", CachePolicy.DEFAULT_TTL, CachePolicy.LEAST_TTL);
    this.port = settings.port("DB_PORT", EnvironmentCredentialsSource.DEFAULT_PORT);
    this.extension = isExtension(settings);
    settings.requireOneOrigin();
    // AWS's own variables have no prefix, and count as they do for AWS's SDK.
    Settings aws = new Settings(environment, "");
    requireOfProcess(aws, environment);
    this.region = region(aws);
    this.iam = IamSettings.read(settings, region);
    if (secretId == null) {
      this.variables = iam == null ? EnvironmentCredentialsSource.of(settings) : null;
    } else {
      this.variables = null;
      Flaw flaw = SecretId.flaw(secretId);
      if (flaw != null) {
        settings.wrong("DB_SECRET_NAME", secretId, flaw);
      }
    }
    this.endpoint = endpoint(aws);
    int unset = -1;
    int set = aws.port(LambdaExtensionCredentialsSource.PORT_VARIABLE, unset);
    this.extensionPort = set == unset ? null : set;
    this.sessionToken = aws.text(LambdaExtensionCredentialsSource.TOKEN_VARIABLE);
    if (secretId != null || iam != null) {
      aws.problems().forEach(settings::addProblem);
    }
  }

  static SourceSettings read(Settings settings, Environment environment) {
    return new SourceSettings(settings, environment);
  }

  private static boolean isExtension(Settings settings) {
    String value = settings.text("DB_SECRET_SOURCE");
    String source = value == null ? "secretsmanager" : value.toLowerCase(Locale.ROOT);
    if (value != null && !source.equals("extension") && !source.equals("secretsmanager")) {
      settings.wrong("DB_SECRET_SOURCE", value, "extension, secretsmanager");
    }
    return source.equals("extension");
  }

  /** The author of the file would else be sent the process's credentials for AWS. */
  private static void requireOfProcess(Settings aws, Environment environment) {
    for (String name : environment.names()) {
      boolean address =
          name.startsWith("AWS_ENDPOINT_URL")
              || name.equals(LambdaExtensionCredentialsSource.PORT_VARIABLE);
      if (address && environment.isOfFile(name)) {
        aws.addProblem(
            name + " is in the .env file, where it is not allowed: set it as a variable");
      }
    }
  }

  private static @Nullable String region(Settings aws) {
    String value = aws.text(AwsRegion.VARIABLE);
    Flaw flaw = value == null ? null : AwsRegion.flaw(value);
    return value == null || flaw == null ? value : aws.wrong(AwsRegion.VARIABLE, value, flaw);
  }

  private static @Nullable URI endpoint(Settings aws) {
    String value = aws.text(ENDPOINT);
    try {
      return value == null ? null : SecretsManagerCredentialsSource.checked(URI.create(value));
    } catch (IllegalArgumentException e) {
      aws.wrong(ENDPOINT, value == null ? "" : value, HttpEndpoint.ALLOWED);
      return null;
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
    return extension ? extension(secretId) : secretsManager(secretId);
  }

  private CredentialsSource secretsManager(String secret) {
    SecretsManagerCredentialsSource.Builder builder =
        SecretsManagerCredentialsSource.builder().secretId(secret).ttl(ttl).defaultPort(port);
    if (region != null) {
      builder.region(region);
    }
    if (endpoint != null) {
      builder.endpoint(endpoint);
    }
    return builder.build();
  }

  private CredentialsSource extension(String secret) {
    LambdaExtensionCredentialsSource.Builder builder =
        LambdaExtensionCredentialsSource.builder().secretId(secret).ttl(ttl).defaultPort(port);
    if (extensionPort != null) {
      builder.port(extensionPort);
    }
    // Given only if it is no variable of the process: that one must be read at each request.
    if (sessionToken != null
        && !sessionToken.equals(System.getenv(LambdaExtensionCredentialsSource.TOKEN_VARIABLE))) {
      builder.sessionToken(sessionToken);
    }
    return builder.build();
  }
}
