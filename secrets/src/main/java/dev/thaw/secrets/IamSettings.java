package dev.thaw.secrets;

import dev.thaw.internal.net.RdsHost;
import dev.thaw.internal.util.ServerAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the variables say of a login with IAM tokens, {@code DB_AUTH=iam}. */
final class IamSettings {
  private static final String AUTH = "DB_AUTH";
  private static final String SIGNED_HOST = "DB_IAM_HOST";

  private final IamTokenCredentialsSource.Builder builder;

  private IamSettings(IamTokenCredentialsSource.Builder builder) {
    this.builder = builder;
  }

  /** Reads the variables, or returns {@code null} if they ask for no tokens. */
  static @Nullable IamSettings read(Settings settings, @Nullable String region) {
    String auth = settings.text(AUTH);
    if (auth == null || !auth.toLowerCase(Locale.ROOT).equals("iam")) {
      if (auth != null) {
        settings.wrong(AUTH, auth, "iam");
      } else if (settings.text(SIGNED_HOST) != null) {
        settings.addProblem(
            settings.name(SIGNED_HOST) + " is set without " + settings.name(AUTH) + "=iam");
      }
      return null;
    }
    contradictions(settings);
    IamTokenCredentialsSource.Builder builder = IamTokenCredentialsSource.builder();
    settings.require("DB_HOST", "DB_USER");
    String host = settings.host("DB_HOST");
    if (host != null) {
      builder.host(host);
    }
    builder.port(settings.port("DB_PORT", EnvironmentCredentialsSource.DEFAULT_PORT));
    String user = settings.text("DB_USER");
    if (user != null) {
      builder.username(user);
    }
    String database = settings.database("DB_NAME");
    if (database != null) {
      builder.database(database);
    }
    String signed = signedHost(settings, builder);
    readRegion(settings, builder, signed == null ? host : signed, region);
    return new IamSettings(builder);
  }

  private static void contradictions(Settings settings) {
    String password = settings.password("DB_PASSWORD");
    if (password != null && !password.isEmpty()) {
      contradiction(settings, "DB_PASSWORD");
    }
    if (settings.text("DB_SECRET_NAME") != null) {
      contradiction(settings, "DB_SECRET_NAME");
    }
  }

  private static void contradiction(Settings settings, String name) {
    settings.addProblem(
        settings.name(name)
            + " is set beside "
            + settings.name(AUTH)
            + "=iam, which needs no password: remove one of them");
  }

  /** Reads a host, or a host and a port, behind a colon, that are not those connected to. */
  private static @Nullable String signedHost(
      Settings settings, IamTokenCredentialsSource.Builder builder) {
    String value = settings.text(SIGNED_HOST);
    if (value == null) {
      return null;
    }
    int colon = value.indexOf(':');
    String host = colon < 0 ? value : value.substring(0, colon);
    String port = colon < 0 ? null : value.substring(colon + 1);
    if (ServerAddress.hostFlaw(host, SIGNED_HOST, SIGNED_HOST) != null
        || (port != null && ServerAddress.portFlaw(port) != null)) {
      return settings.wrong(
          SIGNED_HOST,
          value,
          "the name of a host, or the name and a port as in db.example.com:3306");
    }
    builder.signedHost(host);
    if (port != null) {
      builder.signedPort(Integer.parseInt(port));
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
          AwsRegion.VARIABLE
              + " is not set, and the host is no endpoint of RDS, whose name would tell the region"
              + " ("
              + settings.name(SIGNED_HOST)
              + ")");
    }
  }

  /** Makes the source, once nothing is wrong with the variables. */
  IamTokenCredentialsSource make() {
    return builder.build();
  }
}
