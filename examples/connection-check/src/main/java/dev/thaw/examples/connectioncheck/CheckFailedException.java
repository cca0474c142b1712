package dev.thaw.examples.connectioncheck;

/** Says that a check found something else than it should have, without an error of the database. */
final class CheckFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String advice;

  CheckFailedException(String message, String advice) {
    super(message);
    this.advice = advice;
  }

  String advice() {
    return advice;
  }
}
