package dev.thaw.examples.assetapi.assets;

/** Says that another asset has this serial number. */
public final class DuplicateSerialNumberException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the cause is what the database said. */
  public DuplicateSerialNumberException(Throwable cause) {
    super("Another asset has this serial number", cause);
  }
}
