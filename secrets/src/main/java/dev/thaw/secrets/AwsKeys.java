package dev.thaw.secrets;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a request to AWS is signed with.
 *
 * @param accessKeyId whose signature it is
 * @param secretAccessKey the key to sign with
 * @param sessionToken the session's token; {@code null} for lasting keys
 * @param expiry from when AWS no longer takes them; {@code null} if that is not known
 */
record AwsKeys(
    String accessKeyId,
    String secretAccessKey,
    @Nullable String sessionToken,
    @Nullable Instant expiry) {

  /**
   * Returns the keys that AWS Lambda sets as variables, or {@code null} where it sets none or where
   * AWS's SDK would prefer others, those of system properties.
   *
   * <p>AWS Lambda, "Defined runtime environment variables". They stay the same as long as the
   * execution environment lives.
   */
  static @Nullable AwsKeys inLambda(Map<String, String> variables) {
    String id = text(variables, "AWS_ACCESS_KEY_ID");
    String secret = text(variables, "AWS_SECRET_ACCESS_KEY");
    return id == null
            || secret == null
            || text(variables, "AWS_LAMBDA_FUNCTION_NAME") == null
            || System.getProperty("aws.accessKeyId") != null
        ? null
        : new AwsKeys(id, secret, text(variables, "AWS_SESSION_TOKEN"), null);
  }

  private static @Nullable String text(Map<String, String> variables, String name) {
    String value = variables.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  @Override
  public String toString() {
    return "AwsKeys[***]";
  }
}
