package dev.thaw.examples.assetapi;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.thaw.Deadline;
import dev.thaw.examples.assetapi.http.ApiRequest;
import dev.thaw.examples.assetapi.http.ApiResponse;
import dev.thaw.examples.assetapi.http.Cors;
import dev.thaw.examples.assetapi.http.EventReader;
import dev.thaw.examples.assetapi.http.InvalidRequestException;
import dev.thaw.examples.assetapi.http.MalformedEventException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.Map;

/** What all routes share: events, CORS, and the answers to what goes wrong. */
public abstract class ApiHandler implements RequestStreamHandler {
  private final String method;
  private final Cors cors;

  ApiHandler(String method, Cors cors) {
    this.method = method;
    this.cors = cors;
  }

  /** Returns what the variable {@code CORS_ALLOW_ORIGIN} says. */
  static Cors corsOfEnvironment() {
    return Cors.of(System.getenv("CORS_ALLOW_ORIGIN"));
  }

  /**
   * Answers a request of the handler's method.
   *
   * @throws InvalidRequestException for the answer 400
   * @throws SQLException for the answer 503 or 500
   */
  abstract ApiResponse answer(ApiRequest request, Deadline deadline)
      throws InvalidRequestException, SQLException;

  @Override
  public final void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    String origin = "";
    ApiResponse response;
    try {
      ApiRequest request = EventReader.read(input);
      origin = request.header("Origin").orElse("");
      response = route(request, context);
    } catch (MalformedEventException e) {
      response =
          ApiResponse.failure(
              400, "This is not an event of API Gateway: " + e.getMessage(), Map.of());
    }
    response.with(cors.headers(origin)).writeTo(output);
  }

  private ApiResponse route(ApiRequest request, Context context) {
    if (request.method().equals("OPTIONS")) {
      return cors.preflight(method);
    }
    if (!request.method().equals(method)) {
      return ApiResponse.failure(405, "This route takes " + method + " only", Map.of())
          .with("Allow", method + ", OPTIONS");
    }
    try {
      return answer(request, Deadline.of(context::getRemainingTimeInMillis));
    } catch (InvalidRequestException e) {
      return ApiResponse.wrongFields(400, "The request is not valid", e.fields());
    } catch (SQLException e) {
      return Failures.of(e, context.getAwsRequestId());
    } catch (RuntimeException e) {
      return Failures.internal(e, context.getAwsRequestId());
    }
  }
}
