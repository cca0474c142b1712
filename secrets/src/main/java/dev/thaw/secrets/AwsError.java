package dev.thaw.secrets;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an error code of AWS Secrets Manager means, see "GetSecretValue" and "Common Errors" in its
 * API reference.
 */
final class AwsError {
  private static final Set<String> THROTTLED =
      Set.of(
          "Throttling",
          "ThrottlingException",
          "ThrottledException",
          "TooManyRequestsException",
          "RequestLimitExceeded",
          "RequestThrottled",
          "RequestThrottledException",
          "SlowDown");
  private static final Set<String> EXPIRED =
      Set.of("ExpiredToken", "ExpiredTokenException", "RequestExpired");

  private static final String NOT_FOUND = "ResourceNotFoundException";
  private static final int LONGEST_TEXT = 300;

  private static final Pattern CODE = Pattern.compile("\\b[A-Z][A-Za-z]+(Exception|Failure)\\b");

  private AwsError() {}

  /** Returns the error code that a text names, or {@code null}. */
  static @Nullable String codeIn(String text) {
    Matcher code = CODE.matcher(text);
    return code.find() ? code.group() : null;
  }

  /** Returns the exception for an error, which names the code and what to do. */
  static SQLException failure(
      String description, String code, String text, int httpStatus, @Nullable Throwable cause) {
    String line = line(text);
    String message = description + ": " + code + (line.isEmpty() ? "" : ": " + line);
    boolean passing =
        httpStatus >= 500
            || httpStatus == 429
            || THROTTLED.contains(code)
            || EXPIRED.contains(code);
    String advice = advice(code, text);
    if (!advice.isEmpty()) {
      message += "; " + advice;
    }
    if (passing) {
      return SourceFailures.passing(message, cause);
    }
    return code.equals(NOT_FOUND)
        ? SourceFailures.none(message, cause)
        : SourceFailures.lasting(message, cause);
  }

  /** Returns one line of bounded length: what stands in the way may answer with a page. */
  private static String line(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() > LONGEST_TEXT ? line.substring(0, LONGEST_TEXT) + "…" : line;
  }

  static SQLException timeout(String description, @Nullable Throwable cause) {
    return SourceFailures.timeout(
        description + ": Secrets Manager did not answer before the deadline", cause);
  }

  static SQLException interrupted(String description, @Nullable Throwable cause) {
    return SourceFailures.passing(description + ": interrupted", cause);
  }

  /** Returns the failure for an answer that is none; without a cause, which might quote it. */
  static SQLException unreadable(String description) {
    return SourceFailures.passing(
        description + ": what answered for Secrets Manager sent no answer that can be read", null);
  }

  /**
   * Returns the failure for a request that did not get through.
   *
   * @param reason what went wrong
   */
  static SQLException unreachable(String description, Throwable reason, Throwable cause) {
    return SourceFailures.passing(
        description
            + ": Secrets Manager cannot be reached: "
            + reason.getClass().getSimpleName()
            + ": "
            + reason.getMessage()
            + "; in a VPC the function needs a NAT gateway or an endpoint for Secrets Manager",
        cause);
  }

  private static String advice(String code, String text) {
    if (THROTTLED.contains(code)) {
      return "Secrets Manager limits how often the account may ask";
    }
    return switch (code) {
      case NOT_FOUND -> "check the secret's name, and that it is in this region and account";
      case "AccessDeniedException", "AccessDenied" ->
          namesKms(text)
              ? "the role must be allowed kms:Decrypt on the secret's KMS key"
              : "the role must be allowed secretsmanager:GetSecretValue on the secret";
      case "DecryptionFailure", "DecryptionFailureException" ->
          "the role must be allowed kms:Decrypt on the secret's KMS key, and the key be enabled";
      default -> "";
    };
  }

  private static boolean namesKms(String text) {
    return text.toLowerCase(Locale.ROOT).contains("kms");
  }
}
