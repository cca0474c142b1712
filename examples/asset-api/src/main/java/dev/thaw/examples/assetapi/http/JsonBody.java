package dev.thaw.examples.assetapi.http;

import com.grack.nanojson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The JSON object in a request's body, read field by field. What is wrong is collected, one message
 * for each field, and reported by {@link #requireValid()} in one go.
 */
public final class JsonBody {
  /** Many times what an asset takes; it bounds what a client can make the function parse. */
  static final int MAX_LENGTH = 16 * 1024;

  private static final Pattern JSON_MEDIA_TYPE =
      Pattern.compile("application/([a-z0-9.!#$&^_-]+\\+)?json");
  private static final Pattern CHARSET = Pattern.compile("charset=\"?([^\";]+)\"?");

  private final JsonObject object;
  private final Set<String> unread;
  private final Map<String, String> problems = new LinkedHashMap<>();

  private JsonBody(JsonObject object) {
    this.object = object;
    this.unread = new TreeSet<>(object.keySet());
  }

  /**
   * Reads the body of a request.
   *
   * @param request the request
   * @return its body
   * @throws InvalidRequestException if the body is not a JSON object in UTF-8 of an allowed size
   */
  public static JsonBody of(ApiRequest request) throws InvalidRequestException {
    Optional<String> type = request.header("Content-Type");
    if (type.isPresent()) {
      checkType(type.get());
    }
    String text = request.text();
    if (text.isBlank()) {
      throw new InvalidRequestException("body", "is missing");
    }
    if (text.length() > MAX_LENGTH) {
      throw new InvalidRequestException(
          "body", "has " + text.length() + " characters, allowed are " + MAX_LENGTH);
    }
    try {
      return new JsonBody(StrictJson.object(text));
    } catch (StrictJson.NotJsonException e) {
      throw new InvalidRequestException("body", e.getMessage());
    }
  }

  private static void checkType(String header) throws InvalidRequestException {
    String[] parts = header.toLowerCase(Locale.ROOT).split(";", 2);
    if (!JSON_MEDIA_TYPE.matcher(parts[0].strip()).matches()) {
      throw new InvalidRequestException("Content-Type", "is not application/json");
    }
    if (parts.length == 2) {
      var charset = CHARSET.matcher(parts[1]);
      if (charset.find() && !charset.group(1).strip().equals("utf-8")) {
        throw new InvalidRequestException("Content-Type", "names a charset other than utf-8");
      }
    }
  }

  /**
   * Returns a text that must be there.
   *
   * @param field its name
   * @param maxLength how many characters it may have
   * @return the text; empty if it is wrong, which is noted
   */
  public String text(String field, int maxLength) {
    Optional<String> text = optionalText(field, maxLength);
    if (text.isEmpty()) {
      problems.putIfAbsent(field, "is missing");
    }
    return text.orElse("");
  }

  /**
   * Returns a text that may be absent or null.
   *
   * @param field its name
   * @param maxLength how many characters it may have
   * @return the text, if there is one; empty, too, if it is wrong, which is noted
   */
  public Optional<String> optionalText(String field, int maxLength) {
    unread.remove(field);
    Object value = object.get(field);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof String text)) {
      problems.put(field, "is not a string");
      return Optional.empty();
    }
    Optional<String> problem = problem(text, maxLength);
    problem.ifPresent(message -> problems.put(field, message));
    return problem.isPresent() ? Optional.empty() : Optional.of(text);
  }

  private static Optional<String> problem(String text, int maxLength) {
    // As MySQL counts: a character beyond the Basic Multilingual Plane is one.
    int length = text.codePointCount(0, text.length());
    if (text.isBlank()) {
      return Optional.of("is blank");
    }
    if (length > maxLength) {
      return Optional.of("has " + length + " characters, allowed are " + maxLength);
    }
    if (text.codePoints().anyMatch(Character::isISOControl)) {
      return Optional.of("has control characters");
    }
    if (text.codePoints().anyMatch(JsonBody::isHalfACharacter)) {
      return Optional.of("has half of a surrogate pair");
    }
    return Optional.empty();
  }

  /** {@link String#codePoints()} gives a surrogate by itself only if its other half is missing. */
  private static boolean isHalfACharacter(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }

  /**
   * Notes what is wrong with a field, unless something is noted already.
   *
   * @param field its name
   * @param message what is wrong
   */
  public void reject(String field, String message) {
    problems.putIfAbsent(field, message);
  }

  /**
   * Reports all that is wrong, fields included that were not read.
   *
   * @throws InvalidRequestException if anything is wrong
   */
  public void requireValid() throws InvalidRequestException {
    unread.forEach(field -> problems.put(field, "is unknown"));
    if (!problems.isEmpty()) {
      throw new InvalidRequestException(problems);
    }
  }
}
