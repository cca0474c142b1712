package dev.thaw.testing.internal.secretsmanager;

/** The end of an operation that the service refuses. */
public final class AwsFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient AwsError error;

  AwsFailure(AwsError error) {
    super(error.message());
    this.error = error;
  }

  static AwsFailure of(String code, String message) {
    return new AwsFailure(new AwsError(code, 400, message));
  }

  static AwsFailure resourceNotFound(String message) {
    return of("ResourceNotFoundException", message);
  }

  static AwsFailure invalidParameter(String message) {
    return of("InvalidParameterException", message);
  }

  static AwsFailure invalidRequest(String message) {
    return of("InvalidRequestException", message);
  }

  static AwsFailure resourceExists(String message) {
    return of("ResourceExistsException", message);
  }

  static AwsFailure validation(String message) {
    return of("ValidationException", message);
  }

  /** Returns what the client is told. */
  public AwsError error() {
    return error;
  }
}
