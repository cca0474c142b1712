package dev.thaw.testing.internal.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The part of ASN.1's Distinguished Encoding Rules (ITU-T X.690) that a certificate needs. */
final class Der {
  private static final DateTimeFormatter UTC_TIME = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'");
  private static final DateTimeFormatter GENERALIZED_TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'");

  private Der() {}

  static byte[] sequence(byte[]... elements) {
    return tagged(0x30, concat(elements));
  }

  static byte[] set(byte[]... elements) {
    return tagged(0x31, concat(elements));
  }

  static byte[] bool(boolean value) {
    return tagged(0x01, new byte[] {(byte) (value ? 0xFF : 0)});
  }

  static byte[] integer(BigInteger value) {
    return tagged(0x02, value.toByteArray());
  }

  /** Encodes bits of which the last ones are unused, as a named bit list needs it. */
  static byte[] bitString(int unusedBits, byte... bits) {
    return tagged(0x03, concat(new byte[] {(byte) unusedBits}, bits));
  }

  static byte[] octetString(byte[] bytes) {
    return tagged(0x04, bytes);
  }

  static byte[] utf8(String text) {
    return tagged(0x0C, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Encodes a time as RFC 5280 section 4.1.2.5 asks: UTCTime until 2049, GeneralizedTime after. */
  static byte[] time(Instant instant) {
    ZonedDateTime utc = instant.atZone(ZoneOffset.UTC);
    boolean twoDigits = utc.getYear() < 2050;
    String text = (twoDigits ? UTC_TIME : GENERALIZED_TIME).format(utc);
    return tagged(twoDigits ? 0x17 : 0x18, text.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] objectIdentifier(String dotted) {
    String[] parts = dotted.split("\\.", -1);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write(40 * Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]));
    for (int i = 2; i < parts.length; i++) {
      writeBase128(content, Integer.parseInt(parts[i]));
    }
    return tagged(0x06, content.toByteArray());
  }

  private static void writeBase128(ByteArrayOutputStream out, int value) {
    int shift = 28;
    while (shift > 0 && value >>> shift == 0) {
      shift -= 7;
    }
    for (; shift > 0; shift -= 7) {
      out.write(0x80 | (value >>> shift & 0x7F));
    }
    out.write(value & 0x7F);
  }

  /**
   * Encodes an element under a context-specific tag around other elements: {@code [n] EXPLICIT}.
   */
  static byte[] explicit(int number, byte[] element) {
    return tagged(0xA0 | number, element);
  }

  /** Encodes bytes under a context-specific tag in place of their own: {@code [n] IMPLICIT}. */
  static byte[] implicit(int number, byte[] content) {
    return tagged(0x80 | number, content);
  }

  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.length;
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >>> 8);
      out.write(length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
