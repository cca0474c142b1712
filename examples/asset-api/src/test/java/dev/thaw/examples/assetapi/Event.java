package dev.thaw.examples.assetapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import java.util.Base64;
import java.util.Locale;

/** An event of API Gateway, member by member as the payload formats have them. */
final class Event {
  private final PayloadFormat format;
  private final JsonObject event = new JsonObject();

  private Event(PayloadFormat format, String method, String path) {
    this.format = format;
    event.put("headers", new JsonObject());
    event.put("isBase64Encoded", false);
    if (format == PayloadFormat.HTTP_API_2) {
      event.put("version", "2.0");
      event.put("rawPath", "/prod" + path);
      JsonObject http = JsonObject.builder().value("method", method).done();
      event.put("requestContext", JsonObject.builder().value("http", http).done());
      return;
    }
    if (format == PayloadFormat.HTTP_API_1) {
      event.put("version", "1.0");
    }
    event.put("httpMethod", method);
    event.put("path", path);
    event.put("multiValueHeaders", new JsonObject());
    event.put("queryStringParameters", null);
    event.put("multiValueQueryStringParameters", null);
    event.put("pathParameters", null);
    event.put("body", null);
    event.put("requestContext", JsonObject.builder().value("path", "/prod" + path).done());
  }

  static Event list(PayloadFormat format) {
    return new Event(format, "GET", "/assets");
  }

  static Event get(PayloadFormat format, String id) {
    Event event = new Event(format, "GET", "/assets/" + id);
    event.event.put("pathParameters", JsonObject.builder().value("id", id).done());
    return event;
  }

  static Event create(PayloadFormat format, String body) {
    Event event = new Event(format, "POST", "/assets").header("Content-Type", "application/json");
    event.event.put("body", body);
    return event;
  }

  static Event create(PayloadFormat format, JsonObject body) {
    return create(format, JsonWriter.string(body));
  }

  Event method(String method) {
    if (format == PayloadFormat.HTTP_API_2) {
      event.getObject("requestContext").getObject("http").put("method", method);
    } else {
      event.put("httpMethod", method);
    }
    return this;
  }

  Event header(String name, String value) {
    // API Gateway's HTTP APIs send names in lower case.
    String sent = format == PayloadFormat.REST_API ? name : name.toLowerCase(Locale.ROOT);
    event.getObject("headers").put(sent, value);
    if (format != PayloadFormat.HTTP_API_2) {
      event.getObject("multiValueHeaders").put(sent, JsonArray.from(value));
    }
    return this;
  }

  Event query(String name, String... values) {
    if (format == PayloadFormat.HTTP_API_2) {
      String joined = String.join(",", values);
      event.put("queryStringParameters", JsonObject.builder().value(name, joined).done());
    } else {
      String last = values[values.length - 1];
      event.put("queryStringParameters", JsonObject.builder().value(name, last).done());
      JsonArray all = JsonArray.from((Object[]) values);
      event.put("multiValueQueryStringParameters", JsonObject.builder().value(name, all).done());
    }
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

  Event flaggedBase64() {
    event.put("isBase64Encoded", true);
    return this;
  }

  /** The members, to be broken. */
  JsonObject members() {
    return event;
  }

  byte[] bytes() {
    return JsonWriter.string(event).getBytes(UTF_8);
  }
}
