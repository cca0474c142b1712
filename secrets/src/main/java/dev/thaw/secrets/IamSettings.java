package dev.thaw.secrets;

import static dev.thaw.internal.settings.BuilderSettings.DATABASE;
import static dev.thaw.internal.settings.BuilderSettings.HOST;
import static dev.thaw.internal.settings.BuilderSettings.PORT;
import static dev.thaw.secrets.EnvironmentSettings.AUTH;
import static dev.thaw.secrets.EnvironmentSettings.IAM_HOST;
import static dev.thaw.secrets.EnvironmentSettings.PASSWORD;
import static dev.thaw.secrets.EnvironmentSettings.REGION;
import static dev.thaw.secrets.EnvironmentSettings.SECRET_NAME;
import static dev.thaw.secrets.EnvironmentSettings.USER;

import dev.thaw.internal.net.RdsHost;
import dev.thaw.internal.settings.Setting;
import org.jspecify.annotations.Nullable;

/** What the variables say of a login with IAM tokens, {@code DB_AUTH=iam}. */
final class IamSettings {
  private final IamTokenCredentialsSource.Builder builder;

  private IamSettings(IamTokenCredentialsSource.Builder builder) {
    this.builder = builder;
  }

  /** Reads the variables, or returns {@code null} if they ask for no tokens. */
  static @Nullable IamSettings read(Settings settings, @Nullable String region) {
    if (settings.value(AUTH) == null) {
      if (settings.text(AUTH) == null && settings.text(IAM_HOST) != null) {
        settings.addProblem(
            settings.name(IAM_HOST) + " is set without " + settings.name(AUTH) + "=iam");
      }
      return null;
    }
    contradictions(settings);
    IamTokenCredentialsSource.Builder builder = IamTokenCredentialsSource.builder();
    settings.require(HOST, USER);
    String host = settings.value(HOST);
    if (host != null) {
      builder.host(host);
    }
    builder.port(settings.valueOrDefault(PORT));
    String user = settings.text(USER);
    if (user != null) {
      builder.username(user);
    }
    String database = settings.value(DATABASE);
    if (database != null) {
      builder.database(database);
    }
    String signed = signedHost(settings, builder);
    readRegion(settings, builder, signed == null ? host : signed, region);
    return new IamSettings(builder);
  }

  private static void contradictions(Settings settings) {
    String password = settings.untrimmedOrEmpty(PASSWORD);
    if (password != null && !password.isEmpty()) {
      contradiction(settings, PASSWORD);
    }
    if (settings.text(SECRET_NAME) != null) {
      contradiction(settings, SECRET_NAME);
    }
  }

  private static void contradiction(Settings settings, Setting<?> other) {
    settings.addProblem(
        settings.name(other)
            + " is set beside "
            + settings.name(AUTH)
            + "=iam, which needs no password: remove one of them");
  }

  /** Reads a host, or a host and a port, behind a colon, that are not those connected to. */
  private static @Nullable String signedHost(
      Settings settings, IamTokenCredentialsSource.Builder builder) {
    String value = settings.value(IAM_HOST);
    if (value == null) {
      return null;
    }
    int colon = value.indexOf(':');
    String host = colon < 0 ? value : value.substring(0, colon);
    builder.signedHost(host);
    if (colon >= 0) {
      builder.signedPort(Integer.parseInt(value.substring(colon + 1)));
    }
    return host;
  }

  private static void readRegion(
      Settings settings,
      IamTokenCredentialsSource.Builder builder,
      @Nullable String signed,
      @Nullable String region) {
    String named = signed == null ? null : RdsHost.region(signed);
    if (named != null) {
      builder.region(named);
    } else if (region != null) {
      builder.region(region);
    } else if (signed != null) {
      settings.addProblem(
          REGION.variable()
              + " is not set, and the host is no endpoint of RDS, whose name would tell the region"
              + " ("
              + settings.name(IAM_HOST)
              + ")");
    }
  }

  /** Makes the source, once nothing is wrong with the variables. */
  IamTokenCredentialsSource make() {
    return builder.build();
  }
}
