package dev.thaw.internal.mysql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The first two packets of MySQL's protocol, as far as they depend on no user: the server's
 * greeting, and the request for TLS that the driver answers it with.
 *
 * <p>MySQL, "Protocol::HandshakeV10" and "Protocol::SSLRequest".
 */
final class EarlyHandshake {
  private static final int HEADER_LENGTH = 4;
  // A greeting has about 100 bytes. What is longer is left to the driver.
  private static final int LONGEST_GREETING = 1024;
  private static final int PROTOCOL_VERSION = 10;
  private static final int SSL_REQUEST_LENGTH = 32;
  private static final int UTF8MB4_GENERAL_CI = 45;
  private static final int UTF8MB4_0900_AI_CI = 255;

  private static final int CLIENT_LONG_PASSWORD = 1;
  private static final int CLIENT_FOUND_ROWS = 1 << 1;
  private static final int CLIENT_LONG_FLAG = 1 << 2;
  private static final int CLIENT_CONNECT_WITH_DB = 1 << 3;
  private static final int CLIENT_PROTOCOL_41 = 1 << 9;
  private static final int CLIENT_SSL = 1 << 11;
  private static final int CLIENT_TRANSACTIONS = 1 << 13;
  private static final int CLIENT_SECURE_CONNECTION = 1 << 15;
  private static final int CLIENT_MULTI_RESULTS = 1 << 17;
  private static final int CLIENT_PS_MULTI_RESULTS = 1 << 18;
  private static final int CLIENT_PLUGIN_AUTH = 1 << 19;
  private static final int CLIENT_CONNECT_ATTRS = 1 << 20;
  private static final int CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA = 1 << 21;
  private static final int CLIENT_SESSION_TRACK = 1 << 23;
  private static final int CLIENT_DEPRECATE_EOF = 1 << 24;
  private static final int CLIENT_QUERY_ATTRIBUTES = 1 << 27;
  private static final int CLIENT_MULTI_FACTOR_AUTHENTICATION = 1 << 28;

  // What the driver does not use without a server that has it, with this library's properties.
  private static final int IF_OFFERED =
      CLIENT_LONG_PASSWORD
          | CLIENT_FOUND_ROWS
          | CLIENT_LONG_FLAG
          | CLIENT_CONNECT_WITH_DB
          | CLIENT_PROTOCOL_41
          | CLIENT_SSL
          | CLIENT_TRANSACTIONS
          | CLIENT_MULTI_RESULTS
          | CLIENT_PS_MULTI_RESULTS
          | CLIENT_CONNECT_ATTRS
          | CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA
          | CLIENT_SESSION_TRACK
          | CLIENT_DEPRECATE_EOF
          | CLIENT_QUERY_ATTRIBUTES
          | CLIENT_MULTI_FACTOR_AUTHENTICATION;
  private static final int REQUIRED =
      CLIENT_PROTOCOL_41 | CLIENT_SSL | CLIENT_SECURE_CONNECTION | CLIENT_PLUGIN_AUTH;

  private EarlyHandshake() {}

  /**
   * Reads the first packet with its header; fewer bytes if the stream ends or the packet is too
   * long to be a greeting.
   */
  static byte[] readGreeting(InputStream in) throws IOException {
    byte[] header = in.readNBytes(HEADER_LENGTH);
    if (header.length < HEADER_LENGTH) {
      return header;
    }
    int length = (header[0] & 0xff) | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16;
    if (length > LONGEST_GREETING) {
      return header;
    }
    byte[] packet = Arrays.copyOf(header, HEADER_LENGTH + length);
    int read = in.readNBytes(packet, HEADER_LENGTH, length);
    return Arrays.copyOf(packet, HEADER_LENGTH + read);
  }

  /**
   * Returns the request for TLS that the driver will send after this greeting, or {@code null} if
   * it will send none: the server has no TLS or sends an error, or the greeting is not understood,
   * which is for the driver to say.
   */
  static byte @Nullable [] sslRequest(byte[] greeting) {
    int end = HEADER_LENGTH + 1;
    while (end < greeting.length && greeting[end] != 0) {
      end++;
    }
    // Version, its end, connection id, 8 bytes of the scramble, a filler, the lower flags,
    // character set, status, the upper flags.
    int flagsAt = end + 1 + 4 + 8 + 1;
    if (flagsAt + 7 > greeting.length || greeting[HEADER_LENGTH] != PROTOCOL_VERSION) {
      return null;
    }
    int offered =
        (greeting[flagsAt] & 0xff)
            | (greeting[flagsAt + 1] & 0xff) << 8
            | (greeting[flagsAt + 5] & 0xff) << 16
            | (greeting[flagsAt + 6] & 0xff) << 24;
    if ((offered & REQUIRED) != REQUIRED) {
      return null;
    }
    String version =
        new String(greeting, HEADER_LENGTH + 1, end - HEADER_LENGTH - 1, StandardCharsets.US_ASCII);
    int flags = (offered & IF_OFFERED) | CLIENT_SECURE_CONNECTION | CLIENT_PLUGIN_AUTH;
    byte[] request = new byte[HEADER_LENGTH + SSL_REQUEST_LENGTH];
    request[0] = SSL_REQUEST_LENGTH;
    request[3] = (byte) (greeting[3] + 1);
    for (int i = 0; i < 4; i++) {
      request[HEADER_LENGTH + i] = (byte) (flags >> (8 * i));
    }
    // The longest packet, 2^24 - 1.
    Arrays.fill(request, HEADER_LENGTH + 4, HEADER_LENGTH + 7, (byte) 0xff);
    request[HEADER_LENGTH + 8] = (byte) collation(version);
    return request;
  }

  /** The driver takes 8.0.1 for the first version with the newer one; MariaDB begins with 5.5.5. */
  private static int collation(String version) {
    int dot = version.indexOf('.');
    String major = dot > 0 ? version.substring(0, dot) : "";
    boolean old = (major.length() == 1 && major.charAt(0) < '8') || version.startsWith("8.0.0");
    return old ? UTF8MB4_GENERAL_CI : UTF8MB4_0900_AI_CI;
  }

  /** Takes the driver's request for TLS in the place of the server, which has had the same. */
  static final class AnsweredRequest extends OutputStream {
    private final byte[] request;
    private int position;

    AnsweredRequest(byte[] request) {
      this.request = request;
    }

    @Override
    public void write(int value) throws IOException {
      if (position == request.length || request[position] != (byte) value) {
        throw new DifferentRequestException();
      }
      position++;
    }

    /** Returns whether the driver has sent all of it. */
    boolean isComplete() {
      return position == request.length;
    }
  }

  /** The driver asks for TLS in another way than was expected: it needs a connection of its own. */
  static final class DifferentRequestException extends IOException {
    private static final long serialVersionUID = 1;

    DifferentRequestException() {
      super("The driver's request for TLS is not the one that was sent early");
    }
  }
}
