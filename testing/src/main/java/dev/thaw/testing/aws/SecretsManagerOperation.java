package dev.thaw.testing.aws;

/** An operation of AWS Secrets Manager that {@link FakeSecretsManager} performs. */
public enum SecretsManagerOperation {
  /** Creates a secret. */
  CREATE_SECRET("CreateSecret"),
  /** Returns what is known of a secret, but no value. */
  DESCRIBE_SECRET("DescribeSecret"),
  /** Returns the value of one version. */
  GET_SECRET_VALUE("GetSecretValue"),
  /** Adds a version. */
  PUT_SECRET_VALUE("PutSecretValue"),
  /** Moves a staging label. */
  UPDATE_SECRET_VERSION_STAGE("UpdateSecretVersionStage");

  private final String awsName;

  SecretsManagerOperation(String awsName) {
    this.awsName = awsName;
  }

  /** Returns the operation's name at AWS, as in {@code secretsmanager:GetSecretValue}. */
  public String awsName() {
    return awsName;
  }
}
