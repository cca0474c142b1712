package dev.thaw.examples.local.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import dev.thaw.testing.lambda.Invocation;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An HTTP response.
 *
 * @param status its status
 * @param headers the values of each header
 * @param body its body, empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out
public record Response(int status, Map<String, List<String>> headers, byte[] body) {
  private static final String JSON = "application/json";

  /** Copies what can be changed. */
  public Response {
    headers = Map.copyOf(headers);
    body = body.clone();
  }

  @Override
  public byte[] body() {
    return body.clone();
  }

  /** Returns a response of JSON with one member {@code message}, as API Gateway's own are. */
  static Response message(int status, String message) {
    String json = JsonWriter.string(JsonObject.builder().value("message", message).done());
    return new Response(status, Map.of("Content-Type", List.of(JSON)), json.getBytes(UTF_8));
  }

  /**
   * Returns what a client gets for an invocation: the function's response, 504 after its timeout,
   * and 502 if it failed otherwise or did not answer in payload format 2.0.
   */
  public static Response of(Invocation invocation) {
    if (!invocation.isSuccessful()) {
      boolean timeout =
          invocation.error().map(error -> error.type().equals("Sandbox.Timedout")).orElse(false);
      return timeout
          ? message(504, "Endpoint request timed out")
          : message(502, "Internal server error");
    }
    return of(invocation.response());
  }

  /** Returns the response that a function's answer in payload format 2.0 describes. */
  static Response of(String answer) {
    try {
      Object parsed = JsonParser.any().from(answer);
      if (parsed instanceof JsonObject object && object.has("statusCode")) {
        return proxied(object);
      }
      // Format 2.0: what has no status is the body itself.
      return new Response(200, Map.of("Content-Type", List.of(JSON)), answer.getBytes(UTF_8));
    } catch (JsonParserException | IllegalArgumentException e) {
      return message(502, "Internal server error");
    }
  }

  private static Response proxied(JsonObject object) {
    int status = object.getInt("statusCode", 0);
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("statusCode is " + status + ", allowed are 200 to 599");
    }
    Map<String, List<String>> headers = new LinkedHashMap<>();
    JsonObject sent = object.getObject("headers", new JsonObject());
    sent.forEach((name, value) -> headers.put(name, List.of(String.valueOf(value))));
    JsonArray cookies = object.getArray("cookies", new JsonArray());
    if (!cookies.isEmpty()) {
      List<String> values = new ArrayList<>();
      cookies.forEach(cookie -> values.add(String.valueOf(cookie)));
      headers.put("Set-Cookie", values);
    }
    String text = object.getString("body", "");
    byte[] body =
        object.getBoolean("isBase64Encoded", false)
            ? Base64.getDecoder().decode(text)
            : text.getBytes(UTF_8);
    return new Response(status, headers, body);
  }
}
