package dev.thaw.testing.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the requests of one connection (RFC 9112). */
final class WireReader {
  private static final int MAX_LINE = 64 * 1024;
  // Room for the largest Lambda payload, 6 MB, and its encoding.
  private static final int MAX_BODY = 16 * 1024 * 1024;

  private final InputStream in;
  private final OutputStream out;

  WireReader(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  /** Returns the next request, or null when the client has closed the connection. */
  @Nullable WireRequest next() throws IOException {
    String start = line();
    if (start == null) {
      return null;
    }
    String[] parts = start.split(" ", -1);
    if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
      throw new ProtocolException("not the first line of an HTTP/1 request");
    }
    Map<String, String> headers = headers();
    if ("100-continue".equalsIgnoreCase(headers.get("expect"))) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
      out.flush();
    }
    return new WireRequest(parts[0], parts[1], headers, body(headers));
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = requiredLine(); !line.isEmpty(); line = requiredLine()) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new ProtocolException("a header without a name");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    if (!"chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      return bytes(headers.getOrDefault("content-length", "0"), 10);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      byte[] chunk = bytes(requiredLine().replaceFirst(";.*", ""), 16);
      if (chunk.length == 0) {
        headers(); // the trailer
        return body.toByteArray();
      }
      body.write(chunk);
      requiredLine();
    }
  }

  private byte[] bytes(String length, int radix) throws IOException {
    int wanted;
    try {
      wanted = Integer.parseUnsignedInt(length.strip(), radix);
    } catch (NumberFormatException e) {
      throw new ProtocolException("a body's length is no number");
    }
    if (wanted < 0 || wanted > MAX_BODY) {
      throw new ProtocolException("a body of more than " + MAX_BODY + " bytes");
    }
    byte[] bytes = in.readNBytes(wanted);
    if (bytes.length < wanted) {
      throw new EOFException("the client closed the connection within a body");
    }
    return bytes;
  }

  private String requiredLine() throws IOException {
    String line = line();
    if (line == null) {
      throw new EOFException("the client closed the connection within a request");
    }
    return line;
  }

  private @Nullable String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\n') {
        String text = line.toString(UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
      line.write(b);
      if (line.size() > MAX_LINE) {
        throw new ProtocolException("a line of more than " + MAX_LINE + " bytes");
      }
    }
    if (line.size() > 0) {
      throw new EOFException("the client closed the connection within a line");
    }
    return null;
  }
}
