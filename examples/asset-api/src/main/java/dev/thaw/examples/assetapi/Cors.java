package dev.thaw.examples.assetapi;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which pages of other origins may read the responses. Immutable.
 *
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">CORS protocol</a>
 */
public final class Cors {
  private static final String ANY = "*";
  // All but the first for a page that signs its requests.
  private static final String ALLOWED_HEADERS =
      "Content-Type, Authorization, X-Amz-Content-Sha256, X-Amz-Date, X-Amz-Security-Token";
  private static final Pattern ORIGIN =
      Pattern.compile("https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:]+])(:[0-9]{1,5})?");

  private final List<String> origins;

  private Cors(List<String> origins) {
    this.origins = origins;
  }

  /** Returns what the variable {@code CORS_ALLOW_ORIGIN} says. */
  static Cors ofEnvironment() {
    return of(System.getenv("CORS_ALLOW_ORIGIN"));
  }

  /**
   * Reads the setting {@code CORS_ALLOW_ORIGIN}: {@code *} for every origin, or origins such as
   * {@code https://example.com}, separated by commas; null or blank is {@code *}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Cors of(String setting) {
    if (setting == null || setting.isBlank() || setting.strip().equals(ANY)) {
      return new Cors(List.of(ANY));
    }
    List<String> origins = List.of(setting.strip().split("\\s*,\\s*", -1));
    if (!origins.stream().allMatch(ORIGIN.asMatchPredicate())) {
      throw new IllegalArgumentException(
          "CORS_ALLOW_ORIGIN is \""
              + setting
              + "\", allowed are * and origins such as https://example.com, separated by commas");
    }
    return new Cors(origins);
  }

  /**
   * Returns the headers that every response gets, errors included: without them a page cannot read
   * what went wrong.
   */
  Map<String, String> headers(String origin) {
    if (origins.contains(ANY)) {
      return Map.of("Access-Control-Allow-Origin", ANY);
    }
    // The header can name one origin only, so caches must keep the responses apart.
    return origins.contains(origin)
        ? Map.of("Vary", "Origin", "Access-Control-Allow-Origin", origin)
        : Map.of("Vary", "Origin");
  }

  /** Returns the response to a preflight request for a route of one method. */
  APIGatewayV2HTTPResponse preflight(String method) {
    APIGatewayV2HTTPResponse response = Responses.empty(204);
    response.getHeaders().put("Access-Control-Allow-Methods", method + ", OPTIONS");
    response.getHeaders().put("Access-Control-Allow-Headers", ALLOWED_HEADERS);
    response.getHeaders().put("Access-Control-Max-Age", "600");
    return response;
  }
}
