package dev.thaw.testing.internal.secretsmanager;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import dev.thaw.testing.internal.http.WireAnswer;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * An error as a service of AWS reports it.
 *
 * @param code the name of the error
 * @param status the HTTP status
 * @param message what a person reads
 */
public record AwsError(String code, int status, String message) {
  /** The media type of the protocol that Secrets Manager speaks. */
  public static final String CONTENT_TYPE = "application/x-amz-json-1.1";

  /** The header that names an error. */
  static final String TYPE_HEADER = "x-amzn-ErrorType";

  /** Returns the error that an answer tells of, if it is one of AWS. */
  static Optional<AwsError> of(WireAnswer answer) {
    if (answer instanceof WireAnswer.Response response && response.status() >= 400) {
      try {
        JsonObject body = JsonParser.object().from(new String(response.body(), UTF_8));
        String code = body.getString("__type");
        if (code != null) {
          return Optional.of(
              new AwsError(code, response.status(), body.getString("message", code)));
        }
      } catch (JsonParserException e) {
        // Not JSON, so not of AWS.
      }
    }
    return Optional.empty();
  }

  /** Returns the answer that tells a client of this error. */
  public WireAnswer asAnswer() {
    JsonObject body = new JsonObject();
    body.put("__type", code);
    // The service writes Message in the errors it models, and the front of AWS message in its own;
    // clients must read both, so both are sent.
    body.put("Message", message);
    body.put("message", message);
    return WireAnswer.text(
        status,
        CONTENT_TYPE,
        JsonWriter.string(body),
        Map.of(TYPE_HEADER, code, "x-amzn-RequestId", UUID.randomUUID().toString()));
  }
}
