package dev.thaw.secrets;

import static java.util.Objects.requireNonNull;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import dev.thaw.Deadline;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a secret with a signed request of its own, without AWS's SDK.
 *
 * <p>AWS Secrets Manager API Reference, "GetSecretValue". Thread-safe.
 */
final class DirectSecretReader implements SecretReader {
  private static final Logger LOG = LoggerFactory.getLogger(DirectSecretReader.class);
  private static final String SERVICE = "secretsmanager";
  // The SDK allows for a clock that is wrong, which this does not.
  private static final Set<String> SIGNATURE_REFUSED =
      Set.of(
          "InvalidSignatureException",
          "SignatureDoesNotMatch",
          "IncompleteSignature",
          "RequestExpired",
          "RequestInTheFuture",
          "RequestTimeTooSkewed");

  private final String description;
  private final String secretId;
  private final DirectAccess access;
  private final SignatureV4 signature;
  private final HttpService service;
  private final Supplier<SecretReader> sdk;
  private volatile @Nullable SecretReader instead;
  private volatile boolean closed;

  /**
   * Makes a reader.
   *
   * @param sdk makes the reader that is asked instead once a signature of this was refused, if
   *     AWS's SDK is there
   */
  DirectSecretReader(
      String description,
      String secretId,
      String region,
      DirectAccess access,
      Supplier<SecretReader> sdk) {
    this.description = description;
    this.secretId = secretId;
    this.access = access;
    this.signature = new SignatureV4(region, SERVICE);
    this.service =
        HttpService.of(
            description, AwsError.SERVICE, AwsError.UNREACHABLE_ADVICE, access.endpoint());
    this.sdk = sdk;
  }

  /** What Secrets Manager says: a version of the secret or none, or no to the signature. */
  private record Outcome(@Nullable SecretValue value, @Nullable String refusal) {}

  @Override
  public @Nullable SecretValue read(SecretStage stage, boolean pastCaches, Deadline deadline)
      throws SQLException {
    if (instead == null) {
      Outcome outcome =
          service.ask(
              () -> request(stage, access.keys().keys(description, deadline)),
              answer -> outcome(answer, stage),
              deadline);
      if (outcome.refusal() == null) {
        return outcome.value();
      }
      useSdk(outcome.refusal());
    }
    return requireNonNull(instead).read(stage, pastCaches, deadline);
  }

  private synchronized void useSdk(String code) throws SQLException {
    if (closed) {
      throw SourceFailures.closed(description);
    }
    if (instead == null) {
      LOG.warn("{}: a signature was refused ({}), so AWS's SDK is used", description, code);
      instead = sdk.get();
    }
  }

  private HttpRequest request(SecretStage stage, RoleKeys.Keys keys) {
    JsonObject request = new JsonObject();
    request.put("SecretId", secretId);
    request.put("VersionStage", stage.label());
    byte[] body = JsonWriter.string(request).getBytes(StandardCharsets.UTF_8);
    TreeMap<String, String> headers = new TreeMap<>();
    headers.put("content-type", "application/x-amz-json-1.1");
    headers.put("host", access.endpoint().header());
    headers.put("x-amz-content-sha256", SignatureV4.sha256(body));
    headers.put("x-amz-date", SignatureV4.timestamp(System.currentTimeMillis() / 1000));
    headers.put("x-amz-target", "secretsmanager.GetSecretValue");
    String token = keys.sessionToken();
    if (token != null) {
      headers.put("x-amz-security-token", token);
    }
    String authorization = signature.authorization(headers, keys);
    // The client sends this one itself.
    headers.remove("host");
    headers.put("authorization", authorization);
    return new HttpRequest("POST", "/", headers, body);
  }

  private Outcome outcome(HttpAnswer answer, SecretStage stage) throws SQLException {
    if (answer.status() == 200) {
      return new Outcome(
          SecretAnswer.parse(description, AwsError.SERVICE, secretId, answer.body()).value(), null);
    }
    JsonObject error = error(answer);
    String code = code(answer, error);
    if (stage == SecretStage.PENDING && "ResourceNotFoundException".equals(code)) {
      return new Outcome(null, null);
    }
    String message = error.getString("message", error.getString("Message", ""));
    if (SIGNATURE_REFUSED.contains(code)) {
      if (SdkCall.isPresent()) {
        return new Outcome(null, code);
      }
      message +=
          " (AWS's SDK, which allows for a wrong clock, could do it: " + SdkCall.cure() + ")";
    }
    if (AwsError.isOfKeys(code)) {
      access.keys().forget();
    }
    throw AwsError.failure(description, code, message, answer.status(), null);
  }

  private static String code(HttpAnswer answer, JsonObject error) {
    String type = answer.header("x-amzn-errortype");
    if (type == null) {
      type = error.getString("__type", error.getString("code"));
    }
    if (type == null) {
      return "HTTP " + answer.status();
    }
    // "com.amazonaws.secretsmanager#ResourceNotFoundException:http://…"; see "Smithy AWS JSON 1.1
    // protocol", "Operation error serialization".
    int colon = type.indexOf(':');
    String name = colon < 0 ? type : type.substring(0, colon);
    return name.substring(name.indexOf('#') + 1);
  }

  private static JsonObject error(HttpAnswer answer) {
    try {
      return Json.object(answer.body());
    } catch (Json.NotJsonException e) {
      // A proxy's page, perhaps; the status says enough.
      return new JsonObject();
    }
  }

  @Override
  public void forget() {
    access.keys().forget();
    SecretReader other = instead;
    if (other != null) {
      other.forget();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    service.close();
    SecretReader other = instead;
    if (other != null) {
      other.close();
    }
  }
}
