package dev.thaw.examples.assetapi;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import dev.thaw.examples.assetapi.assets.Asset;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Responses with a JSON body: {@code success} and either {@code data} or {@code error}. Their
 * headers may be added to.
 */
final class Responses {
  private Responses() {}

  static APIGatewayV2HTTPResponse empty(int status) {
    return response(status, "");
  }

  /** Returns a response to a success; {@code data} is a nanojson object or array. */
  static APIGatewayV2HTTPResponse success(int status, Object data) {
    return json(status, JsonObject.builder().value("success", true).value("data", data).done());
  }

  /** Returns a response to a failure; {@code error} is for the client's developer to read. */
  static APIGatewayV2HTTPResponse failure(int status, String error) {
    return failure(status, error, Map.of());
  }

  static APIGatewayV2HTTPResponse failure(int status, String error, Map<String, ?> details) {
    JsonObject body = JsonObject.builder().value("success", false).value("error", error).done();
    body.putAll(details);
    return json(status, body);
  }

  /** Returns a response to a request in which fields are wrong, with a message for each. */
  static APIGatewayV2HTTPResponse wrongFields(
      int status, String error, Map<String, String> fields) {
    return failure(status, error, Map.of("fields", new JsonObject(fields)));
  }

  /** Returns an asset as clients see it. */
  static JsonObject json(Asset asset) {
    return JsonObject.builder()
        .value("id", asset.id())
        .value("name", asset.name())
        .value("serialNumber", asset.serialNumber())
        .value("category", asset.category().orElse(null))
        .value("createdAt", asset.createdAt().toString())
        .done();
  }

  private static APIGatewayV2HTTPResponse json(int status, JsonObject body) {
    APIGatewayV2HTTPResponse response = response(status, JsonWriter.string(body));
    response.getHeaders().put("Content-Type", "application/json; charset=utf-8");
    return response;
  }

  private static APIGatewayV2HTTPResponse response(int status, String body) {
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(status)
        .withHeaders(new LinkedHashMap<>())
        .withBody(body)
        .build();
  }
}
