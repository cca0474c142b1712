package dev.thaw.examples.recipes;

import static dev.thaw.testing.ThawAssertions.assertThat;
import static dev.thaw.testing.ThawAssertions.noSecretsIn;

import dev.thaw.examples.readme.ListAssets;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.LambdaFunction;
import dev.thaw.testing.lambda.LambdaHandler;
import org.junit.jupiter.api.Test;

// @start region="function"
@DatabaseTest(schema = "schema.sql")
class FunctionTest {
  @Test
  void a_killed_connection_is_no_error(
      @LambdaHandler(ListAssets.class) LambdaFunction function, TestSchema schema)
      throws Exception {
    assertThat(function.invoke("{}")).isColdStart().hasResponse("[]");
    schema.killConnections(); // while the environment is frozen
    Invocation warm = function.invoke("{}");
    assertThat(warm).isWarmStart().hasResponse("[]");
    noSecretsIn(warm.logs());
  }
}
// @end region="function"
