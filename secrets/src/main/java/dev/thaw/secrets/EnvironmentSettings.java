package dev.thaw.secrets;

import dev.thaw.internal.settings.BuilderSettings;
import dev.thaw.internal.settings.ChoiceSetting;
import dev.thaw.internal.settings.CountSetting;
import dev.thaw.internal.settings.DurationSetting;
import dev.thaw.internal.settings.FlagSetting;
import dev.thaw.internal.settings.Row;
import dev.thaw.internal.settings.Setting;
import dev.thaw.internal.settings.TextSetting;
import dev.thaw.internal.util.Flaw;
import dev.thaw.internal.util.ServerAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings that the builders of the sources of credentials have, and those that only variables
 * have; the others are {@link BuilderSettings}.
 */
final class EnvironmentSettings {
  private static final String OF_SOURCE = " of the source";

  static final Setting<String> USER =
      new TextSetting(
          "username",
          "DB_USER",
          null,
          text -> null,
          Row.of("user name", "none, must be set, unless there is a secret")
              .by("`credentials`; `username` of the source of IAM tokens"));

  static final Setting<String> PASSWORD =
      new TextSetting(
          "password",
          "DB_PASSWORD",
          null,
          text -> null,
          Row.of(
                  "password, which may be empty",
                  "none, must be set, unless there is a secret or an IAM token")
              .by("`credentials`"));

  static final Setting<LoginMethod> AUTH =
      new ChoiceSetting<>(
          "auth",
          "DB_AUTH",
          LoginMethod.class,
          null,
          Row.of(
                  "`iam`: an [IAM token](#iam-tokens-instead-of-a-password) in the place of the"
                      + " password",
                  "none")
              .by("`credentials` with an `IamTokenCredentialsSource`"));

  static final Setting<String> IAM_HOST =
      new TextSetting(
          "signedHost",
          "DB_IAM_HOST",
          null,
          EnvironmentSettings::signedHostFlaw,
          Row.of(
                  "the database's own address, for which tokens are signed, where `DB_HOST` is a"
                      + " CNAME or a tunnel; the variable may have a port, as in"
                      + " `db.example.com:3306`",
                  "host and port")
              .by("`signedHost`, `signedPort`" + OF_SOURCE));

  static final Setting<String> SECRET_NAME =
      new TextSetting(
          "secretId",
          "DB_SECRET_NAME",
          null,
          SecretId::flaw,
          Row.of(
                  "secret in AWS Secrets Manager, by name or ARN; host, port and schema count where"
                      + " it does not hold them, user and password do not",
                  "none")
              .by("`credentials` with a `SecretsManagerCredentialsSource`, its `secretId`"));

  static final Setting<SecretService> SECRET_SOURCE =
      new ChoiceSetting<>(
          "secretSource",
          "DB_SECRET_SOURCE",
          SecretService.class,
          SecretService.SECRETSMANAGER,
          Row.of(
                  "who reads the secret: `secretsmanager`, or `extension` for the AWS Parameters"
                      + " and Secrets Lambda Extension",
                  "`secretsmanager`")
              .by("`credentials` with a `LambdaExtensionCredentialsSource`"));

  static final Setting<Duration> SECRET_TTL =
      new DurationSetting(
          "ttl",
          "DB_SECRET_TTL",
          Duration.ofMinutes(5),
          Duration.ofSeconds(1),
          Duration.ofDays(365),
          Row.of("how long a secret is kept").by("`ttl`" + OF_SOURCE));

  static final Setting<SecretKeys> SECRET_KEYS =
      new SecretKeysSetting(
          "keys",
          "DB_SECRET_KEYS",
          Row.of(
                  "the secret's keys where they are not called `host`, `port`, `database`,"
                      + " `username`, `password`, as `username=user&password=pw`",
                  "those, and `dbname` before `database`")
              .by("`keys`" + OF_SOURCE));

  static final Setting<Boolean> SECRET_TRY_PENDING =
      new FlagSetting(
          "tryPending",
          "DB_SECRET_TRY_PENDING",
          true,
          Row.of("trying the secret's version `AWSPENDING` after a refused login")
              .by("`tryPending`" + OF_SOURCE));

  static final Setting<String> REGION =
      new TextSetting(
          "region",
          "AWS_REGION",
          null,
          AwsRegion::flaw,
          Row.of(
                  "the secret's region, unless it is named by its ARN; the region of tokens, unless"
                      + " the host's name tells it",
                  "`us-east-1`; none for tokens")
              .by("`region`" + OF_SOURCE));

  static final Setting<URI> ENDPOINT =
      new EndpointSetting(
          "endpoint",
          "AWS_ENDPOINT_URL_SECRETS_MANAGER",
          Row.of(
                  "address of Secrets Manager; over `http://` on the loopback interface only",
                  "the region's")
              .by("`endpoint`" + OF_SOURCE));

  static final Setting<Integer> EXTENSION_PORT =
      new CountSetting(
          "port",
          "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT",
          2773,
          1,
          65_535,
          Row.of("port of the Lambda extension").by("`port`" + OF_SOURCE));

  static final Setting<String> SESSION_TOKEN =
      new TextSetting(
          "sessionToken",
          "AWS_SESSION_TOKEN",
          null,
          text -> null,
          Row.of("token that the Lambda extension asks for", "Lambda sets it")
              .by("`sessionToken`" + OF_SOURCE));

  static final Setting<Object> CLIENT =
      new Setting<>(
          "client",
          null,
          null,
          Row.of("client of AWS's SDK, or a provider of its keys for IAM tokens", "one of its own")
              .by("`client`, `credentials`" + OF_SOURCE)
              .withoutVariable("none: an object"));

  static final Setting<MetricsFormat> METRICS =
      new ChoiceSetting<>(
          "metrics",
          "DB_METRICS",
          MetricsFormat.class,
          null,
          Row.of(
                  "metrics: `emf` writes lines of CloudWatch's embedded metric format, for the"
                      + " listeners of code, too",
                  "none")
              .by("`listener` with an `EmfMetrics`"));

  // Of several that begin as a name does, the first is taken to be meant.
  static final List<Setting<?>> ALL =
      List.of(
          USER,
          PASSWORD,
          AUTH,
          IAM_HOST,
          SECRET_NAME,
          SECRET_SOURCE,
          SECRET_TTL,
          SECRET_KEYS,
          SECRET_TRY_PENDING,
          REGION,
          ENDPOINT,
          EXTENSION_PORT,
          SESSION_TOKEN,
          CLIENT,
          METRICS);

  /** What a password of the process is, or leads to one. */
  static final List<Setting<?>> SECRET = List.of(PASSWORD, SECRET_NAME, AUTH);

  /** What says where a password goes, and how, and what is done with it. */
  static final List<Setting<?>> DESTINATION =
      List.of(
          BuilderSettings.HOST,
          BuilderSettings.PORT,
          IAM_HOST,
          BuilderSettings.DRIVER_PROPERTIES,
          BuilderSettings.SSL_MODE,
          BuilderSettings.SSL_CA,
          BuilderSettings.CONNECTION_INIT_SQL);

  private EnvironmentSettings() {}

  /** Returns every setting that there is. */
  static List<Setting<?>> every() {
    List<Setting<?>> every = new ArrayList<>(BuilderSettings.ALL);
    every.addAll(ALL);
    return every;
  }

  /** A host, or a host and a port behind a colon. */
  private static @Nullable Flaw signedHostFlaw(String value) {
    int colon = value.indexOf(':');
    String host = colon < 0 ? value : value.substring(0, colon);
    boolean flawed =
        ServerAddress.hostFlaw(host, "host", "port") != null
            || (colon >= 0 && ServerAddress.portFlaw(value.substring(colon + 1)) != null);
    return flawed
        ? Flaw.of("the name of a host, or the name and a port as in db.example.com:3306")
        : null;
  }
}
