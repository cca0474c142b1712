package dev.thaw.examples.local.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import java.net.URLDecoder;
import java.util.Optional;

/**
 * A route of the API, as {@code template.yaml} has it.
 *
 * @param method the method
 * @param path the path, in which {@code {id}} stands for one segment
 */
public record Route(String method, String path) {

  /** Returns the route's key, such as {@code GET /assets/{id}}. */
  String key() {
    return method + " " + path;
  }

  /**
   * Returns what stands for the path's variables, decoded; empty if the request is for another
   * route.
   */
  Optional<JsonObject> match(String sentMethod, String sentPath) {
    String[] wanted = path.split("/", -1);
    String[] sent = sentPath.split("/", -1);
    if (!method.equals(sentMethod) || wanted.length != sent.length) {
      return Optional.empty();
    }
    JsonObject parameters = new JsonObject();
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].startsWith("{") && !sent[i].isEmpty()) {
        // Unlike in a form, a plus sign stands for itself.
        String value = URLDecoder.decode(sent[i].replace("+", "%2B"), UTF_8);
        parameters.put(wanted[i].substring(1, wanted[i].length() - 1), value);
      } else if (!wanted[i].equals(sent[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }
}
