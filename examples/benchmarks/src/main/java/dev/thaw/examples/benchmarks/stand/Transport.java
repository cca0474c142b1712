package dev.thaw.examples.benchmarks.stand;

import java.util.Locale;

/** How Secrets Manager is spoken to; the Lambda extension always speaks plain HTTP. */
public enum Transport {
  /** Plain text; not what happens in production. */
  HTTP,
  /** TLS with a certificate, as in production. */
  HTTPS;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
