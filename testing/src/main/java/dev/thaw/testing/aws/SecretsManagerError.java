package dev.thaw.testing.aws;

/**
 * An error that AWS Secrets Manager, or the entrance of AWS before it, can answer with.
 *
 * <p>Codes and statuses are those of the service's API reference and of the list of errors common
 * to all AWS services.
 */
public enum SecretsManagerError {
  /** The caller's role lacks {@code secretsmanager:GetSecretValue}, or a policy denies it. */
  ACCESS_DENIED(
      "AccessDeniedException",
      400,
      "User: arn:aws:sts::123456789012:assumed-role/function/function is not authorized to perform"
          + " this operation because no identity-based policy allows it"),
  /** The caller's role lacks {@code kms:Decrypt} on the key of the secret. */
  KMS_ACCESS_DENIED("AccessDeniedException", 400, "Access to KMS is not allowed"),
  /** The value cannot be decrypted, as with a disabled key. */
  DECRYPTION_FAILURE(
      "DecryptionFailure",
      400,
      "Secrets Manager can't decrypt the protected secret text using the provided KMS key."),
  /** The caller's session has expired. */
  EXPIRED_TOKEN(
      "ExpiredTokenException", 400, "The security token included in the request is expired"),
  /** Something is wrong within the service. */
  INTERNAL_SERVICE_ERROR("InternalServiceError", 500, "An error occurred on the server side."),
  /** A parameter's value is wrong. */
  INVALID_PARAMETER("InvalidParameterException", 400, "The parameter name or value is invalid."),
  /** The secret's state does not allow the operation. */
  INVALID_REQUEST(
      "InvalidRequestException",
      400,
      "A parameter value is not valid for the current state of the resource."),
  /** More than the account may have. */
  LIMIT_EXCEEDED(
      "LimitExceededException", 400, "The request failed because it would exceed a quota."),
  /** There is something of that name already. */
  RESOURCE_EXISTS(
      "ResourceExistsException", 400, "A resource with the ID you requested already exists."),
  /** There is no such secret, or no such version of it. */
  RESOURCE_NOT_FOUND(
      "ResourceNotFoundException", 400, "Secrets Manager can't find the specified secret."),
  /** The service is overloaded. */
  SERVICE_UNAVAILABLE(
      "ServiceUnavailableException", 503, "The service is temporarily unavailable."),
  /** The account calls too often. */
  THROTTLING("ThrottlingException", 400, "Rate exceeded"),
  /** The caller's access key is unknown. */
  UNRECOGNIZED_CLIENT(
      "UnrecognizedClientException", 400, "The security token included in the request is invalid.");

  private final String code;
  private final int httpStatus;
  private final String message;

  SecretsManagerError(String code, int httpStatus, String message) {
    this.code = code;
    this.httpStatus = httpStatus;
    this.message = message;
  }

  /** Returns the error's code, as a client sees it. */
  public String code() {
    return code;
  }

  /** Returns the HTTP status that comes with it. */
  public int httpStatus() {
    return httpStatus;
  }

  String message() {
    return message;
  }
}
