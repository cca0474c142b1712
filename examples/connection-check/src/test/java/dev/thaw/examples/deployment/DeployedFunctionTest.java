package dev.thaw.examples.deployment;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.SecretsManagerOperation;
import dev.thaw.testing.lambda.ExecutionEnvironment;
import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.LambdaFunction;
import dev.thaw.testing.lambda.LambdaHandler;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A function with a secret, on the class path that a project has. {@code .ci/consumer} runs it with
 * the dependencies of README alone, and with those that leave AWS's SDK out.
 */
@DatabaseTest(secretsManager = true)
class DeployedFunctionTest {

  @Test
  void a_cold_start_reads_the_secret_and_connects(
      @LambdaHandler(WarmFunction.class) LambdaFunction function,
      FakeSecretsManager secretsManager,
      TestSchema schema)
      throws Exception {
    int before = secretsManager.calls(SecretsManagerOperation.GET_SECRET_VALUE);
    Invocation invocation = function.invoke("{}");
    assertTrue(invocation.isSuccessful(), invocation::toString);
    assertEquals(List.of(Long.valueOf(invocation.response())), schema.connectionIds());
    assertEquals(before + 1, secretsManager.calls(SecretsManagerOperation.GET_SECRET_VALUE));
  }

  @Test
  void a_snapshot_has_no_connection_and_the_restored_function_connects_anew(
      @LambdaHandler(value = WarmFunction.class, snapStart = true) LambdaFunction function,
      TestSchema schema)
      throws Exception {
    ExecutionEnvironment snapshot = function.snapshot();
    await().until(() -> schema.connectionIds().isEmpty());
    Invocation restored = function.invoke("{}");
    assertTrue(restored.isSuccessful(), restored::toString);
    assertEquals(snapshot.id(), restored.environmentId());
    assertEquals(List.of(Long.valueOf(restored.response())), schema.connectionIds());
  }
}
