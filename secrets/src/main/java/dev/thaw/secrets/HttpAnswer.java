package dev.thaw.secrets;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer of HTTP.
 *
 * @param status the status code
 * @param headers the headers, by names in lower case; the first of several of one name
 * @param body the body, as UTF-8
 */
record HttpAnswer(int status, Map<String, String> headers, String body) {

  /** Returns a header, or {@code null} if it is not there. */
  @Nullable String header(String lowerCaseName) {
    return headers.get(lowerCaseName);
  }

  /** Returns the status; the body may hold a secret. */
  @Override
  public String toString() {
    return "HttpAnswer[" + status + "]";
  }
}
