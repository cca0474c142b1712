package dev.thaw.examples.local.gateway;

import dev.thaw.testing.lambda.LambdaFunction;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/** Sends each request to the function of its route. Thread-safe. */
public final class Gateway {
  private final Map<Route, LambdaFunction> routes;

  /**
   * Creates a gateway.
   *
   * @param routes the function of each route
   */
  public Gateway(Map<Route, LambdaFunction> routes) {
    this.routes = Map.copyOf(routes);
  }

  /**
   * Answers a request.
   *
   * @param request the request
   * @return the function's response, or an error as API Gateway answers it
   * @throws InterruptedException if the calling thread is interrupted
   */
  public Response answer(Request request) throws InterruptedException {
    for (Map.Entry<Route, LambdaFunction> entry : routes.entrySet()) {
      Optional<Map<String, String>> parameters;
      try {
        parameters = entry.getKey().match(request);
      } catch (IllegalArgumentException e) {
        return Response.message(400, "Bad Request"); // a path that cannot be decoded
      }
      if (parameters.isPresent()) {
        String event = HttpApiEvent.of(request, entry.getKey(), parameters.get(), Instant.now());
        try {
          return Response.of(entry.getValue().invoke(event));
        } catch (RejectedExecutionException e) {
          return Response.message(503, "Service Unavailable");
        }
      }
    }
    return Response.message(404, "Not Found");
  }
}
