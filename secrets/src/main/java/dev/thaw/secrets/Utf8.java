package dev.thaw.secrets;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The one place where bytes from outside that may hold a secret become text. */
final class Utf8 {
  private Utf8() {}

  /**
   * Returns the text that bytes are.
   *
   * @throws CharacterCodingException if they are not UTF-8, where a {@link String} would hold
   *     replacements, and a password be another one; the message quotes nothing
   */
  static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
