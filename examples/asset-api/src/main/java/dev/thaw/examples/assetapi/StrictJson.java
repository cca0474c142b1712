package dev.thaw.examples.assetapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** JSON and UTF-8 from outside: what is wrong is reported, in words after "the body …". */
final class StrictJson {
  // The parser calls itself for each level: some ten thousand would overflow the stack. No event
  // and no body of this API is deeper than five.
  private static final int MAX_DEPTH = 100;

  private StrictJson() {}

  /**
   * Returns the object that a text is.
   *
   * @throws IllegalArgumentException if it is none
   */
  static JsonObject object(String text) {
    if (isDeeperThanAllowed(text)) {
      throw new IllegalArgumentException("is nested more than " + MAX_DEPTH + " levels deep");
    }
    try {
      if (JsonParser.any().from(text) instanceof JsonObject object) {
        return object;
      }
    } catch (JsonParserException e) {
      throw new IllegalArgumentException(
          "is not JSON: wrong at line %d, character %d"
              .formatted(e.getLinePosition(), e.getCharPosition()));
    }
    throw new IllegalArgumentException("is JSON, but not an object");
  }

  /**
   * Returns the text whose UTF-8 bytes are given; {@code new String} would replace wrong ones.
   *
   * @throws IllegalArgumentException if they are not UTF-8
   */
  static String utf8(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("is not UTF-8");
    }
  }

  /** May be wrong behind a character that is an error anyway. */
  private static boolean isDeeperThanAllowed(String text) {
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length() && depth <= MAX_DEPTH; i++) {
      switch (text.charAt(i)) {
        case '\\' -> i++;
        case '"' -> quoted = !quoted;
        case '{', '[' -> depth += quoted ? 0 : 1;
        case '}', ']' -> depth -= quoted ? 0 : 1;
        default -> {}
      }
    }
    return depth > MAX_DEPTH;
  }
}
