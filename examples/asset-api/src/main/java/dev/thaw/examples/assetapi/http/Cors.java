package dev.thaw.examples.assetapi.http;

import java.util.LinkedHashMap;
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
      Pattern.compile(
          "https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?|https?://\\[[0-9A-Fa-f:]+](:[0-9]{1,5})?");

  private final List<String> origins;

  private Cors(List<String> origins) {
    this.origins = origins;
  }

  /**
   * Reads the setting {@code CORS_ALLOW_ORIGIN}.
   *
   * @param setting {@code *} for every origin, or origins such as {@code https://example.com},
   *     separated by commas; null or blank is {@code *}
   * @return what it says
   * @throws IllegalArgumentException if it is neither
   */
  public static Cors of(String setting) {
    if (setting == null || setting.isBlank() || setting.strip().equals(ANY)) {
      return new Cors(List.of(ANY));
    }
    List<String> origins = List.of(setting.strip().split("\\s*,\\s*", -1));
    for (String origin : origins) {
      if (!ORIGIN.matcher(origin).matches()) {
        throw new IllegalArgumentException(
            "CORS_ALLOW_ORIGIN is \""
                + setting
                + "\", allowed are * and origins such as https://example.com, separated by commas");
      }
    }
    return new Cors(origins);
  }

  /**
   * Returns the headers that every response gets, errors included: without them a page cannot read
   * what went wrong.
   *
   * @param origin the request's {@code Origin}, empty if it has none
   * @return the headers
   */
  public Map<String, String> headers(String origin) {
    if (origins.contains(ANY)) {
      return Map.of("Access-Control-Allow-Origin", ANY);
    }
    Map<String, String> headers = new LinkedHashMap<>();
    // The header can name one origin only, so caches must keep the responses apart.
    headers.put("Vary", "Origin");
    if (origins.contains(origin)) {
      headers.put("Access-Control-Allow-Origin", origin);
    }
    return headers;
  }

  /**
   * Returns the response to a preflight request, less {@link #headers}.
   *
   * @param method the method that the route takes
   * @return the response
   */
  public ApiResponse preflight(String method) {
    return ApiResponse.empty(204)
        .with("Access-Control-Allow-Methods", method + ", OPTIONS")
        .with("Access-Control-Allow-Headers", ALLOWED_HEADERS)
        .with("Access-Control-Max-Age", "600");
  }
}
