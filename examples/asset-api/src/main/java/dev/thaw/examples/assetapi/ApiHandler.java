package dev.thaw.examples.assetapi;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.thaw.Deadline;
import dev.thaw.examples.assetapi.assets.AssetRepository;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.SQLException;

/** What all routes share: events, CORS, and the answers to what goes wrong. */
public abstract class ApiHandler implements RequestStreamHandler {
  final AssetRepository assets;
  private final String method;
  private final Cors cors;

  ApiHandler(String method, AssetRepository assets, Cors cors) {
    this.assets = assets;
    this.method = method;
    this.cors = cors;
  }

  /**
   * Answers a request of the handler's method.
   *
   * @throws InvalidRequestException for the answer 400
   * @throws SQLException for the answer 503 or 500
   */
  abstract APIGatewayV2HTTPResponse answer(APIGatewayV2HTTPEvent event, Deadline deadline)
      throws InvalidRequestException, SQLException;

  @Override
  public final void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    String origin = "";
    APIGatewayV2HTTPResponse response;
    try {
      APIGatewayV2HTTPEvent event = Events.read(input);
      origin = event.getHeaders().getOrDefault("Origin", "");
      response = route(event, context);
    } catch (InvalidRequestException e) {
      response = e.response();
    }
    response.getHeaders().putAll(cors.headers(origin));
    Events.write(response, output);
  }

  private APIGatewayV2HTTPResponse route(APIGatewayV2HTTPEvent event, Context context)
      throws InvalidRequestException {
    String sent = event.getRequestContext().getHttp().getMethod();
    if (sent.equals("OPTIONS")) {
      return cors.preflight(method);
    }
    if (!sent.equals(method)) {
      APIGatewayV2HTTPResponse response =
          Responses.failure(405, "This route takes " + method + " only");
      response.getHeaders().put("Allow", method + ", OPTIONS");
      return response;
    }
    try {
      return answer(event, Deadline.of(context::getRemainingTimeInMillis));
    } catch (SQLException e) {
      return Failures.of(e, context.getAwsRequestId());
    } catch (RuntimeException e) {
      return Failures.internal(e, context.getAwsRequestId());
    }
  }
}
