package dev.thaw.examples.assetapi;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The JSON object in a request's body, read field by field. What is wrong is collected, one message
 * for each field, and reported by {@link #requireValid()} in one go.
 */
final class JsonBody {
  /** Many times what an asset takes; it bounds what a client can make the function parse. */
  private static final int MAX_LENGTH = 16 * 1024;

  private static final Pattern JSON =
      Pattern.compile("application/([a-z0-9.!#$&^_-]+\\+)?json\\s*(;.*)?");
  private static final Pattern CHARSET = Pattern.compile(";.*?charset=\"?([^\";]+)\"?");

  private final Map<String, Object> unread;
  private final Map<String, String> problems = new LinkedHashMap<>();

  private JsonBody(Map<String, Object> object) {
    this.unread = new TreeMap<>(object);
  }

  /**
   * Reads the body of a request.
   *
   * @throws InvalidRequestException if it is not a JSON object in UTF-8 of an allowed size
   */
  static JsonBody of(APIGatewayV2HTTPEvent event) throws InvalidRequestException {
    String type = event.getHeaders().get("Content-Type");
    if (type != null) {
      checkType(type.strip().toLowerCase(Locale.ROOT));
    }
    try {
      String text = text(event);
      if (text.isBlank()) {
        throw new IllegalArgumentException("is missing");
      }
      if (text.length() > MAX_LENGTH) {
        throw new IllegalArgumentException(
            "has " + text.length() + " characters, allowed are " + MAX_LENGTH);
      }
      return new JsonBody(StrictJson.object(text));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(Map.of("body", e.getMessage()));
    }
  }

  private static void checkType(String type) throws InvalidRequestException {
    Matcher charset = CHARSET.matcher(type);
    if (!JSON.matcher(type).matches()) {
      throw new InvalidRequestException(Map.of("Content-Type", "is not application/json"));
    }
    if (charset.find() && !charset.group(1).strip().equals("utf-8")) {
      throw new InvalidRequestException(Map.of("Content-Type", "names a charset other than utf-8"));
    }
  }

  private static String text(APIGatewayV2HTTPEvent event) {
    String body = event.getBody() == null ? "" : event.getBody();
    if (!event.getIsBase64Encoded()) {
      return body;
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(body);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is not Base64, as the event says", e);
    }
    return StrictJson.utf8(bytes);
  }

  /** Returns a text that must be there; empty if it is wrong, which is noted. */
  String text(String field, int maxLength) {
    Optional<String> text = optionalText(field, maxLength);
    if (text.isEmpty()) {
      reject(field, "is missing");
    }
    return text.orElse("");
  }

  /** Returns a text that may be absent or null; empty, too, if it is wrong, which is noted. */
  Optional<String> optionalText(String field, int maxLength) {
    Object value = unread.remove(field);
    String problem = value == null ? "" : problem(value, maxLength);
    if (!problem.isEmpty()) {
      reject(field, problem);
      return Optional.empty();
    }
    return Optional.ofNullable((String) value);
  }

  /** Returns what is wrong with a value, empty if nothing is. */
  private static String problem(Object value, int maxLength) {
    if (!(value instanceof String text)) {
      return "is not a string";
    }
    if (text.isBlank()) {
      return "is blank";
    }
    // As MySQL counts: a character beyond the Basic Multilingual Plane is one.
    int length = text.codePointCount(0, text.length());
    if (length > maxLength) {
      return "has " + length + " characters, allowed are " + maxLength;
    }
    if (text.codePoints().anyMatch(Character::isISOControl)) {
      return "has control characters";
    }
    // codePoints() gives a surrogate by itself only if its other half is missing.
    return text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)
        ? "has half of a surrogate pair"
        : "";
  }

  /** Notes what is wrong with a field, unless something is noted already. */
  void reject(String field, String message) {
    problems.putIfAbsent(field, message);
  }

  /**
   * Reports all that is wrong, fields included that were not read.
   *
   * @throws InvalidRequestException if anything is wrong
   */
  void requireValid() throws InvalidRequestException {
    unread.keySet().forEach(field -> reject(field, "is unknown"));
    if (!problems.isEmpty()) {
      throw new InvalidRequestException(problems);
    }
  }
}
