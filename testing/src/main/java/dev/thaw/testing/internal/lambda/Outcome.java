package dev.thaw.testing.internal.lambda;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an invocation ended.
 *
 * @param requestId its request id
 * @param response the response, null after an error
 * @param failure the error, null after a response
 * @param duration how long the handler took
 * @param log what the environment wrote
 */
public record Outcome(
    String requestId,
    @Nullable String response,
    @Nullable RuntimeFailure failure,
    Duration duration,
    String log) {}
