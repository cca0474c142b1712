package dev.thaw.testing.internal.lambda;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.util.List;

/**
 * An error as the runtime or Lambda reports it.
 *
 * @param type the error's type, such as {@code java.lang.IllegalStateException}
 * @param message the message
 * @param stackTrace the frames, as the runtime writes them
 */
public record RuntimeFailure(String type, String message, List<String> stackTrace) {

  static RuntimeFailure of(String type, String message) {
    return new RuntimeFailure(type, message, List.of());
  }

  /** Reads the body of a request that reports an error. */
  static RuntimeFailure parse(String body) {
    try {
      JsonObject json = JsonParser.object().from(body);
      JsonArray frames = json.getArray("stackTrace", new JsonArray());
      return new RuntimeFailure(
          json.getString("errorType", ""),
          json.getString("errorMessage", ""),
          frames.stream().map(String::valueOf).toList());
    } catch (JsonParserException e) {
      return of("Runtime.Unknown", body);
    }
  }
}
