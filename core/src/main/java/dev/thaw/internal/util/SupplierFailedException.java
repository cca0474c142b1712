package dev.thaw.internal.util;

/**
 * The application's supplier of the time that is left has failed, so a deadline made from it cannot
 * be asked. The cause is what the supplier threw.
 */
public final class SupplierFailedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** Creates it for what the supplier threw. */
  public SupplierFailedException(RuntimeException cause) {
    super("The supplier of the deadline's remaining time failed: " + cause, cause);
  }
}
