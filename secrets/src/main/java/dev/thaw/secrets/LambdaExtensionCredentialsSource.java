package dev.thaw.secrets;

import static dev.thaw.secrets.EnvironmentSettings.EXTENSION_PORT;
import static dev.thaw.secrets.EnvironmentSettings.SECRET_NAME;
import static dev.thaw.secrets.EnvironmentSettings.SESSION_TOKEN;
import static java.util.Objects.requireNonNull;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.net.Endpoint;
import dev.thaw.internal.util.SetOnce;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Credentials from a JSON secret, text or binary, that the AWS Parameters and Secrets Lambda
 * Extension reads from AWS Secrets Manager. No class of AWS's SDK is loaded.
 *
 * <p>The extension is asked on the loopback interface at the port of {@code
 * PARAMETERS_SECRETS_EXTENSION_HTTP_PORT} (2773 if not set), with the session token of {@code
 * AWS_SESSION_TOKEN}, see "Use AWS Secrets Manager secrets in AWS Lambda functions" in AWS's
 * Secrets Manager user guide. While it is not ready yet, the source waits, within the deadline.
 *
 * <p>Otherwise it works as {@link SecretsManagerCredentialsSource} does. The extension has a cache
 * of its own, of up to five minutes, and no documented way past it; after a refused login the
 * source asks by another name of the same secret (its ARN, its name), which the extension has not
 * cached, as far as there is one. Since this source keeps the secret itself, that cache is best
 * switched off ({@code PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED=false}): each refused login then
 * reaches Secrets Manager.
 *
 * <p>Thread-safe.
 */
public final class LambdaExtensionCredentialsSource implements CredentialsSource {

  private final String text;
  private final CachedSecret secret;

  private LambdaExtensionCredentialsSource(Builder builder, String secretId) {
    int port = builder.effectivePort();
    this.text = "LambdaExtensionCredentialsSource[" + secretId + " at port " + port + "]";
    String description = "Secret " + secretId;
    String token = builder.sessionToken;
    this.secret =
        new CachedSecret(
            description,
            new ExtensionSecretReader(
                description,
                secretId,
                port,
                // Read at each request: after the restore of a snapshot it is another one.
                () -> token == null ? tokenOfProcess() : token),
            new SecretParser(
                description,
                builder.keys == null ? SecretKeys.defaults() : builder.keys,
                builder.defaultPort),
            builder.policy);
  }

  private static @Nullable String tokenOfProcess() {
    String token = System.getenv(SESSION_TOKEN.variable());
    // With SnapStart Lambda sets none; AWS's Secrets Manager Agent takes this one then.
    return token == null ? System.getenv(ContainerCredentials.TOKEN_VARIABLE) : token;
  }

  /** Returns a builder, in which {@link Builder#secretId(String)} must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the credentials of the kept secret, or fetches it.
   *
   * @throws java.sql.SQLTimeoutException if the deadline passes first
   * @throws java.sql.SQLTransientConnectionException if the extension or Secrets Manager fails or
   *     throttles, or the calling thread is interrupted
   * @throws java.sql.SQLNonTransientConnectionException if there is no such secret, the role may
   *     not read it, its value cannot be used, or the source is closed
   */
  @Override
  public DatabaseCredentials credentials(Deadline deadline) throws SQLException {
    return secret.credentials(requireNonNull(deadline, "deadline"));
  }

  /**
   * Returns what to try after a refused login: the kept secret if it is another one by now, else
   * the current version if it has changed, else the pending one.
   *
   * @throws SQLException as {@link #credentials(Deadline)} does
   */
  @Override
  public Optional<DatabaseCredentials> refused(DatabaseCredentials refused, Deadline deadline)
      throws SQLException {
    return secret.refused(requireNonNull(refused, "refused"), requireNonNull(deadline, "deadline"));
  }

  /** Forgets the secret; one that is being fetched at this moment will not be kept either. */
  @Override
  public void invalidate() {
    secret.invalidate();
  }

  /** Forgets the secret. */
  @Override
  public void close() {
    secret.close();
  }

  /** Returns the secret's name and the port, and nothing of its value. */
  @Override
  public String toString() {
    return text;
  }

  /**
   * A builder of sources in which each value may be set once.
   *
   * <p>Not thread-safe.
   */
  public static final class Builder {
    private final CachePolicy policy = new CachePolicy();
    private @Nullable String secretId;
    private @Nullable Integer port;
    private @Nullable String sessionToken;
    private @Nullable SecretKeys keys;
    private int defaultPort = Endpoint.DEFAULT_PORT;

    private Builder() {}

    /**
     * Sets the name or the ARN of the secret.
     *
     * @throws IllegalArgumentException if the value is neither
     * @throws IllegalStateException if it is set already
     */
    public Builder secretId(String value) {
      this.secretId = SetOnce.value(this.secretId, SECRET_NAME.checked(value), "secretId");
      return this;
    }

    /**
     * Sets the port of the extension; by default that of {@code
     * PARAMETERS_SECRETS_EXTENSION_HTTP_PORT}, or 2773.
     *
     * @throws IllegalArgumentException if the value is not between 1 and 65535
     * @throws IllegalStateException if it is set already
     */
    public Builder port(int value) {
      this.port = SetOnce.value(this.port, EXTENSION_PORT.checked(value), "port");
      return this;
    }

    /**
     * Sets the token to present to the extension; by default that of {@code AWS_SESSION_TOKEN} or,
     * where Lambda sets none (SnapStart), {@code AWS_CONTAINER_AUTHORIZATION_TOKEN}, read at each
     * request. White space at its ends is left out.
     *
     * @throws IllegalArgumentException if it cannot be sent in a header
     * @throws IllegalStateException if it is set already
     */
    public Builder sessionToken(String value) {
      String stripped = requireNonNull(value, "sessionToken").strip();
      String problem = HeaderValue.problem(stripped);
      if (problem != null) {
        throw new IllegalArgumentException("sessionToken " + problem);
      }
      this.sessionToken = SetOnce.value(this.sessionToken, stripped, "sessionToken");
      return this;
    }

    /**
     * Sets the names of the keys in the secret; {@link SecretKeys#defaults()} by default.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder keys(SecretKeys value) {
      this.keys = SetOnce.value(this.keys, value, "keys");
      return this;
    }

    /**
     * Sets how long a fetched secret is served; five minutes by default. Each environment takes up
     * to a tenth off, so that they do not all ask at once.
     *
     * @throws IllegalArgumentException if the value is less than one second or more than 365 days
     * @throws IllegalStateException if it is set already
     */
    public Builder ttl(Duration value) {
      policy.ttl(value);
      return this;
    }

    /**
     * Sets how long after its time to live a secret is still served if it cannot be refreshed; one
     * hour by default, zero for not at all.
     *
     * @throws IllegalArgumentException if the value is negative or more than 365 days
     * @throws IllegalStateException if it is set already
     */
    public Builder maxStale(Duration value) {
      policy.maxStale(value);
      return this;
    }

    /**
     * Sets whether the version {@code AWSPENDING} is tried after a refused login; true by default.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder tryPending(boolean value) {
      policy.tryPending(value);
      return this;
    }

    /**
     * Sets the wall clock that the secret's age is judged by; the system's by default.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder wallClock(InstantSource value) {
      policy.wallClock(value);
      return this;
    }

    /**
     * Sets the monotonic clock, in nanoseconds, that the secret's age is judged by; {@link
     * System#nanoTime()} by default.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder nanoClock(LongSupplier value) {
      policy.nanoClock(value);
      return this;
    }

    Builder jitter(Jitter value) {
      policy.jitter(value);
      return this;
    }

    /** Sets the port of a secret that holds a host and no port. */
    Builder defaultPort(int value) {
      this.defaultPort = value;
      return this;
    }

    int effectivePort() {
      Integer set = port == null ? EXTENSION_PORT.in(System.getenv()) : port;
      return set == null ? requireNonNull(EXTENSION_PORT.unset()) : set;
    }

    /**
     * Returns the source; nothing is fetched yet.
     *
     * @throws IllegalArgumentException if the port's variable counts and is no port
     * @throws IllegalStateException if the secret's name is not set
     */
    public LambdaExtensionCredentialsSource build() {
      if (secretId == null) {
        throw new IllegalStateException("secretId is not set");
      }
      return new LambdaExtensionCredentialsSource(this, secretId);
    }
  }
}
