/**
 * AWS Lambda around a handler: AWS's own Java runtime in a JVM of its own, with cold starts, reuse,
 * freezing, timeouts, snapshots and shutdown.
 *
 * <p>Start with a parameter {@link dev.thaw.testing.lambda.LambdaFunction} that is annotated with
 * {@link dev.thaw.testing.lambda.LambdaHandler}, and its {@code invoke}. Without JUnit, {@link
 * dev.thaw.testing.lambda.LambdaFunction#builder(Class)} does the same.
 *
 * @since 0.1.0
 */
package dev.thaw.testing.lambda;
