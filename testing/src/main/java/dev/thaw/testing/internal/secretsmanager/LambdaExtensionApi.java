package dev.thaw.testing.internal.secretsmanager;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import dev.thaw.testing.internal.http.WireAnswer;
import dev.thaw.testing.internal.http.WireRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The HTTP interface of the AWS Parameters and Secrets Lambda Extension, for secrets. */
public final class LambdaExtensionApi {
  private static final String PATH = "/secretsmanager/get";
  private static final String TOKEN_HEADER = "X-Aws-Parameters-Secrets-Token";

  private final SecretsManagerApi service;
  private final String token;
  private final Duration ttl;
  private final InstantSource clock;
  private final Map<Key, Cached> cache = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile boolean ready;

  /** Creates an extension that is not ready yet. */
  public LambdaExtensionApi(
      SecretsManagerApi service, String token, Duration ttl, InstantSource clock) {
    this.service = service;
    this.token = token;
    this.ttl = ttl;
    this.clock = clock;
  }

  private record Key(String secretId, @Nullable String versionId, String stage) {}

  private record Cached(SecretStore.Value value, Instant until) {}

  /** Sets whether the extension serves requests. */
  public void setReady(boolean value) {
    ready = value;
  }

  /** Returns how many requests have come. */
  public int requests() {
    return requests.get();
  }

  /** Answers a request. */
  public WireAnswer answer(WireRequest request) throws InterruptedException {
    requests.incrementAndGet();
    if (!ready) {
      return text(400, "not ready to serve traffic, please wait");
    }
    if (!request.header(TOKEN_HEADER).orElse("").equals(token)) {
      // Words, status and header as awslabs/aws-sdk-rust issue 905 shows them.
      return error("AccessDeniedException", 401, "bad session token or header key");
    }
    String secretId = request.query("secretId").orElse("");
    if (!request.method().equals("GET") || !request.path().equals(PATH) || secretId.isEmpty()) {
      return text(400, "only GET " + PATH + "?secretId=… is served here");
    }
    try {
      return WireAnswer.text(
          200, "application/json", JsonWriter.string(toJson(get(request, secretId))), Map.of());
    } catch (AwsFailure e) {
      return error(e.error().code(), e.error().status(), e.error().message());
    } catch (SecretsManagerApi.ServiceUnreachable e) {
      // The extension's own calls have no timeout by default (SECRETS_MANAGER_TIMEOUT_MILLIS).
      return e.isSilent()
          ? new WireAnswer.Silence()
          : text(500, "an unexpected error occurred while executing request");
    }
  }

  private SecretStore.Value get(WireRequest request, String secretId)
      throws InterruptedException, SecretsManagerApi.ServiceUnreachable {
    String versionId = request.query("versionId").orElse(null);
    String stage = request.query("versionStage").orElse(null);
    Key key = new Key(secretId, versionId, stage == null ? StoredSecret.CURRENT : stage);
    Cached cached = cache.get(key);
    if (cached != null && clock.instant().isBefore(cached.until)) {
      return cached.value;
    }
    SecretStore.Value value = service.getSecretValue(secretId, versionId, stage);
    cache.put(key, new Cached(value, clock.instant().plus(ttl)));
    return value;
  }

  /** Writes what the SDK for Go makes of GetSecretValue's answer, as the extension does. */
  private static JsonObject toJson(SecretStore.Value value) {
    SecretContent content = value.content();
    JsonObject out = new JsonObject();
    out.put("ARN", value.arn());
    out.put("CreatedDate", value.created().toString());
    out.put("Name", value.name());
    out.put("SecretBinary", content.text().isPresent() ? null : content.base64());
    out.put("SecretString", content.text().orElse(null));
    out.put("VersionId", value.versionId());
    out.put("VersionStages", new JsonArray(value.stages()));
    out.put("ResultMetadata", new JsonObject());
    return out;
  }

  private static WireAnswer text(int status, String text) {
    return WireAnswer.text(status, "text/plain", text, Map.of());
  }

  private static WireAnswer error(String code, int status, String message) {
    return WireAnswer.text(status, "text/plain", message, Map.of(AwsError.TYPE_HEADER, code));
  }
}
