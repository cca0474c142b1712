package dev.thaw.testing.internal.iam;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * The first packet of a server.
 *
 * <p>MySQL Source Code Documentation, "Protocol::HandshakeV10".
 */
final class Greeting {
  static final int SSL = 0x800;
  private static final int COMPRESS = 0x20;
  // In the upper flags: CLIENT_PLUGIN_AUTH, CLIENT_ZSTD_COMPRESSION_ALGORITHM.
  private static final int PLUGIN_AUTH = 0x08;
  private static final int ZSTD = 0x400;

  private static final int FIRST_PART = 8;
  private static final int SECOND_PART = 12;

  private final byte[] payload;

  /** Where the lower capability flags are. */
  private final int capabilities;

  private Greeting(byte[] payload, int capabilities) {
    this.payload = payload;
    this.capabilities = capabilities;
  }

  /** Reads a greeting. */
  static Greeting of(byte[] payload) throws IOException {
    int end = 1;
    while (end < payload.length && payload[end] != 0) {
      end++;
    }
    int capabilities = end + 1 + 4 + FIRST_PART + 1;
    if (payload.length < capabilities + 18 + SECOND_PART) {
      throw new IOException("the server's greeting is shorter than that of protocol 10");
    }
    return new Greeting(payload, capabilities);
  }

  /** Returns what the server wants to be mixed with the password. */
  byte[] nonce() {
    ByteArrayOutputStream nonce = new ByteArrayOutputStream();
    nonce.write(payload, capabilities - 1 - FIRST_PART, FIRST_PART);
    nonce.write(payload, capabilities + 18, SECOND_PART);
    return nonce.toByteArray();
  }

  /** Returns the greeting of a front that offers TLS and does not compress. */
  byte[] withTls() {
    byte[] copy = Arrays.copyOf(payload, payload.length);
    int lower = (copy[capabilities] & 0xFF) | (copy[capabilities + 1] & 0xFF) << 8;
    lower = (lower | SSL) & ~COMPRESS;
    copy[capabilities] = (byte) lower;
    copy[capabilities + 1] = (byte) (lower >> 8);
    int upper = (copy[capabilities + 5] & 0xFF) | (copy[capabilities + 6] & 0xFF) << 8;
    upper = (upper | PLUGIN_AUTH) & ~ZSTD;
    copy[capabilities + 5] = (byte) upper;
    copy[capabilities + 6] = (byte) (upper >> 8);
    return copy;
  }
}
