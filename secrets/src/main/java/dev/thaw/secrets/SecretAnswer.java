package dev.thaw.secrets;

import com.grack.nanojson.JsonObject;
import dev.thaw.internal.util.Line;
import java.nio.charset.CharacterCodingException;
import java.sql.SQLException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The answer to {@code GetSecretValue}, from Secrets Manager itself or by the Lambda extension.
 *
 * @param value the version of the secret
 * @param arn the secret's ARN, if the answer has it: stand-ins of either service may leave it out
 * @param name the secret's name, if the answer has it
 */
record SecretAnswer(SecretValue value, @Nullable String arn, @Nullable String name) {

  /**
   * Reads an answer.
   *
   * @param description names, for errors, what was asked for
   * @param service names what has answered
   * @param asked the name or ARN that was asked for
   * @param body the answer
   * @throws SQLException if it cannot be read, or is about another secret
   */
  static SecretAnswer parse(String description, String service, String asked, String body)
      throws SQLException {
    JsonObject answer;
    try {
      answer = Json.object(body);
    } catch (Json.NotJsonException e) {
      throw SourceFailures.unreadable(description, service);
    }
    String arn = answer.getString("ARN");
    String name = answer.getString("Name");
    requireAsked(description, service, asked, arn, name);
    return new SecretAnswer(
        new SecretValue(answer.getString("VersionId"), text(description, service, answer)),
        arn,
        name);
  }

  /** Fails if an answer names another secret than the one that was asked for. */
  static void requireAsked(
      String description, String service, String asked, @Nullable String arn, @Nullable String name)
      throws SQLException {
    if (!SecretId.isAnswered(asked, arn, name)) {
      throw SourceFailures.lasting(
          description
              + ": what answered for "
              + service
              + " sent another secret: "
              + Line.of(String.valueOf(arn == null ? name : arn)),
          null);
    }
  }

  /**
   * Returns the text of a binary value.
   *
   * @throws SQLException if it is none
   */
  static String text(String description, byte[] binary) throws SQLException {
    try {
      return Utf8.text(binary);
    } catch (CharacterCodingException e) {
      throw SourceFailures.lasting(
          description + ": its binary value is no text in UTF-8, and so no JSON", null);
    }
  }

  private static String text(String description, String service, JsonObject answer)
      throws SQLException {
    Object text = answer.get("SecretString");
    Object binary = answer.get("SecretBinary");
    if (text instanceof String string) {
      return string;
    }
    if (text == null && binary == null) {
      return "";
    }
    if (text == null && binary instanceof String base64) {
      try {
        return text(description, Base64.getDecoder().decode(base64));
      } catch (IllegalArgumentException e) {
        // As below. Not chained: the message may quote a character of the secret.
      }
    }
    throw SourceFailures.unreadable(description, service);
  }
}
