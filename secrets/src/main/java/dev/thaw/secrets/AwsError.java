package dev.thaw.secrets;

import dev.thaw.internal.util.Causes;
import dev.thaw.internal.util.HiddenFailure;
import dev.thaw.internal.util.Line;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
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
      return SourceFailures.passing(message, shown(cause));
    }
    return code.equals(NOT_FOUND)
        ? SourceFailures.none(message, shown(cause))
        : SourceFailures.lasting(message, shown(cause));
  }

  /**
   * Returns a cause as it is if its messages can be shown, else without them: a logger prints them
   * all.
   */
  static @Nullable Throwable shown(@Nullable Throwable cause) {
    if (cause == null) {
      return null;
    }
    for (Throwable each : Causes.chain(cause)) {
      String message = each.getMessage();
      if (!isKnown(each) || (message != null && !message.equals(Line.of(message)))) {
        return HiddenFailure.of(cause);
      }
    }
    return cause;
  }

  /** The JDK's header check, for one, quotes what it refuses: a session token. */
  private static boolean isKnown(Throwable thrown) {
    return thrown instanceof IOException
        || thrown instanceof UncheckedIOException
        || thrown instanceof GeneralSecurityException
        || thrown instanceof InterruptedException
        || thrown instanceof SQLException
        || thrown.getClass().getName().startsWith("software.amazon.awssdk.");
  }

  static SQLException timeout(String description, @Nullable Throwable cause) {
    return SourceFailures.timeout(
        description + ": Secrets Manager did not answer before the deadline", shown(cause));
  }

  static SQLException interrupted(String description, @Nullable Throwable cause) {
    return SourceFailures.passing(description + ": interrupted", shown(cause));
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
            + (isKnown(reason) ? ": " + Line.of(reason.getMessage()) : "")
            + "; in a VPC the function needs a NAT gateway or an endpoint for Secrets Manager",
        shown(cause));
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
