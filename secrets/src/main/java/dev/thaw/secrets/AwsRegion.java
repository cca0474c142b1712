package dev.thaw.secrets;

import dev.thaw.internal.util.Flaw;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The AWS region that a secret is asked for in. */
final class AwsRegion {
  private static final String ALLOWED = "names like eu-central-1";

  // As in the helper that Thaw succeeds.
  private static final String DEFAULT = "us-east-1";
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{2,40}");

  private AwsRegion() {}

  /** Returns what is wrong with a region's name, or {@code null}. */
  static @Nullable Flaw flaw(String value) {
    return NAME.matcher(value).matches() ? null : Flaw.of(ALLOWED);
  }

  /** Returns the region of the secret's ARN, else the one that is set, else {@code us-east-1}. */
  static String of(String secretId, @Nullable String set) {
    String region = SecretId.region(secretId);
    if (region != null) {
      return region;
    }
    return set == null ? DEFAULT : set;
  }
}
