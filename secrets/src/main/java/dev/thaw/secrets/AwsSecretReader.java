package dev.thaw.secrets;

import dev.thaw.Deadline;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.sql.SQLException;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClientBuilder;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/**
 * Reads a secret through AWS's SDK, which it links: {@link SdkSecretReader} makes it when it is
 * needed. Thread-safe.
 */
final class AwsSecretReader implements SecretReader {
  // The SDK's synchronous client opens connections on the thread that calls it.
  private static final ThreadLocal<@Nullable Deadline> CALLER = new ThreadLocal<>();

  private final String description;
  private final String secretId;
  private final SecretsManagerClient client;
  private final Runnable close;
  private final AwsFailures failures;

  /**
   * Makes a reader.
   *
   * @param description names the secret in the messages of errors
   * @param close called when the reader is closed
   */
  AwsSecretReader(
      String description, String secretId, SecretsManagerClient client, Runnable close) {
    this.description = description;
    this.secretId = secretId;
    this.client = client;
    this.close = close;
    this.failures = new AwsFailures(description);
  }

  /** Returns a reader with a client of its own, which asks with the SDK's default credentials. */
  static AwsSecretReader of(
      String description, String secretId, String region, @Nullable URI endpoint) {
    HttpTls tls = new HttpTls();
    SdkHttpClient http = UrlConnectionHttpClient.create(uri -> connect(uri, tls));
    SecretsManagerClientBuilder builder =
        SecretsManagerClient.builder()
            .region(Region.of(region))
            .httpClient(http)
            .overrideConfiguration(client -> client.retryStrategy(RetryMode.STANDARD));
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    SecretsManagerClient client = builder.build();
    return new AwsSecretReader(
        description,
        secretId,
        client,
        () -> {
          client.close();
          // The SDK closes only HTTP clients that it made itself.
          http.close();
        });
  }

  @Override
  public @Nullable SecretValue read(SecretStage stage, boolean pastCaches, Deadline deadline)
      throws SQLException {
    try {
      CALLER.set(deadline);
      GetSecretValueResponse response = client.getSecretValue(request(stage, deadline));
      SecretAnswer.requireAsked(
          description, AwsError.SERVICE, secretId, response.arn(), response.name());
      return new SecretValue(response.versionId(), text(response));
    } catch (ResourceNotFoundException e) {
      if (stage == SecretStage.PENDING) {
        return null;
      }
      throw failures.of(e, deadline);
    } catch (RuntimeException e) {
      throw failures.of(e, deadline);
    } finally {
      CALLER.remove();
    }
  }

  /**
   * Opens a connection that waits no longer than the caller's deadline.
   *
   * <p>The SDK's own timer closes a connection that it finds open; when it fires while the
   * connection is being made (a cold start is slow), nothing ends the wait for the answer but the
   * read timeout.
   */
  private static HttpURLConnection connect(URI uri, HttpTls tls) {
    try {
      Deadline deadline = CALLER.get();
      if (deadline != null) {
        if (deadline.hasPassed()) {
          // A repetition that begins before the SDK's timer fires.
          throw new SocketTimeoutException("the deadline has passed");
        }
        lookUp(uri, deadline);
      }
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      if (connection instanceof HttpsURLConnection https) {
        tls.secure(https);
      }
      connection.setInstanceFollowRedirects(false);
      HttpTimeouts.set(connection, deadline);
      // One that is kept open keeps the answer in its buffers, and may have died while frozen.
      connection.setRequestProperty("Connection", "close");
      return connection;
    } catch (IOException e) {
      // What the SDK makes of such failures itself: it refuses to replace an exception of another
      // kind.
      throw SdkClientException.create(e.getMessage(), e);
    }
  }

  /**
   * Looks a host up as the JDK does next, which then knows the answer, but no longer than until the
   * deadline. What a proxy is asked for, it looks up itself.
   */
  private static void lookUp(URI uri, Deadline deadline) throws IOException {
    HttpEndpoint endpoint = HttpEndpoint.of(uri);
    ProxySelector proxies = ProxySelector.getDefault();
    if (proxies == null || proxies.select(uri).get(0).type() == Proxy.Type.DIRECT) {
      var unused = endpoint.addresses(deadline);
    } else if (!endpoint.secure()) {
      throw new HttpEndpoint.PlainHttpException(endpoint);
    }
  }

  private GetSecretValueRequest request(SecretStage stage, Deadline deadline) {
    return GetSecretValueRequest.builder()
        .secretId(secretId)
        .versionStage(stage.label())
        .overrideConfiguration(
            // Bounds the retries and what the HTTP client waits for, whatever its own timeouts are.
            call -> call.apiCallTimeout(deadline.remaining().plusNanos(1)))
        .build();
  }

  private String text(GetSecretValueResponse response) throws SQLException {
    String text = response.secretString();
    if (text != null) {
      return text;
    }
    SdkBytes binary = response.secretBinary();
    return binary == null ? "" : SecretAnswer.text(description, binary.asByteArrayUnsafe());
  }

  @Override
  public void close() {
    close.run();
  }
}
