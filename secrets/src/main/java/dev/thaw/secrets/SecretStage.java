package dev.thaw.secrets;

/**
 * The staging label of a secret's version, see "Secret versions" in AWS's Secrets Manager user
 * guide.
 */
enum SecretStage {
  /** The version that is in use. */
  CURRENT("AWSCURRENT"),
  /** The version that a rotation has made and not yet finished. */
  PENDING("AWSPENDING");

  private final String label;

  SecretStage(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
