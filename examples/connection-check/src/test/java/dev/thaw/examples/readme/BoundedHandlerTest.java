package dev.thaw.examples.readme;

import static dev.thaw.testing.ThawAssertions.assertThat;

import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.lambda.LambdaFunction;
import dev.thaw.testing.lambda.LambdaHandler;
import org.junit.jupiter.api.Test;

@DatabaseTest
class BoundedHandlerTest {
  @Test
  void a_query_behind_a_data_source_ends_before_the_invocation_does(
      @LambdaHandler(value = BoundedHandler.class, timeoutSeconds = 8) LambdaFunction function)
      throws Exception {
    assertThat(function.invoke("{}")).isColdStart().hasResponse("\"timed out\"");
  }
}
