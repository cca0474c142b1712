package dev.thaw.examples.local.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A route of the API, as {@code template.yaml} has it.
 *
 * @param method the method
 * @param path the path, in which {@code {id}} stands for one segment
 */
public record Route(String method, String path) {

  /** Returns the route's key, such as {@code GET /assets/{id}}. */
  public String key() {
    return method + " " + path;
  }

  /**
   * Returns what stands for the path's variables, decoded; empty if the request is for another
   * route.
   */
  public Optional<Map<String, String>> match(Request request) {
    String[] wanted = path.split("/", -1);
    String[] sent = request.rawPath().split("/", -1);
    if (!method.equals(request.method()) || wanted.length != sent.length) {
      return Optional.empty();
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].startsWith("{") && !sent[i].isEmpty()) {
        parameters.put(wanted[i].substring(1, wanted[i].length() - 1), decode(sent[i]));
      } else if (!wanted[i].equals(sent[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }

  /** Decodes a segment, in which, unlike in a form, a plus sign stands for itself. */
  private static String decode(String segment) {
    return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
  }
}
