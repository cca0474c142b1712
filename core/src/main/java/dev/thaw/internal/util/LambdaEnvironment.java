package dev.thaw.internal.util;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells whether a process is a function of AWS Lambda, by its variables. */
public final class LambdaEnvironment {
  private LambdaEnvironment() {}

  /**
   * Returns whether the variables are those of AWS Lambda: the name of a function or the address of
   * the runtime API is set, or a managed runtime.
   *
   * <p>"Defined runtime environment variables" in AWS's Lambda documentation. ECS, CodeBuild and
   * CloudShell set {@code AWS_EXECUTION_ENV} too, to other values; AWS's images for functions set
   * {@code LAMBDA_TASK_ROOT} wherever they run.
   */
  public static boolean isLambda(Map<String, String> variables) {
    return isSet(variables.get("AWS_LAMBDA_FUNCTION_NAME"))
        || isSet(variables.get("AWS_LAMBDA_RUNTIME_API"))
        || startsWith(variables.get("AWS_EXECUTION_ENV"), "AWS_Lambda_");
  }

  private static boolean isSet(@Nullable String value) {
    return value != null && !value.isEmpty();
  }

  private static boolean startsWith(@Nullable String value, String start) {
    return value != null && value.startsWith(start);
  }
}
