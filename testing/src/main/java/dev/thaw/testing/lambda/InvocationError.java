package dev.thaw.testing.lambda;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The error of an {@link Invocation}, as Lambda's caller sees it.
 *
 * <p>An exception of the handler has its class as type. The environment's own errors have Lambda's
 * types: {@code Sandbox.Timedout} after the timeout, {@code Runtime.ExitError} if the JVM ended.
 *
 * @param type the error's type, such as {@code java.sql.SQLTimeoutException}
 * @param message the message
 * @param stackTrace the frames in the runtime's own format, innermost first; empty if there are
 *     none
 */
public record InvocationError(String type, String message, List<String> stackTrace) {
  /** Copies the frames. */
  public InvocationError {
    requireNonNull(type, "type");
    requireNonNull(message, "message");
    stackTrace = List.copyOf(stackTrace);
  }

  @Override
  public String toString() {
    return type + ": " + message;
  }
}
