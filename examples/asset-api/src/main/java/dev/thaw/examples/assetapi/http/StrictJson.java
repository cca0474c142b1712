package dev.thaw.examples.assetapi.http;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** JSON and UTF-8 from outside: what is wrong is reported, not repaired. */
final class StrictJson {
  // The parser calls itself for each level: some ten thousand would overflow the stack. No event
  // and no body of this API is deeper than five.
  private static final int MAX_DEPTH = 100;

  private StrictJson() {}

  /** Returns the object that a text is. */
  static JsonObject object(String text) throws NotJsonException {
    if (isDeeperThanAllowed(text)) {
      throw new NotJsonException("is nested more than " + MAX_DEPTH + " levels deep");
    }
    Object value;
    try {
      value = JsonParser.any().from(text);
    } catch (JsonParserException e) {
      throw new NotJsonException(
          "is not JSON: wrong at line "
              + e.getLinePosition()
              + ", character "
              + e.getCharPosition());
    }
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new NotJsonException("is JSON, but not an object");
  }

  /**
   * Returns the text whose UTF-8 bytes are given; a decoder of the JDK would replace wrong ones.
   */
  static String utf8(byte[] bytes) throws NotJsonException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new NotJsonException("is not UTF-8");
    }
  }

  private static boolean isDeeperThanAllowed(String text) {
    int depth = 0;
    boolean inString = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (inString) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          inString = false;
        }
      } else if (c == '"') {
        inString = true;
      } else if (c == '{' || c == '[') {
        depth++;
        if (depth > MAX_DEPTH) {
          return true;
        }
      } else if (c == '}' || c == ']') {
        depth--;
      }
    }
    return false;
  }

  /** Says why a text is not a JSON object; the message completes "the body …". */
  static final class NotJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    NotJsonException(String message) {
      super(message);
    }
  }
}
