package dev.thaw.testing.internal.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP request.
 *
 * @param method the method, in upper case
 * @param target path and query as the client sent them
 * @param headers the headers, their names in lower case; of a repeated one the last
 * @param body the body, empty if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WireRequest(String method, String target, Map<String, String> headers, byte[] body) {

  /** Returns the path, still encoded. */
  public String path() {
    int question = target.indexOf('?');
    return question < 0 ? target : target.substring(0, question);
  }

  /** Returns the decoded value of a query parameter. */
  public Optional<String> query(String name) {
    int question = target.indexOf('?');
    if (question < 0) {
      return Optional.empty();
    }
    String prefix = name + "=";
    for (String part : target.substring(question + 1).split("&", -1)) {
      if (part.startsWith(prefix)) {
        return Optional.of(URLDecoder.decode(part.substring(prefix.length()), UTF_8));
      }
    }
    return Optional.empty();
  }

  /** Returns the value of a header; its name may be in any case. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /** Returns the body as UTF-8 text. */
  public String text() {
    return new String(body, UTF_8);
  }

  /** Returns method and path; query, headers and body may hold secrets. */
  @Override
  public String toString() {
    return method + " " + path();
  }
}
