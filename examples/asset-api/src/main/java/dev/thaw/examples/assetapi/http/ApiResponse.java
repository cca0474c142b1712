package dev.thaw.examples.assetapi.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A response with a JSON body: {@code success} and either {@code data} or {@code error}. Immutable.
 *
 * <p>Both payload formats take the same members, so one class of events does for both.
 */
public final class ApiResponse {
  private final int status;
  private final Map<String, String> headers;
  private final String body;

  private ApiResponse(int status, Map<String, String> headers, String body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /**
   * Returns a response without a body.
   *
   * @param status the HTTP status
   * @return the response
   */
  public static ApiResponse empty(int status) {
    return new ApiResponse(status, Map.of(), "");
  }

  /**
   * Returns a response to a success.
   *
   * @param status the HTTP status
   * @param data what becomes {@code data}: a nanojson object or array
   * @return the response
   */
  public static ApiResponse success(int status, Object data) {
    return json(status, JsonObject.builder().value("success", true).value("data", data).done());
  }

  /**
   * Returns a response to a failure.
   *
   * @param status the HTTP status
   * @param error what went wrong, for the client's developer to read
   * @param details further members of the body
   * @return the response
   */
  public static ApiResponse failure(int status, String error, Map<String, ?> details) {
    JsonObject object = JsonObject.builder().value("success", false).value("error", error).done();
    object.putAll(details);
    return json(status, object);
  }

  /**
   * Returns the response to a request in which fields are wrong.
   *
   * @param status the HTTP status
   * @param error what is wrong on the whole
   * @param fields one message for each field
   * @return the response
   */
  public static ApiResponse wrongFields(int status, String error, Map<String, String> fields) {
    return failure(status, error, Map.of("fields", new JsonObject(fields)));
  }

  private static ApiResponse json(int status, JsonObject object) {
    return new ApiResponse(
        status,
        Map.of("Content-Type", "application/json; charset=utf-8"),
        JsonWriter.string(object));
  }

  /**
   * Returns this response with a header more.
   *
   * @param name the header
   * @param value its value
   * @return the response
   */
  public ApiResponse with(String name, String value) {
    return with(Map.of(name, value));
  }

  /**
   * Returns this response with some headers more.
   *
   * @param more the headers
   * @return the response
   */
  public ApiResponse with(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.putAll(more);
    return new ApiResponse(status, all, body);
  }

  /** Returns this response as API Gateway's event. */
  public APIGatewayProxyResponseEvent toEvent() {
    return new APIGatewayProxyResponseEvent()
        .withStatusCode(status)
        .withHeaders(headers)
        .withBody(body)
        .withIsBase64Encoded(false);
  }

  /**
   * Writes this response as Lambda passes it to API Gateway.
   *
   * @param output where to
   * @throws IOException if the stream fails
   */
  public void writeTo(OutputStream output) throws IOException {
    APIGatewayProxyResponseEvent event = toEvent();
    JsonStringWriter writer =
        JsonWriter.string()
            .object()
            .value("statusCode", event.getStatusCode())
            .object("headers", event.getHeaders())
            .value("body", event.getBody())
            .value("isBase64Encoded", event.getIsBase64Encoded())
            .end();
    output.write(writer.done().getBytes(StandardCharsets.UTF_8));
  }
}
