package dev.thaw.examples.local.gateway;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An HTTP request as it came.
 *
 * @param method the method
 * @param rawPath the path, not decoded
 * @param rawQuery the query string, not decoded; empty if there is none
 * @param headers the values of each header, in the order that they came in
 * @param body the body, empty if there is none
 * @param sourceIp the client's address
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out
public record Request(
    String method,
    String rawPath,
    String rawQuery,
    Map<String, List<String>> headers,
    byte[] body,
    String sourceIp) {

  /** Names the headers in lower case, as API Gateway does. */
  public Request {
    Map<String, List<String>> lower = new TreeMap<>();
    headers.forEach((name, values) -> lower.put(name.toLowerCase(Locale.ROOT), values));
    headers = lower;
    body = body.clone();
  }

  @Override
  public byte[] body() {
    return body.clone();
  }

  /** Returns the values of a header, joined by commas; empty if it was not sent. */
  public String header(String name) {
    return String.join(",", headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
  }
}
