package dev.thaw.examples.springboot;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.thaw.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.springframework.cloud.function.adapter.aws.FunctionInvoker;

/** The handler: Spring Cloud Function, within the deadline of the invocation. */
// @start region="handler"
public final class BoundedFunction implements RequestStreamHandler {
  private final RequestStreamHandler spring = new FunctionInvoker(); // starts the application

  @Override
  @SuppressWarnings("try")
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    // Spring needs longer for its answer after a timeout than Thaw's reserve of 250 ms.
    Deadline deadline =
        Deadline.of(context::getRemainingTimeInMillis).withReserve(Duration.ofSeconds(1));
    try (Deadline.Scope scope = deadline.enter()) {
      spring.handleRequest(event, answer, context);
    }
  }
}
// @end region="handler"
