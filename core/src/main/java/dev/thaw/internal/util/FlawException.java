package dev.thaw.internal.util;

/**
 * A value that is not allowed, with a message of our own: unlike that of any other exception it
 * holds nothing that may be a secret.
 */
public final class FlawException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** Creates the exception of a value, which the message shows only if it cannot be a secret. */
  public FlawException(String message) {
    super(message);
  }
}
