package dev.thaw.examples.assetapi.http;

/** Says that an event is not one that API Gateway sends to a proxy integration. */
public final class MalformedEventException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedEventException(String message) {
    super(message);
  }
}
