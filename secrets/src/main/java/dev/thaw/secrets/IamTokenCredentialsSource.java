package dev.thaw.secrets;

import static dev.thaw.secrets.EnvironmentSettings.REGION;
import static java.util.Objects.requireNonNull;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.net.Endpoint;
import dev.thaw.internal.net.RdsHost;
import dev.thaw.internal.util.Flaw;
import dev.thaw.internal.util.LambdaEnvironment;
import dev.thaw.internal.util.ServerAddress;
import dev.thaw.internal.util.SetOnce;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * IAM authentication tokens for RDS, Aurora and RDS Proxy in the place of a password.
 *
 * <p>A token is a signature over the database's address and the user's name. It is made in memory:
 * nothing is sent for it. In AWS Lambda the role's keys are variables or, with SnapStart, on the
 * loopback interface, and AWS's SDK is not loaded; elsewhere the keys come from the SDK's default
 * chain, or from the provider that is set.
 *
 * <p>RDS takes a token for 15 minutes. One is used for 10, judged by the wall clock and by the
 * monotonic clock, then never again. It counts at the login only: open connections live on, and a
 * new token does not retire them. After a refused login there is a new token if the refused one is
 * older than a minute or the role's keys have changed.
 *
 * <p>The role must be allowed {@code rds-db:connect} as the user, and the user be {@code IDENTIFIED
 * WITH AWSAuthenticationPlugin AS 'RDS'}. The server gets the token in clear text within TLS, so a
 * connection provider with this source {@linkplain #needsVerifiedTls() verifies the server's
 * certificate}.
 *
 * <p>Thread-safe.
 */
public final class IamTokenCredentialsSource implements CredentialsSource {
  private final String text;
  private final String advice;
  private final IamTokens tokens;

  private IamTokenCredentialsSource(Builder builder, IamTokens.Login login, String region) {
    String address = login.signedAddress();
    this.text = "IamTokenCredentialsSource[" + address + " in " + region + "]";
    String description = "IAM token for " + address + " in " + region;
    ElapsedClock clock = builder.policy.clock();
    this.advice =
        "check that the role is allowed rds-db:connect on"
            + " arn:aws:rds-db:<region>:<account>:dbuser:<resource id>/<user> in the region "
            + region
            + ", that the user is IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS', that IAM"
            + " authentication is enabled at the database, and that "
            + address
            + ", for which the token was signed, is the address that RDS shows for it and no CNAME"
            + " or tunnel; RDS refuses, too, when more than some 200 such logins come in a second,"
            + " and when the clock here is wrong";
    this.tokens =
        new IamTokens(description, login, region, keys(builder, description, clock), clock);
  }

  private static KeySource keys(Builder builder, String description, ElapsedClock clock) {
    boolean direct = builder.given == null && LambdaEnvironment.isLambda(builder.environment);
    RoleKeys role = direct ? RoleKeys.of(builder.environment, clock) : null;
    return role == null
        ? new SdkKeySource(description, builder.given)
        : new KeySource() {
          @Override
          public RoleKeys.Keys keys(Deadline deadline) throws SQLException {
            return role.keys(description, deadline);
          }

          @Override
          public void forget() {
            role.forget();
          }
        };
  }

  /**
   * Returns a builder, in which {@link Builder#host(String)} and {@link Builder#username(String)}
   * must be set.
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the user's name with a token for the password, and the host, port and schema that are
   * set. Their version is always the same: a new token is no rotation.
   *
   * @throws java.sql.SQLTimeoutException if the deadline passes before AWS's SDK has keys
   * @throws java.sql.SQLNonTransientConnectionException if it has none
   */
  @Override
  public DatabaseCredentials credentials(Deadline deadline) throws SQLException {
    return tokens.current(requireNonNull(deadline, "deadline"));
  }

  /**
   * Returns a new token if the refused one is older than a minute or the role's keys have changed,
   * else none.
   *
   * @throws SQLException as {@link #credentials(Deadline)} does
   */
  @Override
  public Optional<DatabaseCredentials> refused(DatabaseCredentials refused, Deadline deadline)
      throws SQLException {
    return tokens.refused(requireNonNull(refused, "refused"), requireNonNull(deadline, "deadline"));
  }

  /** Returns what RDS needs for a login with a token. */
  @Override
  public String refusalAdvice() {
    return advice;
  }

  /** Returns true: who reads a token can log in with it until it expires. */
  @Override
  public boolean needsVerifiedTls() {
    return true;
  }

  /** Forgets the token and the keys. */
  @Override
  public void invalidate() {
    tokens.invalidate();
  }

  /** Forgets the token and the keys; a provider that was set is not closed. */
  @Override
  public void close() {
    tokens.close();
  }

  /** Returns the address and region that tokens are signed for. */
  @Override
  public String toString() {
    return text;
  }

  /**
   * A builder of sources in which each value may be set once.
   *
   * <p>Every setter throws {@link IllegalStateException} if its value is set already. Not
   * thread-safe.
   */
  public static final class Builder {
    private final CachePolicy policy = new CachePolicy();
    private @Nullable String host;
    private @Nullable Integer port;
    private @Nullable String username;
    private @Nullable String database;
    private @Nullable String region;
    private @Nullable String signedHost;
    private @Nullable Integer signedPort;
    private @Nullable AwsCredentialsProvider given;
    private Map<String, String> environment = System.getenv();

    private Builder() {}

    /**
     * Sets the host to connect to; mandatory.
     *
     * @throws IllegalArgumentException if the value is no name or address of a host
     */
    public Builder host(String value) {
      this.host = SetOnce.value(this.host, checkedHost(value, "host"), "host");
      return this;
    }

    /**
     * Sets the port to connect to; 3306 by default.
     *
     * @throws IllegalArgumentException if the value is not between 1 and 65535
     */
    public Builder port(int value) {
      this.port = SetOnce.value(this.port, checkedPort(value, "port"), "port");
      return this;
    }

    /**
     * Sets the database user; mandatory.
     *
     * @throws IllegalArgumentException if the value is empty
     */
    public Builder username(String value) {
      if (requireNonNull(value, "username").isEmpty()) {
        throw new IllegalArgumentException("username is empty");
      }
      this.username = SetOnce.value(this.username, value, "username");
      return this;
    }

    /**
     * Sets the default schema; by default that of the connection provider.
     *
     * @throws IllegalArgumentException if the value can be no schema's name
     */
    public Builder database(String value) {
      this.database = SetOnce.value(this.database, ServerAddress.schema(value), "database");
      return this;
    }

    /**
     * Sets the database's AWS region; by default that in the name of the signed host ({@code
     * ….eu-central-1.rds.amazonaws.com}), or else that of {@code AWS_REGION}. The writer endpoint
     * of an Aurora global database names none.
     *
     * @throws IllegalArgumentException if the value is no name of a region
     */
    public Builder region(String value) {
      this.region = SetOnce.value(this.region, REGION.checked(value), "region");
      return this;
    }

    /**
     * Sets the host that tokens are signed for, if it is another than the one to connect to: where
     * that is a CNAME or a tunnel, the address that RDS shows for the database or the proxy.
     *
     * @throws IllegalArgumentException if the value is no name or address of a host
     */
    public Builder signedHost(String value) {
      this.signedHost =
          SetOnce.value(this.signedHost, checkedHost(value, "signedHost"), "signedHost");
      return this;
    }

    /**
     * Sets the port that tokens are signed for; by default the one to connect to. A tunnel needs
     * it, whose own port is another one than the database's.
     *
     * @throws IllegalArgumentException if the value is not between 1 and 65535
     */
    public Builder signedPort(int value) {
      this.signedPort =
          SetOnce.value(this.signedPort, checkedPort(value, "signedPort"), "signedPort");
      return this;
    }

    /**
     * Sets where the keys come from, such as a provider that assumes a role of another account; it
     * is not closed with the source. By default the keys are those of the function's role in AWS
     * Lambda, and those of the SDK's default chain elsewhere. For web identities (EKS) and roles to
     * assume the SDK needs {@code software.amazon.awssdk:sts}, which thaw-secrets does not bring.
     */
    public Builder credentials(AwsCredentialsProvider value) {
      this.given = SetOnce.value(this.given, value, "credentials");
      return this;
    }

    /** Sets the wall clock that tokens carry and age by; the system's by default. */
    public Builder wallClock(InstantSource value) {
      policy.wallClock(value);
      return this;
    }

    /**
     * Sets the monotonic clock, in nanoseconds, that tokens age by; {@link System#nanoTime()} by
     * default.
     */
    public Builder nanoClock(LongSupplier value) {
      policy.nanoClock(value);
      return this;
    }

    /** Sets the variables that the role's keys are looked for in; the process's by default. */
    Builder environment(Map<String, String> value) {
      this.environment = value;
      return this;
    }

    /**
     * Returns the source; nothing is signed yet.
     *
     * @throws IllegalStateException if the host or the user is not set, or the region neither set
     *     nor in the host's name nor in {@code AWS_REGION}
     * @throws IllegalArgumentException if {@code AWS_REGION} counts and is no name of a region
     */
    public IamTokenCredentialsSource build() {
      if (host == null || username == null) {
        throw new IllegalStateException((host == null ? "host" : "username") + " is not set");
      }
      int connected = port == null ? Endpoint.DEFAULT_PORT : port;
      String signer = ServerAddress.withoutRoot(signedHost == null ? host : signedHost);
      return new IamTokenCredentialsSource(
          this,
          new IamTokens.Login(
              host,
              connected,
              database,
              username,
              signer,
              signedPort == null ? connected : signedPort),
          effectiveRegion(signer));
    }

    private String effectiveRegion(String signer) {
      if (region != null) {
        return region;
      }
      String named = RdsHost.region(signer);
      if (named != null) {
        return named;
      }
      String variable = REGION.in(environment);
      if (variable == null) {
        throw new IllegalStateException(
            "region is not set; the host's name tells none, and "
                + REGION.variable()
                + " is not set");
      }
      return variable;
    }

    private static String checkedHost(String value, String name) {
      String host = ServerAddress.bareHost(requireNonNull(value, name));
      Flaw flaw = ServerAddress.hostFlaw(host, name, name.equals("host") ? "port" : "signedPort");
      if (flaw != null) {
        throw flaw.exception(name, host);
      }
      return host;
    }

    private static int checkedPort(int value, String name) {
      Flaw flaw = ServerAddress.portFlaw(String.valueOf(value));
      if (flaw != null) {
        throw flaw.exception(name, String.valueOf(value));
      }
      return value;
    }
  }
}
