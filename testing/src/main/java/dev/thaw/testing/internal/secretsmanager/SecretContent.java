package dev.thaw.testing.internal.secretsmanager;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a version of a secret holds: text or bytes. */
public final class SecretContent {
  // AWS documents this limit for SecretString and SecretBinary alike.
  private static final int MAX_BYTES = 65_536;

  private final @Nullable String text;
  private final byte[] bytes;

  private SecretContent(@Nullable String text, byte[] bytes) {
    this.text = text;
    this.bytes = bytes;
    if (bytes.length < 1 || bytes.length > MAX_BYTES) {
      throw AwsFailure.validation(
          "the length of the secret value is "
              + bytes.length
              + " bytes, allowed are 1 to "
              + MAX_BYTES);
    }
  }

  /** Returns the content of a string secret. */
  public static SecretContent of(String text) {
    return new SecretContent(text, text.getBytes(UTF_8));
  }

  /** Returns the content of a binary secret. */
  public static SecretContent of(byte[] bytes) {
    return new SecretContent(null, bytes.clone());
  }

  /** Returns the text of a string secret. */
  public Optional<String> text() {
    return Optional.ofNullable(text);
  }

  /** Returns the bytes, of a string secret those of its text in UTF-8. */
  public byte[] bytes() {
    return bytes.clone();
  }

  String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof SecretContent other
        && (text == null) == (other.text == null)
        && Arrays.equals(bytes, other.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Returns nothing of what it holds. */
  @Override
  public String toString() {
    return text == null ? "SecretContent[binary]" : "SecretContent[string]";
  }
}
