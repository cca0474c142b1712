package dev.thaw.examples.assetapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * AWS's events of an HTTP API, of which those members are read that the handlers use. The runtime
 * could do it, but loads a thousand classes for that, and a malformed event would fail before a
 * handler could answer it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html">Payload
 *     format 2.0</a>
 */
final class Events {
  private static final Map<Class<?>, String> TYPES =
      Map.of(
          String.class, "a string", Boolean.class, "true or false", JsonObject.class, "an object");

  private Events() {}

  /**
   * Reads an event as Lambda passes it. No map of it is null.
   *
   * @throws InvalidRequestException if it is not an event of payload format 2.0
   */
  static APIGatewayV2HTTPEvent read(InputStream input) throws IOException, InvalidRequestException {
    JsonObject event;
    try {
      event = StrictJson.object(StrictJson.utf8(input.readAllBytes()));
    } catch (IllegalArgumentException e) {
      throw malformed("it " + e.getMessage());
    }
    if (!"2.0".equals(member(event, "", "version", String.class))) {
      throw malformed("version is not 2.0");
    }
    JsonObject context = object(event, "", "requestContext");
    JsonObject http = object(context, "requestContext.", "http");
    String method = required(http, "requestContext.http.", "method");
    return APIGatewayV2HTTPEvent.builder()
        .withRawPath(required(event, "", "rawPath"))
        .withHeaders(strings(event, "headers", new TreeMap<>(String.CASE_INSENSITIVE_ORDER)))
        .withQueryStringParameters(strings(event, "queryStringParameters", new TreeMap<>()))
        .withPathParameters(strings(event, "pathParameters", new TreeMap<>()))
        .withBody(member(event, "", "body", String.class))
        .withIsBase64Encoded(
            Boolean.TRUE.equals(member(event, "", "isBase64Encoded", Boolean.class)))
        .withRequestContext(
            RequestContext.builder()
                .withHttp(RequestContext.Http.builder().withMethod(method).build())
                .build())
        .build();
  }

  /** Writes a response as Lambda passes it to API Gateway. */
  static void write(APIGatewayV2HTTPResponse response, OutputStream output) throws IOException {
    String json =
        JsonWriter.string()
            .object()
            .value("statusCode", response.getStatusCode())
            .object("headers", response.getHeaders())
            .value("body", response.getBody())
            .value("isBase64Encoded", response.getIsBase64Encoded())
            .end()
            .done();
    output.write(json.getBytes(UTF_8));
  }

  private static Map<String, String> strings(
      JsonObject event, String name, Map<String, String> strings) throws InvalidRequestException {
    JsonObject object = object(event, "", name);
    for (String key : object.keySet()) {
      String value = member(object, name + ".", key, String.class);
      if (value != null) {
        strings.put(key, value);
      }
    }
    return strings;
  }

  private static JsonObject object(JsonObject parent, String path, String name)
      throws InvalidRequestException {
    JsonObject object = member(parent, path, name, JsonObject.class);
    return object == null ? new JsonObject() : object;
  }

  private static String required(JsonObject parent, String path, String name)
      throws InvalidRequestException {
    String value = member(parent, path, name, String.class);
    if (value == null || value.isEmpty()) {
      throw malformed(path + name + " is missing");
    }
    return value;
  }

  private static <T> T member(JsonObject parent, String path, String name, Class<T> type)
      throws InvalidRequestException {
    Object value = parent.get(name);
    if (value != null && !type.isInstance(value)) {
      throw malformed(path + name + " is not " + TYPES.get(type));
    }
    return type.cast(value);
  }

  private static InvalidRequestException malformed(String problem) {
    return new InvalidRequestException("This is not an event of API Gateway: " + problem);
  }
}
