package dev.thaw.testing.internal.secretsmanager;

/** The end of an operation that the service refuses. */
public final class AwsFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient AwsError error;

  AwsFailure(AwsError error) {
    super(error.message());
    this.error = error;
  }

  /** Returns what the client is told. */
  public AwsError error() {
    return error;
  }
}
