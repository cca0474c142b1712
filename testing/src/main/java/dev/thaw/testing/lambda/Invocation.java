package dev.thaw.testing.lambda;

import dev.thaw.testing.internal.lambda.Outcome;
import dev.thaw.testing.internal.lambda.RuntimeFailure;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an invocation of a {@link LambdaFunction} ended: with a response or with an error.
 *
 * <p>Immutable.
 */
public final class Invocation {
  private final Outcome outcome;
  private final String environmentId;
  private final boolean coldStart;
  private final @Nullable Duration initDuration;
  private final @Nullable Duration restoreDuration;

  Invocation(
      Outcome outcome,
      String environmentId,
      boolean coldStart,
      @Nullable Duration initDuration,
      @Nullable Duration restoreDuration) {
    this.outcome = outcome;
    this.environmentId = environmentId;
    this.coldStart = coldStart;
    this.initDuration = initDuration;
    this.restoreDuration = restoreDuration;
  }

  /**
   * Returns the response.
   *
   * @return what the handler returned, as JSON text
   * @throws IllegalStateException if the invocation ended with an error; the message has that error
   *     and what the environment wrote
   */
  public String response() {
    String response = outcome.response();
    if (response == null) {
      throw new IllegalStateException(this + "\n" + logs());
    }
    return response;
  }

  /** Returns the error; empty if there is a response. */
  public Optional<InvocationError> error() {
    RuntimeFailure failure = outcome.failure();
    return Optional.ofNullable(failure)
        .map(it -> new InvocationError(it.type(), it.message(), it.stackTrace()));
  }

  /** Returns whether there is a response. */
  public boolean isSuccessful() {
    return outcome.response() != null;
  }

  /**
   * Returns what the environment has written to standard output and standard error since the
   * invocation before, so at a cold start what it wrote during initialisation, too.
   */
  public String logs() {
    return outcome.log();
  }

  /** Returns the time from the delivery of the event to the answer, initialisation not included. */
  public Duration duration() {
    return outcome.duration();
  }

  /**
   * Returns whether the environment was initialised for this invocation, or with SnapStart
   * restored.
   */
  public boolean coldStart() {
    return coldStart;
  }

  /** Returns how long the initialisation took, if it was part of this invocation. */
  public Optional<Duration> initDuration() {
    return Optional.ofNullable(initDuration);
  }

  /** Returns how long the restore took, with its hooks, if it was part of this invocation. */
  public Optional<Duration> restoreDuration() {
    return Optional.ofNullable(restoreDuration);
  }

  /** Returns the request id, which the handler finds in its context. */
  public String requestId() {
    return outcome.requestId();
  }

  /** Returns the {@linkplain ExecutionEnvironment#id() id} of the environment. */
  public String environmentId() {
    return environmentId;
  }

  /** Returns what a REPORT line of Lambda's log has, and the error; the response may be private. */
  @Override
  public String toString() {
    return "Invocation["
        + outcome.requestId()
        + " in "
        + environmentId
        + (coldStart ? ", cold start" : "")
        + ", "
        + outcome.duration().toMillis()
        + " ms"
        + error().map(error -> ", " + error).orElse("")
        + "]";
  }
}
