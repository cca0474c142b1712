package dev.thaw.secrets;

import java.util.Locale;

/** What {@code DB_SECRET_SOURCE} may name. */
enum SecretService {
  /** The AWS Parameters and Secrets Lambda Extension. */
  EXTENSION,
  /** Secrets Manager itself. */
  SECRETSMANAGER;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
