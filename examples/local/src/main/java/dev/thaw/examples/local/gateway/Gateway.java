package dev.thaw.examples.local.gateway;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.LambdaFunction;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/** Sends each request to the function of its route. Thread-safe. */
public final class Gateway {
  private final Map<Route, LambdaFunction> routes;

  /** Creates a gateway for the function of each route. */
  public Gateway(Map<Route, LambdaFunction> routes) {
    this.routes = Map.copyOf(routes);
  }

  /** Answers the event of a request, with an error of API Gateway's own if no function does. */
  public APIGatewayV2HTTPResponse answer(JsonObject event) throws InterruptedException {
    JsonObject context = event.getObject("requestContext");
    String method = context.getObject("http").getString("method");
    for (Map.Entry<Route, LambdaFunction> entry : routes.entrySet()) {
      Optional<JsonObject> parameters;
      try {
        parameters = entry.getKey().match(method, event.getString("rawPath"));
      } catch (IllegalArgumentException e) {
        return error(400, "Bad Request"); // a path that cannot be decoded
      }
      if (parameters.isPresent()) {
        event.put("routeKey", entry.getKey().key());
        context.put("routeKey", entry.getKey().key());
        event.put("pathParameters", parameters.get());
        try {
          return response(entry.getValue().invoke(JsonWriter.string(event)));
        } catch (RejectedExecutionException e) {
          return error(503, "Service Unavailable");
        }
      }
    }
    return error(404, "Not Found");
  }

  /** Returns what a client gets: 504 after a timeout, 502 after any other failure. */
  public static APIGatewayV2HTTPResponse response(Invocation invocation) {
    if (invocation.isSuccessful()) {
      return response(invocation.response());
    }
    return invocation.error().filter(e -> e.type().equals("Sandbox.Timedout")).isPresent()
        ? error(504, "Endpoint request timed out")
        : error(502, "Internal server error");
  }

  /** Returns the response that a function's answer describes, or 502 if it describes none. */
  static APIGatewayV2HTTPResponse response(String answer) {
    try {
      JsonObject object = JsonParser.object().from(answer);
      int status = object.getInt("statusCode", 0);
      if (status >= 200 && status <= 599) {
        Map<String, String> headers = new LinkedHashMap<>();
        object
            .getObject("headers", new JsonObject())
            .forEach((name, value) -> headers.put(name, String.valueOf(value)));
        return response(status, headers, object.getString("body", ""));
      }
    } catch (JsonParserException e) {
      // As below: the function does not keep to payload format 2.0.
    }
    return error(502, "Internal server error");
  }

  private static APIGatewayV2HTTPResponse error(int status, String message) {
    String body = JsonWriter.string(JsonObject.builder().value("message", message).done());
    return response(status, Map.of("Content-Type", "application/json"), body);
  }

  private static APIGatewayV2HTTPResponse response(
      int status, Map<String, String> headers, String body) {
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(status)
        .withHeaders(headers)
        .withBody(body)
        .build();
  }
}
