package dev.thaw.examples.assetapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** What a handler answered to an event. */
record Answer(JsonObject event) {

  static Answer of(RequestStreamHandler handler, Event event) {
    return of(handler, event.bytes(), Duration.ofSeconds(30));
  }

  static Answer of(RequestStreamHandler handler, byte[] event, Duration timeout) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try {
      handler.handleRequest(new ByteArrayInputStream(event), output, StubContext.of(timeout));
      return new Answer(JsonParser.object().from(output.toString(UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JsonParserException e) {
      throw new AssertionError("The answer is not JSON: " + output.toString(UTF_8), e);
    }
  }

  int status() {
    return event.getInt("statusCode");
  }

  String header(String name) {
    return event.getObject("headers").getString(name);
  }

  String text() {
    return event.getString("body");
  }

  JsonObject body() {
    try {
      return JsonParser.object().from(text());
    } catch (JsonParserException e) {
      throw new AssertionError("The body is not JSON: " + text(), e);
    }
  }

  JsonObject data() {
    return body().getObject("data");
  }

  JsonArray list() {
    return body().getArray("data");
  }

  JsonObject fields() {
    return body().getObject("fields");
  }
}
