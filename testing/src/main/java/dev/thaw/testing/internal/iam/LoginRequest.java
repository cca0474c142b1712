package dev.thaw.testing.internal.iam;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a client asks to log in with.
 *
 * <p>MySQL Source Code Documentation, "Protocol::HandshakeResponse41".
 */
final class LoginRequest {
  private static final int FIXED = 32;
  private static final int CONNECT_WITH_DB = 0x8;
  private static final int COMPRESSION = 0x20 | 0x4000000;
  private static final int LENENC_AUTH = 0x200000;
  private static final int PLUGIN_AUTH = 0x80000;

  private final byte[] payload;
  private final String user;
  private final byte[] answer;
  private final byte[] database;
  private final String plugin;
  private int at;

  /** Reads a request. */
  LoginRequest(byte[] payload) throws IOException {
    this.payload = payload;
    this.at = FIXED;
    try {
      this.user = new String(text(), StandardCharsets.UTF_8);
      this.answer = bytes(has(LENENC_AUTH) ? lengthEncoded() : payload[at++] & 0xFF);
      this.database = has(CONNECT_WITH_DB) ? text() : new byte[0];
      this.plugin = has(PLUGIN_AUTH) ? new String(text(), StandardCharsets.UTF_8) : "";
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new IOException("a login request that ends too early", e);
    }
  }

  /** Returns whether a payload asks for TLS first. */
  static boolean isForTls(byte[] payload) {
    return payload.length == FIXED && ((payload[1] << 8) & Greeting.SSL) != 0;
  }

  private boolean has(int flag) {
    return (capabilities() & flag) != 0;
  }

  private int capabilities() {
    return (payload[0] & 0xFF)
        | (payload[1] & 0xFF) << 8
        | (payload[2] & 0xFF) << 16
        | (payload[3] & 0xFF) << 24;
  }

  private byte[] text() {
    int start = at;
    while (payload[at] != 0) {
      at++;
    }
    return Arrays.copyOfRange(payload, start, at++);
  }

  private int lengthEncoded() {
    int first = payload[at++] & 0xFF;
    if (first < 0xFB) {
      return first;
    }
    int length = (payload[at] & 0xFF) | (payload[at + 1] & 0xFF) << 8;
    at += 2;
    return length;
  }

  private byte[] bytes(int length) {
    if (at + length > payload.length) {
      throw new ArrayIndexOutOfBoundsException(at + length);
    }
    at += length;
    return Arrays.copyOfRange(payload, at - length, at);
  }

  String user() {
    return user;
  }

  /** Returns what the client has sent for the method that it chose. */
  byte[] answer() {
    return answer;
  }

  /** Returns the method of authentication that the client chose. */
  String plugin() {
    return plugin;
  }

  /** Returns the request of the same session over a connection without TLS. */
  byte[] without(byte[] otherAnswer, String otherPlugin) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    int flags = (capabilities() & ~(Greeting.SSL | COMPRESSION | LENENC_AUTH)) | PLUGIN_AUTH;
    for (int shift = 0; shift < 32; shift += 8) {
      request.write(flags >> shift);
    }
    request.write(payload, 4, FIXED - 4);
    text(user.getBytes(StandardCharsets.UTF_8), request);
    request.write(otherAnswer.length);
    request.writeBytes(otherAnswer);
    if (has(CONNECT_WITH_DB)) {
      text(database, request);
    }
    text(otherPlugin.getBytes(StandardCharsets.UTF_8), request);
    request.write(payload, at, payload.length - at);
    return request.toByteArray();
  }

  private static void text(byte[] text, ByteArrayOutputStream to) {
    to.writeBytes(text);
    to.write(0);
  }
}
