package dev.thaw.secrets;

import dev.thaw.internal.util.Line;
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
  static final String SERVICE = "Secrets Manager";

  /** What to look at if it cannot be reached. */
  static final String UNREACHABLE_ADVICE =
      "in a VPC the function needs a NAT gateway or an endpoint for Secrets Manager";

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
  private static final Set<String> REFUSED_KEYS =
      Set.of("UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId");

  private static final String NOT_FOUND = "ResourceNotFoundException";
  private static final Pattern CODE = Pattern.compile("\\b[A-Z][A-Za-z]+(Exception|Failure)\\b");

  private AwsError() {}

  /** Returns whether a code says that the keys of the role are not, or no longer, good. */
  static boolean isOfKeys(String code) {
    return EXPIRED.contains(code) || REFUSED_KEYS.contains(code);
  }

  /** Returns the error code that a text names, or {@code null}. */
  static @Nullable String codeIn(String text) {
    Matcher code = CODE.matcher(text);
    return code.find() ? code.group() : null;
  }

  /** Returns the exception for an error, which names the code and what to do. */
  static SQLException failure(
      String description, String code, String text, int httpStatus, @Nullable Throwable cause) {
    String line = Line.of(text);
    String message = description + ": " + Line.of(code) + (line.isEmpty() ? "" : ": " + line);
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
