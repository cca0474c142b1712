package dev.thaw.examples.local.playground;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.thaw.testing.lambda.Invocation;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in one line why a request failed. */
final class FailureText {
  // The first exception below the line that the handler logs.
  private static final Pattern EXCEPTION =
      Pattern.compile("(?m)^(?:Caused by: )?(?:[\\w$]+\\.)+(\\w*(?:Exception|Error): .+)$");

  private FailureText() {}

  static String of(Invocation invocation, APIGatewayV2HTTPResponse response) {
    Matcher logged = EXCEPTION.matcher(invocation.logs());
    if (invocation.error().isPresent()) {
      return invocation.error().get().toString();
    }
    return logged.find() ? logged.group(1) : response.getBody();
  }
}
