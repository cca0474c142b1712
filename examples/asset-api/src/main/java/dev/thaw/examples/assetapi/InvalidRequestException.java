package dev.thaw.examples.assetapi;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.util.Map;

/** Says that a request is the client's mistake, and what the client hears of it. */
final class InvalidRequestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient APIGatewayV2HTTPResponse response;

  InvalidRequestException(String error) {
    super(error);
    this.response = Responses.failure(400, error);
  }

  /** Creates the exception for fields that are wrong, with a message for each. */
  InvalidRequestException(Map<String, String> fields) {
    super("Wrong: " + String.join(", ", fields.keySet()));
    this.response = Responses.wrongFields(400, "The request is not valid", fields);
  }

  APIGatewayV2HTTPResponse response() {
    return response;
  }
}
