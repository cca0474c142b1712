package dev.thaw.secrets;

import dev.thaw.Deadline;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the keys of the function's role come from. Thread-safe. */
@FunctionalInterface
interface RoleKeys {
  /**
   * Returns the keys to sign with now.
   *
   * @param deadline bounds everything that the call does
   * @throws SQLException as that of a credentials source
   */
  AwsKeys keys(Deadline deadline) throws SQLException;

  /** Forgets all keys; the next call obtains them anew. */
  default void forget() {}

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
}
