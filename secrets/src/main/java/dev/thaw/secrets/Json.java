package dev.thaw.secrets;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;

/** The one place where text from outside becomes JSON. */
final class Json {
  // The parser calls itself for each level: some ten thousand would overflow the stack. No secret
  // and no answer of AWS is deeper than three.
  private static final int MAX_DEPTH = 100;

  private Json() {}

  /** Returns the object that a text is. */
  static JsonObject object(String text) throws NotJsonException {
    if (isDeeperThanAllowed(text)) {
      throw new NotJsonException("nested more than " + MAX_DEPTH + " levels deep");
    }
    try {
      return JsonParser.object().from(text);
    } catch (JsonParserException e) {
      throw new NotJsonException(
          "line " + e.getLinePosition() + ", character " + e.getCharPosition());
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

  /**
   * Says where a text is no JSON object. It has no cause: the parser's message quotes the text,
   * which may be a secret.
   */
  static final class NotJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    NotJsonException(String where) {
      super(where);
    }
  }
}
