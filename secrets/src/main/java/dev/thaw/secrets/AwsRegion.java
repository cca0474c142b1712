package dev.thaw.secrets;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The AWS region that a secret is asked for in. */
final class AwsRegion {
  static final String ALLOWED = "names like eu-central-1";
  static final String VARIABLE = "AWS_REGION";

  // As in the helper that Thaw succeeds.
  private static final String DEFAULT = "us-east-1";
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{2,40}");

  private AwsRegion() {}

  static boolean isAllowed(String value) {
    return NAME.matcher(value).matches();
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
