package dev.thaw.testing.lambda;

import static java.util.Objects.requireNonNull;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What {@link LambdaFunctionTest} runs as a Lambda function: it does what the event says. */
@SuppressWarnings("exports") // public for the runtime only
public final class ProbeFunction implements RequestHandler<Map<String, String>, Object> {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Called by the runtime. */
  @SuppressWarnings("SystemOut") // its log
  public ProbeFunction() {
    System.out.println("initialised");
  }

  @Override
  @SuppressWarnings("SystemOut") // its log
  public @Nullable Object handleRequest(Map<String, String> event, Context context) {
    return switch (requireNonNull(event.get("do"))) {
      case "count" -> COUNT.incrementAndGet();
      case "log" -> {
        System.out.println("out " + event.get("text"));
        System.err.println("err " + event.get("text"));
        context.getLogger().log("logger " + event.get("text"));
        yield null;
      }
      case "context" ->
          Map.of(
              "name", context.getFunctionName(),
              "version", context.getFunctionVersion(),
              "memory", context.getMemoryLimitInMB(),
              "remaining", context.getRemainingTimeInMillis(),
              "arn", context.getInvokedFunctionArn(),
              "requestId", context.getAwsRequestId(),
              "heap", Runtime.getRuntime().maxMemory());
      case "environment" -> new TreeMap<>(System.getenv());
      case "throw" -> throw new IllegalStateException(event.get("text"));
      case "exit" -> {
        System.out.println("leaving");
        System.exit(Integer.parseInt(event.get("text")));
        yield null;
      }
      case "hang" -> hang();
      default -> throw new IllegalArgumentException("cannot " + event.get("do"));
    };
  }

  @SuppressWarnings("SystemOut") // its log
  private static Object hang() {
    System.out.println("hanging");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "interrupted";
  }
}
