package dev.thaw.examples.assetapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Makes events, each wrong in one way or another. The same random numbers give the same events. */
final class MalformedEvents {
  private static final int LIST = 0;
  private static final int GET = 1;

  private final Random random;
  private int route;

  MalformedEvents(Random random) {
    this.random = random;
  }

  /** Returns an event for a route: 0 lists, 1 gets, 2 creates. */
  byte[] next(int next) {
    route = next;
    List<Supplier<byte[]>> ways =
        List.of(
            this::truncated,
            this::noise,
            this::notAnObject,
            this::otherVersion,
            this::memberOfWrongType,
            this::memberMissing,
            this::nestedTooDeep,
            this::wrongValue,
            this::wrongValue);
    return ways.get(random.nextInt(ways.size())).get();
  }

  /** Returns a right event in which up to eight bytes are not what they were; it may still do. */
  byte[] flipped(int next) {
    route = next;
    byte[] event = valid().bytes();
    int flips = 1 + random.nextInt(8);
    for (int i = 0; i < flips; i++) {
      event[random.nextInt(event.length)] = (byte) random.nextInt(256);
    }
    return event;
  }

  private Event valid() {
    return switch (route) {
      case LIST -> Event.list().query("limit", "5");
      case GET -> Event.get("1");
      default -> Event.create(validBody());
    };
  }

  private JsonObject validBody() {
    return HandlersTest.asset("saw", "S-" + random.nextInt(1_000_000));
  }

  private byte[] truncated() {
    byte[] event = valid().bytes();
    return Arrays.copyOf(event, random.nextInt(event.length));
  }

  private byte[] noise() {
    byte[] bytes = new byte[random.nextInt(200)];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] notAnObject() {
    Object value = anythingBut(JsonObject.class);
    return JsonWriter.string(value).getBytes(UTF_8);
  }

  private byte[] otherVersion() {
    Event event = valid();
    event.members().put("version", random.nextBoolean() ? "2." + (1 + random.nextInt(9)) : text());
    return event.bytes();
  }

  private byte[] memberOfWrongType() {
    Event event = valid();
    List<String> objects =
        List.of("headers", "queryStringParameters", "pathParameters", "requestContext");
    List<String> strings = List.of("version", "rawPath", "body");
    switch (random.nextInt(4)) {
      case 0 -> event.members().put(any(objects), anythingBut(JsonObject.class));
      case 1 -> event.members().put(any(strings), anythingBut(String.class));
      case 2 -> event.members().put("isBase64Encoded", anythingBut(Boolean.class));
      default -> {
        JsonObject members = new JsonObject();
        members.put(text(), anythingBut(String.class));
        event.members().put("headers", members);
      }
    }
    return event.bytes();
  }

  private byte[] memberMissing() {
    Event event = valid();
    if (random.nextBoolean()) {
      event.members().remove(any(List.of("version", "rawPath", "requestContext")));
    } else {
      event.members().getObject("requestContext").remove("http");
    }
    return event.bytes();
  }

  private byte[] nestedTooDeep() {
    String opening = random.nextBoolean() ? "[" : "{\"a\":";
    return opening.repeat(101 + random.nextInt(20_000)).getBytes(UTF_8);
  }

  /** An event as API Gateway sends it, of a request that no client should make. */
  private byte[] wrongValue() {
    return switch (route) {
      case LIST -> Event.list().query("limit", "x" + text()).bytes();
      case GET -> Event.get(random.nextBoolean() ? "x" + text() : "-" + number()).bytes();
      default -> wrongBody();
    };
  }

  private byte[] wrongBody() {
    JsonObject body = validBody();
    String field = any(List.of("name", "serialNumber", "category"));
    Event event =
        switch (random.nextInt(6)) {
          case 0 -> Event.create(text());
          case 1 -> Event.create(JsonWriter.string(anythingBut(JsonObject.class)));
          case 2 -> Event.create("{\"name\":\"" + "x".repeat(20_000) + "\"}");
          case 3 -> {
            body.put(field, anythingBut(String.class));
            yield Event.create(body);
          }
          case 4 -> {
            body.put(field, "x".repeat(101 + random.nextInt(500)));
            yield Event.create(body);
          }
          default -> {
            body.put("x" + text(), text());
            yield Event.create(body);
          }
        };
    return (random.nextBoolean() ? event.base64() : event).bytes();
  }

  private Object anythingBut(Class<?> type) {
    while (true) {
      Object value = anything(3);
      if (!type.isInstance(value)) {
        return value;
      }
    }
  }

  /** Returns any JSON value but null, which counts as absent. */
  private Object anything(int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> text();
      case 1 -> number();
      case 2 -> random.nextDouble() * 1e300;
      case 3 -> random.nextBoolean();
      case 4 -> JsonArray.from(anything(depth - 1), anything(depth - 1));
      default -> {
        JsonObject object = new JsonObject();
        object.put(text(), anything(depth - 1));
        yield object;
      }
    };
  }

  private long number() {
    return random.nextLong() >>> 1;
  }

  /** Returns up to 20 characters from all of Unicode, halves of pairs included. */
  private String text() {
    char[] characters = new char[random.nextInt(20)];
    for (int i = 0; i < characters.length; i++) {
      characters[i] =
          (char) (random.nextBoolean() ? random.nextInt(128) : random.nextInt(Character.MAX_VALUE));
    }
    return new String(characters);
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
