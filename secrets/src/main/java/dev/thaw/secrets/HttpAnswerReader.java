package dev.thaw.secrets;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads one answer of HTTP/1.1 (RFC 9112), and no more than a bound of it, whatever it says of its
 * length.
 *
 * <p>For one answer and one thread.
 */
final class HttpAnswerReader {
  // A secret has at most 64 KiB; Base64 and JSON's escapes can multiply it.
  private static final int LONGEST = 1 << 20;
  private static final int LONGEST_LINE = 8192;

  private final InputStream in;
  private final byte[] buffer = new byte[8192];
  private int position;
  private int end;
  private int received;

  private HttpAnswerReader(InputStream in) {
    this.in = in;
  }

  /**
   * Reads an answer to its end.
   *
   * @throws IOException if it is none, is too long, or ends too early; the message quotes nothing
   */
  static HttpAnswer read(InputStream in) throws IOException {
    return new HttpAnswerReader(in).answer();
  }

  private HttpAnswer answer() throws IOException {
    int status;
    Map<String, String> headers;
    do {
      status = status(line());
      headers = headers();
    } while (status < 200); // interim answers, such as 100 Continue
    return new HttpAnswer(status, headers, body(status, headers));
  }

  private static int status(String line) throws IOException {
    if (line.startsWith("HTTP/1.") && line.length() >= 12 && line.charAt(8) == ' ') {
      return number(line.substring(9, 12), 10);
    }
    throw new ProtocolException("What answers does not speak HTTP/1.1");
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new ProtocolException("The answer has a line that is no header");
      }
      headers.putIfAbsent(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private String body(int status, Map<String, String> headers) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream(4096);
    String length = headers.get("content-length");
    String coding = headers.getOrDefault("transfer-encoding", "").toLowerCase(Locale.ROOT);
    if (status == 204 || status == 304) {
      return "";
    } else if (coding.equals("chunked")) {
      chunks(body);
    } else if (!coding.isEmpty()) {
      throw new ProtocolException("The answer has a transfer coding that was not asked for");
    } else if (length != null) {
      copy(number(length, 10), body);
    } else {
      while (fill()) {
        body.write(buffer, position, end - position);
        position = end;
      }
    }
    // What is no answer, as a proxy's page, is only searched for an error.
    return status == 200 ? text(body.toByteArray()) : body.toString(StandardCharsets.UTF_8);
  }

  private static String text(byte[] body) throws IOException {
    try {
      return Utf8.text(body);
    } catch (CharacterCodingException e) {
      throw new ProtocolException("The answer is not in UTF-8");
    }
  }

  private void chunks(ByteArrayOutputStream body) throws IOException {
    while (true) {
      String line = line();
      int extension = line.indexOf(';');
      int size = number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
      if (size == 0) {
        // What may follow are headers that are not needed.
        return;
      }
      copy(size, body);
      if (!line().isEmpty()) {
        throw new ProtocolException("A chunk of the answer is longer than it says");
      }
    }
  }

  private static int number(String digits, int radix) throws IOException {
    int number = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = Character.digit(digits.charAt(i), radix);
      if (digit < 0) {
        throw new ProtocolException("The answer has a number that is none");
      }
      number = number * radix + digit;
      if (number > LONGEST) {
        throw tooLong();
      }
    }
    if (digits.isEmpty()) {
      throw new ProtocolException("The answer lacks a number");
    }
    return number;
  }

  private void copy(int length, ByteArrayOutputStream to) throws IOException {
    int left = length;
    while (left > 0) {
      requireMore();
      int count = Math.min(left, end - position);
      to.write(buffer, position, count);
      position += count;
      left -= count;
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      requireMore();
      // ISO 8859-1, as headers have it.
      char c = (char) (buffer[position++] & 0xff);
      if (c == '\n') {
        int last = line.length() - 1;
        if (last >= 0 && line.charAt(last) == '\r') {
          line.setLength(last);
        }
        return line.toString();
      }
      if (line.length() == LONGEST_LINE) {
        throw tooLong();
      }
      line.append(c);
    }
  }

  private void requireMore() throws IOException {
    if (!fill()) {
      throw new EOFException("The connection was closed amid the answer");
    }
  }

  /** Returns whether there is a byte to be had. */
  private boolean fill() throws IOException {
    if (position < end) {
      return true;
    }
    int count = in.read(buffer);
    if (count <= 0) {
      return false;
    }
    received += count;
    if (received > LONGEST) {
      throw tooLong();
    }
    position = 0;
    end = count;
    return true;
  }

  private static IOException tooLong() {
    return new ProtocolException("The answer is longer than any that is allowed");
  }
}
