package dev.thaw.testing;

import static java.util.Objects.requireNonNull;

import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.InvocationError;
import org.opentest4j.AssertionFailedError;

/**
 * Assertions about an invocation of a {@link dev.thaw.testing.lambda.LambdaFunction}.
 *
 * <p>Each throws an {@link AssertionError} that has the invocation's error and log. Thread-safe.
 */
public final class InvocationAssert {
  private final Invocation actual;

  InvocationAssert(Invocation actual) {
    this.actual = requireNonNull(actual, "actual");
  }

  /**
   * Asserts that the handler has returned this.
   *
   * @param expected JSON text, as it stands
   */
  public InvocationAssert hasResponse(String expected) {
    if (!actual.isSuccessful()) {
      throw failure("the response " + expected, "an error");
    }
    if (!actual.response().equals(expected)) {
      throw new AssertionFailedError(
          describe("the response " + expected, actual.response()), expected, actual.response());
    }
    return this;
  }

  /**
   * Asserts that the invocation has ended with an error.
   *
   * @param type its {@linkplain InvocationError#type() type}, such as {@code
   *     java.lang.IllegalStateException}
   */
  public InvocationAssert hasError(String type) {
    String present = actual.error().map(InvocationError::type).orElse("none");
    if (!present.equals(type)) {
      throw failure("the error " + type, present);
    }
    return this;
  }

  /** Asserts that the environment was initialised, or with SnapStart restored, for it. */
  public InvocationAssert isColdStart() {
    if (!actual.coldStart()) {
      throw failure("a cold start", "a warm one");
    }
    return this;
  }

  /** Asserts that the environment had been used or initialised before. */
  public InvocationAssert isWarmStart() {
    if (actual.coldStart()) {
      throw failure("a warm start", "a cold one");
    }
    return this;
  }

  private AssertionFailedError failure(String expected, String found) {
    return new AssertionFailedError(describe(expected, found));
  }

  private String describe(String expected, String found) {
    return "expected " + expected + ", but found " + found + ": " + actual + "\n" + actual.logs();
  }
}
