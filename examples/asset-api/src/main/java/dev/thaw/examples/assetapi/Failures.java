package dev.thaw.examples.assetapi;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.thaw.FailureKind;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client hears of a failure. The reason goes to the log, under the request id that the
 * client gets.
 */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final String RETRY_AFTER_SECONDS = "1";

  private Failures() {}

  /** Returns 503 for what may work a moment later, otherwise 500. */
  static APIGatewayV2HTTPResponse of(SQLException failure, String requestId) {
    if (!isTransient(failure)) {
      return internal(failure, requestId);
    }
    LOG.warn("Request {}: the database is not available, answered 503", requestId, failure);
    APIGatewayV2HTTPResponse response =
        Responses.failure(503, "The database is not available", Map.of("requestId", requestId));
    response.getHeaders().put("Retry-After", RETRY_AFTER_SECONDS);
    return response;
  }

  static APIGatewayV2HTTPResponse internal(Exception failure, String requestId) {
    LOG.error("Request {} failed, answered 500", requestId, failure);
    return Responses.failure(500, "Internal error", Map.of("requestId", requestId));
  }

  private static boolean isTransient(SQLException failure) {
    return switch (FailureKind.of(failure)) {
      case TOO_MANY_CONNECTIONS, UNREACHABLE, BROKEN, READ_ONLY, TIMEOUT -> true;
      // Also a deadlock: its transaction was rolled back and may be sent again.
      case OTHER -> failure instanceof SQLTransientException;
      case CREDENTIALS_REFUSED, SCHEMA_REFUSED -> false;
    };
  }
}
