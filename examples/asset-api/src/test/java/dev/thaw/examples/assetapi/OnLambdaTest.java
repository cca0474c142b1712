package dev.thaw.examples.assetapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.SecretRotation;
import dev.thaw.testing.lambda.ExecutionEnvironment;
import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.LambdaFunction;
import dev.thaw.testing.lambda.LambdaFunctionBuilder;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The API under Lambda's own Java runtime. */
@DatabaseTest(schema = "schema.sql")
class OnLambdaTest {
  private static LambdaFunctionBuilder list(TestSchema schema) {
    return list(schema, Duration.ofSeconds(30));
  }

  private static LambdaFunctionBuilder list(TestSchema schema, Duration timeout) {
    return LambdaFunction.builder(ListAssets.class)
        .timeout(timeout)
        .environment(schema.environment());
  }

  private static Answer answer(Invocation invocation) throws JsonParserException {
    return new Answer(JsonParser.object().from(invocation.response()));
  }

  private static Invocation list(LambdaFunction function) throws InterruptedException {
    return function.invoke(Event.list().toString());
  }

  private static int status(LambdaFunction function) throws Exception {
    return answer(list(function)).status();
  }

  @Test
  void what_one_function_creates_another_one_lists(TestSchema schema) throws Exception {
    try (LambdaFunction create =
            LambdaFunction.builder(CreateAsset.class)
                .timeout(Duration.ofSeconds(30))
                .environment(schema.environment())
                .start();
        LambdaFunction list = list(schema).start()) {
      String event = Event.create(HandlersTest.asset("saw", "S-1")).toString();

      assertThat(answer(create.invoke(event)).status()).isEqualTo(201);
      assertThat(answer(create.invoke(event)).status()).isEqualTo(409);
      assertThat(answer(list(list)).list().getObject(0).getString("name")).isEqualTo("saw");
    }
  }

  @Test
  void warm_invocations_use_the_same_connection_and_do_not_notice_that_a_freeze_killed_it(
      TestSchema schema) throws Exception {
    try (LambdaFunction function = list(schema).start()) {
      assertThat(list(function).coldStart()).isTrue();
      List<Long> connections = schema.connectionIds();

      assertThat(connections).hasSize(1);
      assertThat(list(function).coldStart()).isFalse();
      assertThat(status(function)).isEqualTo(200);
      assertThat(schema.connectionIds()).isEqualTo(connections);

      // Between two invocations the environment stands still.
      assertThat(function.environments()).singleElement().matches(ExecutionEnvironment::isFrozen);
      schema.killConnections();
      assertThat(status(function)).isEqualTo(200);
    }
  }

  @Test
  void four_environments_at_once_have_a_connection_each(TestSchema schema) throws Exception {
    String event = Event.list().toString();
    try (LambdaFunction function = list(schema).start()) {
      List<CompletableFuture<Invocation>> invocations =
          IntStream.range(0, 4).mapToObj(i -> function.invokeAsync(event)).toList();

      for (CompletableFuture<Invocation> invocation : invocations) {
        assertThat(answer(invocation.get()).status()).isEqualTo(200);
      }
      assertThat(function.environments()).hasSize(4);
      assertThat(schema.connectionIds()).hasSize(4);
    }
  }

  @Test
  void a_restored_snapshot_connects_anew(TestSchema schema) throws Exception {
    try (LambdaFunction function = list(schema).snapStart(true).start()) {
      ExecutionEnvironment snapshot = function.snapshot();
      Invocation restored = list(function);

      assertThat(restored.environmentId()).isEqualTo(snapshot.id());
      assertThat(answer(restored).status()).isEqualTo(200);
      assertThat(schema.connectionIds()).hasSize(1);
    }
  }

  @Test
  void a_query_that_outlives_the_deadline_is_answered_before_the_timeout(TestSchema schema)
      throws Exception {
    try (LambdaFunction function = list(schema, Duration.ofSeconds(4)).start()) {
      // The first invocation loads what an answer needs, which may take longer than the reserve.
      assertThat(status(function)).isEqualTo(200);
      ExecutionEnvironment environment = function.environments().get(0);
      try (Connection other = schema.connect();
          Statement statement = other.createStatement()) {
        statement.execute("LOCK TABLES assets WRITE");
        assertThat(status(function)).isEqualTo(503);
      }

      Invocation after = list(function);
      assertThat(answer(after).status()).isEqualTo(200);
      assertThat(after.environmentId()).isEqualTo(environment.id());
    }
  }

  /** Has a schema, and so a password, of its own. */
  @Nested
  @DatabaseTest(schema = "schema.sql", secretsManager = true)
  class WithSecret {
    @Test
    void a_rotation_between_two_invocations_is_not_noticed(
        TestSchema schema, FakeSecretsManager secrets, SecretRotation rotation) throws Exception {
      try (LambdaFunction function =
          LambdaFunction.builder(ListAssets.class)
              .timeout(Duration.ofSeconds(30))
              .environment(secrets.environment())
              .environment("DB_SECRET_NAME", "database")
              .start()) {
        assertThat(status(function)).isEqualTo(200);

        rotation.rotate();
        schema.killConnections();

        assertThat(status(function)).isEqualTo(200);
        assertThat(function.environments()).hasSize(1);
      }
    }
  }
}
