package dev.thaw.examples.assetapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import java.util.Base64;

/** An event of API Gateway in payload format 2.0, with the members that the handlers use. */
final class Event {
  private final JsonObject event;

  private Event(String method, String path) {
    event =
        JsonObject.builder()
            .value("version", "2.0")
            .value("rawPath", "/prod" + path)
            .value("headers", new JsonObject())
            .object("requestContext")
            .object("http")
            .value("method", method)
            .end()
            .end()
            .value("isBase64Encoded", false)
            .done();
  }

  static Event list() {
    return new Event("GET", "/assets");
  }

  static Event get(String id) {
    Event event = new Event("GET", "/assets/" + id);
    event.event.put("pathParameters", JsonObject.builder().value("id", id).done());
    return event;
  }

  static Event create(String body) {
    Event event = new Event("POST", "/assets").header("content-type", "application/json");
    event.event.put("body", body);
    return event;
  }

  static Event create(JsonObject body) {
    return create(JsonWriter.string(body));
  }

  Event method(String method) {
    event.getObject("requestContext").getObject("http").put("method", method);
    return this;
  }

  Event header(String name, String value) {
    event.getObject("headers").put(name, value);
    return this;
  }

  Event query(String name, String value) {
    event.put("queryStringParameters", JsonObject.builder().value(name, value).done());
    return this;
  }

  Event base64() {
    return base64(event.getString("body").getBytes(UTF_8));
  }

  Event base64(byte[] body) {
    event.put("body", Base64.getEncoder().encodeToString(body));
    event.put("isBase64Encoded", true);
    return this;
  }

  /** The members, to be broken. */
  JsonObject members() {
    return event;
  }

  byte[] bytes() {
    return toString().getBytes(UTF_8);
  }

  @Override
  public String toString() {
    return JsonWriter.string(event);
  }
}
