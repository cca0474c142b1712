package dev.thaw.testing.internal.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/** What a server does about a request. */
public sealed interface WireAnswer {

  /** Returns an answer of text. */
  static WireAnswer text(
      int status, String contentType, String body, Map<String, String> moreHeaders) {
    return new Response(status, contentType, body.getBytes(UTF_8), moreHeaders);
  }

  /**
   * An HTTP response.
   *
   * @param status the status code
   * @param contentType the media type of the body
   * @param body the body
   * @param headers further headers
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Response(int status, String contentType, byte[] body, Map<String, String> headers)
      implements WireAnswer {
    /** Returns the status; the body may hold a secret. */
    @Override
    public String toString() {
      return "Response[" + status + "]";
    }
  }

  /** The connection is reset instead. */
  record Reset() implements WireAnswer {}

  /** The connection stays open, and no answer comes. */
  record Silence() implements WireAnswer {}
}
