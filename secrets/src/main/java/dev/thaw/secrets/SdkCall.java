package dev.thaw.secrets;

import dev.thaw.Deadline;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Calls AWS's SDK, whose jars a function may leave out.
 *
 * <p>A call runs on a thread of its own, which has ended when the result is returned. The SDK's
 * JSON parser keeps the text that it has read last in a buffer of the thread: on a thread that
 * lives on, a snapshot would hold the secret. This class and those that use it link nothing of the
 * SDK, so a {@link LinkageError} can only come from within a call, and is told from here.
 * Thread-safe.
 */
final class SdkCall {
  private static final String SDK = "software.amazon.awssdk.";
  private static final String CLIENT = SDK + "services.secretsmanager.SecretsManagerClient";
  private static final String HTTP = SDK + "http.urlconnection.UrlConnectionHttpClient";
  // Found by trying; .ci/consumer runs with it. Older ones lack the retry strategies.
  private static final String OLDEST = "2.26.1";

  private SdkCall() {}

  /**
   * Makes a call.
   *
   * @param description names the secret in the messages of errors
   * @param deadline how long to wait for the call, which should end by then itself
   * @return its result
   * @throws java.sql.SQLNonTransientConnectionException if the SDK is not on the class path, or of
   *     a version that does not fit
   */
  static <T> T run(String description, Deadline deadline, Callable<T> call) throws SQLException {
    FutureTask<T> task = new FutureTask<>(call);
    // Without inherited thread locals: they would end with it, but are none of the SDK's business.
    Thread thread = new Thread(null, task, "thaw-aws-sdk", 0, false);
    thread.setDaemon(true);
    thread.start();
    try {
      // Not the task's get: the thread lives on for a moment after that.
      TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline.remaining().toNanos()));
      if (thread.isAlive()) {
        thread.interrupt();
        throw SourceFailures.noAnswer(description, AwsError.SERVICE, null);
      }
      return task.get();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw SourceFailures.interrupted(description, e);
    } catch (ExecutionException e) {
      throw failure(description, e);
    }
  }

  private static SQLException failure(String description, ExecutionException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof SQLException told) {
      return told;
    }
    if (cause instanceof LinkageError unlinked) {
      return unlinked(description, unlinked);
    }
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    return SourceFailures.passing(description + ": AWS's SDK failed: " + cause, cause);
  }

  /** Returns whether all that Thaw uses of the SDK is on the class path, of whatever version. */
  static boolean isPresent() {
    return missing().isEmpty();
  }

  /** Returns what to do where the SDK is not there, as a part of a message. */
  static String cure() {
    return "add to the class path " + missing();
  }

  private static String missing() {
    String client = isThere(CLIENT) ? "" : "software.amazon.awssdk:secretsmanager";
    String http = isThere(HTTP) ? "" : "software.amazon.awssdk:url-connection-client";
    return client.isEmpty() || http.isEmpty() ? client + http : client + " and " + http;
  }

  private static boolean isThere(String name) {
    try {
      return Class.forName(name, false, SdkCall.class.getClassLoader()) != null;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** Returns what to say where a class or a method of the SDK is not there. */
  static SQLException unlinked(String description, LinkageError error) {
    if (!isPresent()) {
      return SourceFailures.lasting(
          description
              + ": AWS's SDK is needed here, and is not there: "
              + cure()
              + ", in "
              + OLDEST
              + " or later. Without it AWS is asked in AWS Lambda only, with the role's own"
              + " credentials, and where nothing is set that only the SDK understands, such as"
              + " AWS_PROFILE or AWS_USE_FIPS_ENDPOINT",
          error);
    }
    return SourceFailures.lasting(
        description
            + ": AWS's SDK on the class path ("
            + version()
            + ") cannot be used: "
            + error
            + "; Thaw needs "
            + OLDEST
            + " or later, and all jars of software.amazon.awssdk of one version",
        error);
  }

  private static String version() {
    try {
      Class<?> info = Class.forName(SDK + "core.util.VersionInfo");
      return String.valueOf(info.getField("SDK_VERSION").get(null));
    } catch (ReflectiveOperationException | LinkageError e) {
      return "of an unknown version";
    }
  }
}
