package dev.thaw.testing.internal.secretsmanager;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import dev.thaw.testing.internal.http.Interference;
import dev.thaw.testing.internal.http.WireAnswer;
import dev.thaw.testing.internal.http.WireRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The wire protocol of Secrets Manager (AWS JSON 1.1) in front of a {@link SecretStore}. */
public final class SecretsManagerApi {
  private static final String TARGET_PREFIX = "secretsmanager.";
  // The date and the key id do not matter here; the scope's region and service do.
  private static final Pattern SCOPE =
      Pattern.compile("AWS4-HMAC-SHA256 Credential=[^/]+/\\d{8}/([^/]+)/([^/]+)/aws4_request.*");

  private final SecretStore store;
  private final String region;
  private final Interference interference;

  /** Creates the protocol for a store in a region. */
  public SecretsManagerApi(SecretStore store, String region, Interference interference) {
    this.store = store;
    this.region = region;
    this.interference = interference;
  }

  /** Answers a request. */
  public WireAnswer answer(WireRequest request) throws InterruptedException {
    String operation =
        request.header("X-Amz-Target").map(SecretsManagerApi::operation).orElse("unknown");
    Optional<WireAnswer> fault = interference.arrive(operation);
    if (fault.isPresent()) {
      return fault.get();
    }
    try {
      requireSignature(request);
      return WireAnswer.text(
          200,
          AwsError.CONTENT_TYPE,
          JsonWriter.string(perform(operation, parse(request.text()))),
          Map.of("x-amzn-RequestId", UUID.randomUUID().toString()));
    } catch (AwsFailure e) {
      return e.error().asAnswer();
    }
  }

  /**
   * Performs GetSecretValue for a client in this process, which meets faults and is counted like
   * one on the wire.
   *
   * @throws AwsFailure if the service refuses, or a planned fault is an error of the service
   * @throws ServiceUnreachable if a planned fault is none that the service itself answers
   */
  SecretStore.Value getSecretValue(
      String secretId, @Nullable String versionId, @Nullable String stage)
      throws InterruptedException, ServiceUnreachable {
    Optional<WireAnswer> fault = interference.arrive("GetSecretValue");
    if (fault.isEmpty()) {
      return store.get(secretId, versionId, stage);
    }
    Optional<AwsError> error = AwsError.of(fault.get());
    if (error.isPresent()) {
      throw new AwsFailure(error.get());
    }
    throw new ServiceUnreachable(fault.get());
  }

  /** The service did not answer, or another server did in its place. */
  static final class ServiceUnreachable extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient WireAnswer fault;

    ServiceUnreachable(WireAnswer fault) {
      super(fault.toString());
      this.fault = fault;
    }

    boolean isSilent() {
      return fault instanceof WireAnswer.Silence;
    }
  }

  private static String operation(String target) {
    return target.startsWith(TARGET_PREFIX) ? target.substring(TARGET_PREFIX.length()) : target;
  }

  private void requireSignature(WireRequest request) {
    Optional<String> authorization = request.header("Authorization");
    if (authorization.isEmpty()) {
      throw AwsFailure.of("MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    Matcher scope = SCOPE.matcher(authorization.get());
    if (!scope.matches()) {
      throw AwsFailure.of(
          "IncompleteSignatureException", "The request is not signed with AWS4-HMAC-SHA256");
    }
    if (!scope.group(1).equals(region) || !scope.group(2).equals("secretsmanager")) {
      throw AwsFailure.of(
          "InvalidSignatureException",
          "Credential should be scoped to region "
              + region
              + " and service secretsmanager, not to "
              + scope.group(1)
              + " and "
              + scope.group(2));
    }
  }

  private static JsonObject parse(String body) {
    try {
      return JsonParser.object().from(body);
    } catch (JsonParserException e) {
      // Without the cause: its text may quote the secret.
      throw AwsFailure.of("SerializationException", "The body is not a JSON object");
    }
  }

  private JsonObject perform(String operation, JsonObject in) {
    return switch (operation) {
      case "CreateSecret" -> create(in);
      case "DescribeSecret" -> describe(in);
      case "GetSecretValue" -> toJson(get(in));
      case "PutSecretValue" -> put(in);
      case "UpdateSecretVersionStage" -> updateStage(in);
      default ->
          throw AwsFailure.of("UnknownOperationException", "This fake does not know " + operation);
    };
  }

  private JsonObject create(JsonObject in) {
    SecretStore.Created created =
        store.create(
            required(in, "Name"), content(in), in.getString("Description"), requiredToken(in));
    JsonObject out = new JsonObject();
    out.put("ARN", created.arn());
    out.put("Name", created.name());
    created.versionId().ifPresent(id -> out.put("VersionId", id));
    return out;
  }

  private JsonObject describe(JsonObject in) {
    SecretStore.Description description = store.describe(required(in, "SecretId"));
    JsonObject out = new JsonObject();
    out.put("ARN", description.arn());
    out.put("Name", description.name());
    description.description().ifPresent(text -> out.put("Description", text));
    out.put("CreatedDate", epochSeconds(description.created()));
    out.put("LastChangedDate", epochSeconds(description.changed()));
    description.deleted().ifPresent(when -> out.put("DeletedDate", epochSeconds(when)));
    if (!description.stages().isEmpty()) {
      JsonObject stages = new JsonObject();
      description.stages().forEach((id, labels) -> stages.put(id, new JsonArray(labels)));
      out.put("VersionIdsToStages", stages);
    }
    return out;
  }

  private SecretStore.Value get(JsonObject in) {
    return store.get(
        required(in, "SecretId"), in.getString("VersionId"), in.getString("VersionStage"));
  }

  private JsonObject put(JsonObject in) {
    SecretContent content = content(in);
    if (content == null) {
      throw AwsFailure.invalidRequest("You must provide either SecretString or SecretBinary.");
    }
    Set<String> stages = new TreeSet<>();
    JsonArray labels = in.getArray("VersionStages");
    for (Object label : labels == null ? new ArrayList<>() : labels) {
      stages.add(String.valueOf(label));
    }
    SecretStore.Value value =
        store.put(required(in, "SecretId"), content, stages, requiredToken(in));
    JsonObject out = new JsonObject();
    out.put("ARN", value.arn());
    out.put("Name", value.name());
    out.put("VersionId", value.versionId());
    out.put("VersionStages", new JsonArray(value.stages()));
    return out;
  }

  private JsonObject updateStage(JsonObject in) {
    SecretStore.Value value =
        store.updateStage(
            required(in, "SecretId"),
            required(in, "VersionStage"),
            in.getString("MoveToVersionId"),
            in.getString("RemoveFromVersionId"));
    JsonObject out = new JsonObject();
    out.put("ARN", value.arn());
    out.put("Name", value.name());
    return out;
  }

  private static JsonObject toJson(SecretStore.Value value) {
    JsonObject out = new JsonObject();
    out.put("ARN", value.arn());
    out.put("Name", value.name());
    out.put("VersionId", value.versionId());
    SecretContent content = value.content();
    content
        .text()
        .ifPresentOrElse(
            text -> out.put("SecretString", text), () -> out.put("SecretBinary", content.base64()));
    out.put("VersionStages", new JsonArray(value.stages()));
    out.put("CreatedDate", epochSeconds(value.created()));
    return out;
  }

  private static @Nullable SecretContent content(JsonObject in) {
    String text = in.getString("SecretString");
    String binary = in.getString("SecretBinary");
    if (text != null && binary != null) {
      throw AwsFailure.invalidParameter("You can't specify both SecretString and SecretBinary.");
    }
    if (binary != null) {
      return SecretContent.of(decode(binary));
    }
    return text == null ? null : SecretContent.of(text);
  }

  private static byte[] decode(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw AwsFailure.of("SerializationException", "SecretBinary is not Base64");
    }
  }

  private static String requiredToken(JsonObject in) {
    String token = in.getString("ClientRequestToken");
    if (token == null) {
      throw AwsFailure.invalidRequest(
          "You must provide a ClientRequestToken value. We recommend a UUID-type value.");
    }
    return token;
  }

  private static String required(JsonObject in, String name) {
    String value = in.getString(name);
    if (value == null || value.isEmpty()) {
      throw AwsFailure.validation(
          "1 validation error detected: Value at '"
              + name
              + "' failed to satisfy constraint: Member must not be null or empty");
    }
    return value;
  }

  private static double epochSeconds(Instant instant) {
    return instant.toEpochMilli() / 1000.0;
  }
}
