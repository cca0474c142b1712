package dev.thaw.secrets;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A request of HTTP.
 *
 * @param method the method
 * @param target the path and the query, encoded
 * @param headers the headers, without those that {@link #bytes(String)} adds
 * @param body the body; sent only if it is not empty
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HttpRequest(String method, String target, Map<String, String> headers, byte[] body) {

  /** Returns a request without a body. */
  static HttpRequest get(String target, Map<String, String> headers) {
    return new HttpRequest("GET", target, headers, new byte[0]);
  }

  /**
   * Returns what is sent.
   *
   * @param host the header {@code Host}
   */
  byte[] bytes(String host) {
    StringBuilder head = new StringBuilder(1024);
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    header(head, "Host", host);
    headers.forEach((name, value) -> header(head, name, value));
    header(head, "Accept", "*/*");
    header(head, "User-Agent", "thaw");
    if (body.length > 0) {
      header(head, "Content-Length", String.valueOf(body.length));
    }
    // The next request is minutes away; a connection kept until then may have died while frozen.
    header(head, "Connection", "close");
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = new byte[start.length + body.length];
    System.arraycopy(start, 0, all, 0, start.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    return all;
  }

  private static void header(StringBuilder head, String name, String value) {
    if (HeaderValue.problem(value) != null) {
      // What comes from outside is checked where it comes in, with an error of its own.
      throw new IllegalArgumentException("The header " + name + " has a value that it cannot have");
    }
    head.append(name).append(": ").append(value).append("\r\n");
  }

  /** Returns the method; the headers may hold a token. */
  @Override
  public String toString() {
    return "HttpRequest[" + method + "]";
  }
}
