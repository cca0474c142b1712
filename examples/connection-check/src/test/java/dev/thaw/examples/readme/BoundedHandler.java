package dev.thaw.examples.readme;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.thaw.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Bounds the work of a framework's handler. */
// @start region="bounded"
public final class BoundedHandler implements RequestStreamHandler {
  private final RequestStreamHandler framework = new FrameworkHandler(); // as it is configured

  @Override
  @SuppressWarnings("try")
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    try (Deadline.Scope scope = Deadline.of(context::getRemainingTimeInMillis).enter()) {
      framework.handleRequest(event, answer, context);
    }
  }
}
// @end region="bounded"
