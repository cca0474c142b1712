package dev.thaw.testing.aws;

import static java.util.Objects.requireNonNull;

import dev.thaw.testing.internal.http.WireAnswer;
import dev.thaw.testing.internal.secretsmanager.AwsError;
import java.util.Map;

/**
 * What {@link FakeSecretsManager} answers instead of the truth.
 *
 * <p>Immutable and thread-safe.
 */
public final class SecretsManagerFault {
  private final String name;
  private final WireAnswer answer;

  private SecretsManagerFault(String name, WireAnswer answer) {
    this.name = name;
    this.answer = answer;
  }

  /**
   * Returns an error of the service, with its usual message.
   *
   * @param error the error
   * @return the fault
   */
  public static SecretsManagerFault error(SecretsManagerError error) {
    return error(error.code(), error.httpStatus(), error.message());
  }

  /**
   * Returns an error of the service with a message of one's own, or one that {@link
   * SecretsManagerError} does not list.
   *
   * @param code the error's code, such as {@code ThrottlingException}
   * @param httpStatus the HTTP status
   * @param message the message
   * @return the fault
   * @throws IllegalArgumentException if the status is not between 400 and 599
   */
  public static SecretsManagerFault error(String code, int httpStatus, String message) {
    requireNonNull(code, "code");
    requireNonNull(message, "message");
    if (httpStatus < 400 || httpStatus > 599) {
      throw new IllegalArgumentException(
          "httpStatus is " + httpStatus + ", allowed are 400 to 599");
    }
    return new SecretsManagerFault(code, new AwsError(code, httpStatus, message).asAnswer());
  }

  /**
   * Returns an answer that does not come from the service, such as the error page of a proxy.
   *
   * @param httpStatus the HTTP status
   * @param contentType the media type of the body
   * @param body the body
   * @return the fault
   * @throws IllegalArgumentException if the status is not between 200 and 599
   */
  public static SecretsManagerFault answer(int httpStatus, String contentType, String body) {
    if (httpStatus < 200 || httpStatus > 599) {
      throw new IllegalArgumentException(
          "httpStatus is " + httpStatus + ", allowed are 200 to 599");
    }
    return new SecretsManagerFault(
        "answer " + httpStatus, WireAnswer.text(httpStatus, contentType, body, Map.of()));
  }

  /** Returns a connection that is reset instead of an answer. */
  public static SecretsManagerFault connectionReset() {
    return new SecretsManagerFault("connection reset", new WireAnswer.Reset());
  }

  /** Returns a connection that stays open without ever an answer. */
  public static SecretsManagerFault noAnswer() {
    return new SecretsManagerFault("no answer", new WireAnswer.Silence());
  }

  WireAnswer wireAnswer() {
    return answer;
  }

  /** Returns what kind of fault this is. */
  @Override
  public String toString() {
    return "SecretsManagerFault[" + name + "]";
  }
}
