package dev.thaw.testing.aws;

import static java.util.Objects.requireNonNull;

import dev.thaw.testing.internal.http.LoopbackHttpServer;
import dev.thaw.testing.internal.secretsmanager.LambdaExtensionApi;
import dev.thaw.testing.internal.util.SetOnce;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for the AWS Parameters and Secrets Lambda Extension on the loopback interface, which
 * gets the secrets from a {@link FakeSecretsManager} and caches them.
 *
 * <p>It serves {@code GET /secretsmanager/get?secretId=…} with {@code versionId} and {@code
 * versionStage}, and like the extension it
 *
 * <ul>
 *   <li>demands the session token in the header {@code X-Aws-Parameters-Secrets-Token}, else 401;
 *   <li>answers {@code 400 not ready to serve traffic, please wait} until it is ready, as during
 *       the function's initialisation;
 *   <li>answers from its cache until the time to live is over, five minutes by default.
 * </ul>
 *
 * <p>AWS documents the request, the token and the cache ("Use AWS Secrets Manager secrets in AWS
 * Lambda functions"); how the extension reports an error of Secrets Manager it does not. Here it is
 * the error's status, with its code in the header {@code x-amzn-ErrorType}. A request without
 * {@code versionStage} shares the cache entry of {@code AWSCURRENT}.
 *
 * <p>Requests that are not answered from the cache meet the faults of the {@link
 * FakeSecretsManager} and are counted there. Thread-safe.
 */
public final class FakeLambdaExtension implements AutoCloseable {
  private static final Duration MAX_TTL = Duration.ofMinutes(5);

  private final LambdaExtensionApi api;
  private final LoopbackHttpServer server;
  private final String token;

  private FakeLambdaExtension(Builder builder) {
    this.token = UUID.randomUUID().toString();
    this.api =
        new LambdaExtensionApi(
            builder.secretsManager.api(),
            token,
            builder.ttl == null ? MAX_TTL : builder.ttl,
            builder.clock == null ? InstantSource.system() : builder.clock);
    api.setReady(!builder.notReady);
    this.server = LoopbackHttpServer.start("thaw-fake-lambda-extension", 0, api::answer);
  }

  /**
   * Starts an extension that is ready, on a free port.
   *
   * @param secretsManager where it gets secrets from
   * @return the running extension
   */
  public static FakeLambdaExtension start(FakeSecretsManager secretsManager) {
    return builder(secretsManager).start();
  }

  /**
   * Returns a builder of an extension.
   *
   * @param secretsManager where it gets secrets from
   * @return a new builder
   */
  public static Builder builder(FakeSecretsManager secretsManager) {
    return new Builder(requireNonNull(secretsManager, "secretsManager"));
  }

  /** Returns the port that it listens on, at the loopback address. */
  public int port() {
    return server.port();
  }

  /** Returns the session token that requests must present. */
  public String sessionToken() {
    return token;
  }

  /**
   * Returns the environment variables that a function finds the extension by: {@code
   * PARAMETERS_SECRETS_EXTENSION_HTTP_PORT} and {@code AWS_SESSION_TOKEN}.
   */
  public Map<String, String> environment() {
    return Map.of(
        "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT",
        String.valueOf(port()),
        "AWS_SESSION_TOKEN",
        token);
  }

  /** Serves requests from now on. */
  public void becomeReady() {
    api.setReady(true);
  }

  /** Returns how many requests have come, refused ones included. */
  public int requests() {
    return api.requests();
  }

  /** Closes the port and all connections. Idempotent. */
  @Override
  public void close() {
    server.close();
  }

  /** Returns where it listens; never the token. */
  @Override
  public String toString() {
    return "FakeLambdaExtension[" + server.endpoint() + "]";
  }

  /**
   * A builder of an extension in which each value may be set once.
   *
   * <p>Not thread-safe.
   */
  public static final class Builder {
    private final FakeSecretsManager secretsManager;
    private @Nullable Duration ttl;
    private @Nullable InstantSource clock;
    private boolean notReady;

    private Builder(FakeSecretsManager secretsManager) {
      this.secretsManager = secretsManager;
    }

    /**
     * Sets how long a secret is served from the cache, as {@code SECRETS_MANAGER_TTL} does.
     *
     * @param value the time to live; zero for no cache
     * @throws IllegalArgumentException if it is negative or more than five minutes
     * @throws IllegalStateException if it is set already
     */
    public Builder ttl(Duration value) {
      if (value.isNegative() || value.compareTo(MAX_TTL) > 0) {
        throw new IllegalArgumentException("ttl is " + value + ", allowed are zero to " + MAX_TTL);
      }
      this.ttl = SetOnce.value(ttl, value, "ttl");
      return this;
    }

    /**
     * Sets the clock by which the cache expires; the system's by default.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder clock(InstantSource value) {
      this.clock = SetOnce.value(clock, value, "clock");
      return this;
    }

    /** Lets the extension refuse requests until {@link FakeLambdaExtension#becomeReady()}. */
    public Builder notReady() {
      this.notReady = true;
      return this;
    }

    /**
     * Starts the extension on a free port.
     *
     * @return the running extension
     */
    public FakeLambdaExtension start() {
      return new FakeLambdaExtension(this);
    }
  }
}
