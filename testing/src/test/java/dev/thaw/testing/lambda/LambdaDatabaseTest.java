package dev.thaw.testing.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A function that uses the database, under Lambda's own runtime. */
@DatabaseTest
class LambdaDatabaseTest {

  private static LambdaFunctionBuilder function(TestSchema schema) {
    return LambdaFunction.builder(QueryFunction.class)
        .timeout(Duration.ofSeconds(60))
        .environment(schema.environment());
  }

  @Test
  void a_warm_invocation_uses_the_connection_of_the_cold_start(TestSchema schema) throws Exception {
    try (LambdaFunction function = function(schema).start()) {
      long first = Long.parseLong(function.invoke("{}").response());

      assertThat(schema.connectionIds()).containsExactly(first);
      assertThat(function.invoke("{}").response()).isEqualTo(String.valueOf(first));
    }
    await().until(() -> schema.connectionIds().isEmpty());
  }

  @Test
  void connections_killed_during_the_freeze_are_replaced(TestSchema schema) throws Exception {
    try (LambdaFunction function = function(schema).start()) {
      long first = Long.parseLong(function.invoke("{}").response());
      schema.killConnections();

      assertThat(Long.parseLong(function.invoke("{}").response())).isNotEqualTo(first);
    }
  }

  @Test
  void a_snapshot_has_no_connection_and_the_restore_connects_anew(TestSchema schema)
      throws Exception {
    try (LambdaFunction function = function(schema).snapStart(true).start()) {
      ExecutionEnvironment snapshot = function.snapshot();
      await().until(() -> schema.connectionIds().isEmpty());

      Invocation restored = function.invoke("{}");
      assertThat(restored.coldStart()).isTrue();
      assertThat(restored.environmentId()).isEqualTo(snapshot.id());
      assertThat(schema.connectionIds()).containsExactly(Long.parseLong(restored.response()));
    }
  }
}
