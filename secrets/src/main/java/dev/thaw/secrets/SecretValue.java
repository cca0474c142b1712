package dev.thaw.secrets;

import dev.thaw.internal.util.Line;
import org.jspecify.annotations.Nullable;

/** One version of a secret as it was read, not yet parsed. */
final class SecretValue {
  private final @Nullable String version;
  private final String text;

  SecretValue(@Nullable String version, String text) {
    // It is shown in messages and logs, and comes from outside.
    this.version = version == null ? null : Line.of(version);
    this.text = text;
  }

  @Nullable String version() {
    return version;
  }

  String text() {
    return text;
  }

  @Override
  public String toString() {
    return "SecretValue[version=" + version + ", text=***]";
  }
}
