package dev.thaw.testing;

import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** Where the login of a test's provider comes from. */
enum LoginKind {
  /** The schema's user and password. */
  PASSWORD,
  /** A secret of a fake Secrets Manager. */
  SECRETS_MANAGER,
  /** Tokens for a front that checks them. */
  IAM;

  /**
   * Returns the kind that two settings ask for.
   *
   * @throws ExtensionConfigurationException if both are true
   */
  static LoginKind of(boolean secretsManager, boolean iam) {
    if (secretsManager && iam) {
      throw new ExtensionConfigurationException(
          "secretsManager and iam are both true: a login is a secret or a token, set one of them");
    }
    if (iam) {
      return IAM;
    }
    return secretsManager ? SECRETS_MANAGER : PASSWORD;
  }
}
