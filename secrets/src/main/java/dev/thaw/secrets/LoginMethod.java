package dev.thaw.secrets;

/** What {@code DB_AUTH} may name. */
enum LoginMethod {
  /** A token of AWS's IAM in the place of the password. */
  IAM {
    @Override
    public String toString() {
      return "iam";
    }
  }
}
