package dev.thaw.examples.springboot;

import static dev.thaw.testing.ThawAssertions.assertThat;
import static dev.thaw.testing.ThawAssertions.noSecretsIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.aws.SecretRotation;
import dev.thaw.testing.lambda.ExecutionEnvironment;
import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.LambdaFunction;
import dev.thaw.testing.lambda.LambdaHandler;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** The application under Lambda's own Java runtime, its login in Secrets Manager. */
@DatabaseTest(secretsManager = true)
class OnLambdaTest {

  @Test
  void a_snapshot_a_rotation_and_a_lock_are_no_event_or_an_error_in_time(
      @LambdaHandler(
              value = BoundedFunction.class,
              timeoutSeconds = 8,
              snapStart = true,
              environment = "MAIN_CLASS=dev.thaw.examples.springboot.AssetApplication")
          LambdaFunction function,
      SecretRotation rotation,
      DatabaseServer server,
      TestSchema schema)
      throws Exception {
    ExecutionEnvironment snapshot = function.snapshot();
    assertThat(schema.connectionIds()).isEmpty();

    rotation.rotate();
    Invocation restored = function.invoke("{\"name\": \"saw\"}");
    assertThat(restored).isColdStart().hasResponse("[\"saw\"]");
    assertThat(restored.environmentId()).isEqualTo(snapshot.id());

    rotation.rotate();
    schema.killConnections(); // so that the old password is tried
    Invocation warm = function.invoke("{\"name\": \"drill\"}");
    assertThat(warm).isWarmStart().hasResponse("[\"drill\",\"saw\"]");

    Invocation late;
    try (Connection other = server.connect();
        Statement statement = other.createStatement()) {
      statement.execute("LOCK TABLES " + schema.name() + ".asset WRITE");
      late = function.invoke("{\"name\": \"plane\"}");
    }
    assertThat(late).isWarmStart().hasError("org.springframework.dao.QueryTimeoutException");

    Invocation after = function.invoke("{\"name\": \"plane\"}");
    assertThat(after).isWarmStart().hasResponse("[\"plane\",\"drill\",\"saw\"]");
    noSecretsIn(restored.logs());
    noSecretsIn(warm.logs());
    noSecretsIn(late.logs());
  }
}
