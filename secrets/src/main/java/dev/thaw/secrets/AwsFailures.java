package dev.thaw.secrets;

import dev.thaw.Deadline;
import java.io.IOException;
import java.sql.SQLException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns what AWS's SDK throws into JDBC's exceptions, with AWS's error code and what to do. */
final class AwsFailures {
  // By name, as it is no API of the SDK's.
  private static final String SDK_JSON = "software.amazon.awssdk.thirdparty.jackson.";
  // A chain of causes is short; the bound only guards against a cycle.
  private static final int MAX_DEPTH = 16;

  private final String description;

  /** Names, for the messages of errors, the secret and where it is. */
  AwsFailures(String description) {
    this.description = description;
  }

  SQLException of(RuntimeException failure, Deadline deadline) {
    if (failure instanceof AwsServiceException service) {
      return ofService(service);
    }
    if (failure instanceof ApiCallTimeoutException
        || failure instanceof ApiCallAttemptTimeoutException
        || deadline.hasPassed()) {
      return SourceFailures.noAnswer(description, AwsError.SERVICE, failure);
    }
    if (failure instanceof AbortedException || Thread.currentThread().isInterrupted()) {
      Thread.currentThread().interrupt();
      return SourceFailures.interrupted(description, failure);
    }
    if (isUnreadable(failure)) {
      // Not chained: the SDK's JSON parser quotes what it does not understand, which may be a part
      // of the secret.
      return SourceFailures.unreadable(description, AwsError.SERVICE);
    }
    Throwable root = root(failure);
    if (root instanceof HttpEndpoint.PlainHttpException) {
      return SourceFailures.lasting(description + ": " + root.getMessage(), null);
    }
    String message = String.valueOf(failure.getMessage());
    if (message.startsWith("Unable to load credentials")) {
      // No request was sent, so none was refused: as on a developer's machine without AWS.
      return SourceFailures.none(
          description
              + ": AWS's SDK finds no credentials to ask with; give the function a role, or set"
              + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
          failure);
    }
    if (!(root instanceof IOException || root instanceof SdkException)) {
      // Neither chained nor quoted: the JDK's check of a header, for one, quotes the token.
      return SourceFailures.passing(
          description
              + ": AWS's SDK failed with "
              + root.getClass().getName()
              + ", whose message may hold a secret and is not shown",
          null);
    }
    return SourceFailures.unreachable(
        description, AwsError.SERVICE, root, AwsError.UNREACHABLE_ADVICE, failure);
  }

  private SQLException ofService(AwsServiceException failure) {
    AwsErrorDetails details = failure.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    String text = details == null ? null : details.errorMessage();
    return AwsError.failure(
        description,
        code == null ? "HTTP " + failure.statusCode() : code,
        text == null ? "" : text,
        failure.statusCode(),
        failure);
  }

  private static boolean isUnreadable(Throwable failure) {
    Throwable current = failure;
    for (int depth = 0; current != null && depth < MAX_DEPTH; depth++) {
      if (current.getClass().getName().startsWith(SDK_JSON)
          || String.valueOf(current.getMessage()).startsWith("Unable to unmarshall")) {
        return true;
      }
      current = current.getCause();
    }
    return false;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    for (int depth = 0; root.getCause() != null && depth < MAX_DEPTH; depth++) {
      root = root.getCause();
    }
    return root;
  }
}
