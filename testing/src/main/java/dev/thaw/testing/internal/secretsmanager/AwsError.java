package dev.thaw.testing.internal.secretsmanager;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import dev.thaw.testing.internal.http.WireAnswer;
import java.util.Map;
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

  static AwsError resourceNotFound(String message) {
    return new AwsError("ResourceNotFoundException", 400, message);
  }

  static AwsError invalidParameter(String message) {
    return new AwsError("InvalidParameterException", 400, message);
  }

  static AwsError invalidRequest(String message) {
    return new AwsError("InvalidRequestException", 400, message);
  }

  static AwsError resourceExists(String message) {
    return new AwsError("ResourceExistsException", 400, message);
  }

  static AwsError validation(String message) {
    return new AwsError("ValidationException", 400, message);
  }

  /** Returns this error as the exception that ends an operation. */
  public AwsFailure asFailure() {
    return new AwsFailure(this);
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
        Map.of("x-amzn-ErrorType", code, "x-amzn-RequestId", UUID.randomUUID().toString()));
  }
}
