package dev.thaw.secrets;

import static dev.thaw.secrets.EnvironmentSettings.ENDPOINT;
import static dev.thaw.secrets.EnvironmentSettings.REGION;
import static dev.thaw.secrets.EnvironmentSettings.SECRET_NAME;
import static java.util.Objects.requireNonNull;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.net.Endpoint;
import dev.thaw.internal.util.Flaw;
import dev.thaw.internal.util.SetOnce;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Credentials from a JSON secret, text or binary, in AWS Secrets Manager.
 *
 * <p>The secret is fetched with one call of {@code GetSecretValue} when it is first needed, and
 * kept for the time to live. Near its end it is refreshed on the caller's thread within a fraction
 * of the caller's deadline; if Secrets Manager fails, the kept secret is served for at most {@link
 * Builder#maxStale(Duration) maxStale} more, marked by {@link DatabaseCredentials#staleSince()}.
 *
 * <p>When the server has refused a login, the secret is fetched anew, once for all threads. If it
 * is unchanged, a rotation may be between {@code setSecret} and {@code finishSecret}, so the
 * version with the staging label {@code AWSPENDING} is tried and, unless the server refuses it too,
 * served until the current version changes. A login that had been in use is looked for up to one
 * second; refusals in a row are answered from memory for up to ten seconds.
 *
 * <p>The role needs {@code secretsmanager:GetSecretValue} on the secret and, if the secret is
 * encrypted with a key of one's own, {@code kms:Decrypt} on that.
 *
 * <p>Thread-safe.
 */
public final class SecretsManagerCredentialsSource implements CredentialsSource {
  private final String text;
  private final CachedSecret secret;

  private SecretsManagerCredentialsSource(Builder builder, String secretId) {
    String region = AwsRegion.of(secretId, builder.effectiveRegion());
    this.text = "SecretsManagerCredentialsSource[" + secretId + " in " + region + "]";
    String description = "Secret " + secretId + " in " + region;
    this.secret =
        new CachedSecret(
            description,
            reader(builder, description, secretId, region),
            new SecretParser(
                description,
                builder.keys == null ? SecretKeys.defaults() : builder.keys,
                builder.defaultPort),
            builder.policy);
  }

  private static SecretReader reader(
      Builder builder, String description, String secretId, String region) {
    URI endpoint = builder.endpoint;
    SecretsManagerClient client = builder.client;
    if (client != null) {
      return new SdkSecretReader(
          description, () -> new AwsSecretReader(description, secretId, client, () -> {}));
    }
    // Links nothing of the SDK, which may not be there, before it is needed.
    Supplier<SecretReader> sdk =
        () ->
            new SdkSecretReader(
                description, () -> AwsSecretReader.of(description, secretId, region, endpoint));
    DirectAccess access =
        DirectAccess.of(builder.environment, region, endpoint, builder.policy.clock());
    return access == null
        ? sdk.get()
        : new DirectSecretReader(description, secretId, region, access, sdk);
  }

  /** Returns a builder, in which {@link Builder#secretId(String)} must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the credentials of the kept secret, or fetches it.
   *
   * @throws java.sql.SQLTimeoutException if the deadline passes first
   * @throws java.sql.SQLTransientConnectionException if Secrets Manager cannot be reached,
   *     throttles or fails, or the calling thread is interrupted
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

  /** Forgets the secret and closes the client, unless it was given to the builder. */
  @Override
  public void close() {
    secret.close();
  }

  /** Returns the secret's name and region, and nothing of its value. */
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
    private @Nullable String region;
    private @Nullable URI endpoint;
    private @Nullable SecretsManagerClient client;
    private @Nullable SecretKeys keys;
    private int defaultPort = Endpoint.DEFAULT_PORT;
    private Map<String, String> environment = System.getenv();

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
     * Sets the AWS region, for a secret that is not named by its ARN; by default that of {@code
     * AWS_REGION}, or {@code us-east-1}. Beside an ARN, which goes before {@code AWS_REGION}, it
     * must be the same. Without meaning if a client is set.
     *
     * @throws IllegalArgumentException if the value is no name of a region
     * @throws IllegalStateException if it is set already
     */
    public Builder region(String value) {
      this.region = SetOnce.value(this.region, REGION.checked(value), "region");
      return this;
    }

    /**
     * Sets the address of Secrets Manager; by default that of {@code
     * AWS_ENDPOINT_URL_SECRETS_MANAGER}, or the region's. Over http only the loopback interface is
     * asked: token and secret could be read on the way. Without meaning if a client is set.
     *
     * @throws IllegalArgumentException if the value is not an absolute http or https address, or an
     *     http one that leads to another machine
     * @throws IllegalStateException if it is set already
     */
    public Builder endpoint(URI value) {
      this.endpoint = SetOnce.value(this.endpoint, ENDPOINT.checked(value), "endpoint");
      return this;
    }

    /**
     * Sets a client of the caller's, which the source does not close. It is called on threads that
     * end after the call: on one that lives on, the SDK would keep the secret. What the client
     * itself keeps, such as the buffers of idle connections and the role's credentials, a
     * checkpoint does not reach.
     *
     * <p>By default, in AWS Lambda, a request is signed with the role's credentials ({@code
     * AWS_ACCESS_KEY_ID} and the others or, with SnapStart, those of {@code
     * AWS_CONTAINER_CREDENTIALS_FULL_URI}) and sent without AWS's SDK, which a cold start would
     * have to load. Elsewhere, or where a variable or property is set that only the SDK
     * understands, such as {@code AWS_USE_FIPS_ENDPOINT} or {@code https.proxyHost}, the source
     * makes a client at the first fetch, with the credentials of the SDK's default provider chain.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder client(SecretsManagerClient value) {
      this.client = SetOnce.value(this.client, value, "client");
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

    /** Sets the variables that tell how to ask Secrets Manager; by default those of the process. */
    Builder environment(Map<String, String> value) {
      this.environment = value;
      return this;
    }

    @Nullable String effectiveRegion() {
      return region == null ? REGION.in(System.getenv()) : region;
    }

    /**
     * Returns the source; nothing is fetched yet.
     *
     * @throws IllegalArgumentException if {@code AWS_REGION} counts and is no name of a region, or
     *     if {@link #region} is set and the secret's ARN names another
     * @throws IllegalStateException if the secret's name is not set
     */
    public SecretsManagerCredentialsSource build() {
      if (secretId == null) {
        throw new IllegalStateException("secretId is not set");
      }
      String named = SecretId.region(secretId);
      if (region != null && named != null && !region.equals(named)) {
        throw Flaw.of("'" + named + "', which secretId's ARN names").exception("region", region);
      }
      return new SecretsManagerCredentialsSource(this, secretId);
    }
  }
}
