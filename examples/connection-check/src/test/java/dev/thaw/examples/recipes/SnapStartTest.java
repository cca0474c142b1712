package dev.thaw.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thaw.examples.readme.ListAssets;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.lambda.ExecutionEnvironment;
import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.LambdaFunction;
import java.time.Duration;
import org.junit.jupiter.api.Test;

// @start region="snapstart"
@DatabaseTest(schema = "schema.sql")
class SnapStartTest {
  @Test
  void a_restored_function_connects_anew(TestSchema schema) throws Exception {
    try (LambdaFunction function =
        LambdaFunction.builder(ListAssets.class)
            .timeout(Duration.ofSeconds(30))
            .environment(schema.environment())
            .snapStart(true)
            .start()) {
      ExecutionEnvironment snapshot = function.snapshot();
      Invocation restored = function.invoke("{}");
      assertEquals("[]", restored.response());
      assertEquals(snapshot.id(), restored.environmentId());
      assertEquals(1, schema.connectionIds().size());
    }
  }
}
// @end region="snapstart"
