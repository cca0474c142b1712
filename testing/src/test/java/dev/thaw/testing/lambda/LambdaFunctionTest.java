package dev.thaw.testing.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class LambdaFunctionTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private static LambdaFunctionBuilder probe() {
    return LambdaFunction.builder(ProbeFunction.class).timeout(LONG);
  }

  private static String event(String what, String text) {
    return "{\"do\": \"" + what + "\", \"text\": \"" + text + "\"}";
  }

  private static String event(String what) {
    return event(what, "");
  }

  @Test
  void the_first_invocation_is_a_cold_start_and_the_next_uses_the_same_environment()
      throws Exception {
    try (LambdaFunction function = probe().start()) {
      assertThat(function.environments()).isEmpty();

      Invocation cold = function.invoke(event("count"));
      Invocation warm = function.invoke(event("count"));

      assertThat(cold.response()).isEqualTo("1");
      assertThat(cold.coldStart()).isTrue();
      assertThat(cold.initDuration()).isPresent();
      assertThat(cold.logs()).isEqualTo("initialised\n");
      assertThat(warm.response()).isEqualTo("2");
      assertThat(warm.coldStart()).isFalse();
      assertThat(warm.initDuration()).isEmpty();
      assertThat(warm.logs()).isEmpty();
      assertThat(warm.environmentId()).isEqualTo(cold.environmentId());
      assertThat(warm.requestId()).isNotEqualTo(cold.requestId());
      assertThat(function.environments())
          .singleElement()
          .extracting(ExecutionEnvironment::id)
          .isEqualTo(cold.environmentId());
    }
  }

  @Test
  void an_invocation_has_the_logs_that_it_wrote() throws Exception {
    try (LambdaFunction function = probe().start()) {
      function.invoke(event("count"));

      assertThat(function.invoke(event("log", "füi")).logs())
          .isEqualTo("out füi\nerr füi\nlogger füi");
      assertThat(function.invoke(event("log", "two")).logs())
          .isEqualTo("out two\nerr two\nlogger two");
    }
  }

  @Test
  void the_context_is_that_of_lambda() throws Exception {
    try (LambdaFunction function = probe().name("assets").memorySize(256).start()) {
      Invocation invocation = function.invoke(event("context"));

      JsonObject context = JsonParser.object().from(invocation.response());
      assertThat(context.getString("name")).isEqualTo("assets");
      assertThat(context.getString("version")).isEqualTo("$LATEST");
      assertThat(context.getInt("memory")).isEqualTo(256);
      assertThat(context.getInt("remaining")).isBetween(1, (int) LONG.toMillis());
      assertThat(context.getString("arn"))
          .isEqualTo("arn:aws:lambda:us-east-1:123456789012:function:assets");
      assertThat(context.getString("requestId")).isEqualTo(invocation.requestId());
      assertThat(context.getLong("heap")).isLessThan(256L * 1024 * 1024);
    }
  }

  @Test
  void the_environment_variables_are_those_set_and_lambdas_own() throws Exception {
    try (LambdaFunction function =
        probe().environment("DB_HOST", "db").environment("AWS_REGION", "eu-west-1").start()) {
      JsonObject variables =
          JsonParser.object().from(function.invoke(event("environment")).response());

      assertThat(variables)
          .containsEntry("DB_HOST", "db")
          .containsEntry("AWS_REGION", "eu-west-1")
          .containsEntry("AWS_LAMBDA_FUNCTION_NAME", "ProbeFunction")
          .containsEntry("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
          .doesNotContainKeys("HOME", "JAVA_HOME", "USER");
    }
  }

  @Test
  void an_exception_of_the_handler_is_the_error_of_the_invocation_and_the_environment_stays()
      throws Exception {
    try (LambdaFunction function = probe().start()) {
      Invocation failed = function.invoke(event("throw", "on purpose"));

      assertThat(failed.isSuccessful()).isFalse();
      assertThat(failed.error())
          .hasValueSatisfying(
              error -> {
                assertThat(error.type()).isEqualTo("java.lang.IllegalStateException");
                assertThat(error.message()).isEqualTo("on purpose");
                assertThat(error.stackTrace().get(0)).contains("ProbeFunction.handleRequest");
              });
      assertThat(failed.logs()).contains("on purpose");
      assertThatIllegalStateException()
          .isThrownBy(failed::response)
          .withMessageContaining("java.lang.IllegalStateException: on purpose");
      assertThat(function.invoke(event("count")).coldStart()).isFalse();
    }
  }

  @Test
  void after_the_timeout_the_environment_is_killed_and_the_next_invocation_is_a_cold_start()
      throws Exception {
    try (LambdaFunction function =
        LambdaFunction.builder(ProbeFunction.class).timeout(Duration.ofMillis(1500)).start()) {
      ExecutionEnvironment environment = function.initialize();
      Invocation hanging = function.invoke(event("hang"));

      assertThat(hanging.error())
          .hasValueSatisfying(
              error -> {
                assertThat(error.type()).isEqualTo("Sandbox.Timedout");
                assertThat(error.message())
                    .isEqualTo(
                        "RequestId: "
                            + hanging.requestId()
                            + " Error: Task timed out after 1.50 seconds");
              });
      assertThat(hanging.logs()).contains("hanging");
      assertThat(ProcessHandle.of(environment.pid())).isEmpty();
      assertThat(function.environments()).isEmpty();
      assertThat(function.invoke(event("count")).coldStart()).isTrue();
    }
  }

  @Test
  void a_handler_that_ends_its_jvm_is_reported_with_the_exit_status() throws Exception {
    try (LambdaFunction function = probe().start()) {
      Invocation failed = function.invoke(event("exit", "7"));
      assertThat(failed.error())
          .hasValueSatisfying(
              error -> {
                assertThat(error.type()).isEqualTo("Runtime.ExitError");
                assertThat(error.message())
                    .endsWith("Error: Runtime exited with error: exit status 7");
              });
      assertThat(failed.logs()).contains("leaving");

      Invocation silent = function.invoke(event("exit", "0"));
      assertThat(silent.coldStart()).isTrue();
      assertThat(silent.error())
          .hasValueSatisfying(
              error ->
                  assertThat(error.message())
                      .endsWith("Error: Runtime exited without providing a reason"));
    }
  }

  @Test
  void a_handler_that_does_not_exist_or_fails_at_initialisation_is_an_error_of_the_invocation()
      throws Exception {
    try (LambdaFunction function =
        LambdaFunction.builder("com.example.Missing::handleRequest").start()) {
      assertThat(function.invoke("{}").error())
          .hasValueSatisfying(
              error -> {
                assertThat(error.type()).isEqualTo("java.lang.ClassNotFoundException");
                assertThat(error.message()).contains("com.example.Missing");
              });
    }
    try (LambdaFunction function =
        LambdaFunction.builder(HookFunction.class).environment("FAILS", "init").start()) {
      assertThat(function.invoke("\"x\"").error())
          .hasValueSatisfying(error -> assertThat(error.message()).contains("init on purpose"));
      assertThatIllegalStateException()
          .isThrownBy(function::initialize)
          .withMessageContaining("init on purpose");
      assertThat(function.environments()).isEmpty();
    }
  }

  @Test
  void an_environment_stands_still_between_invocations_unless_told_not_to() throws Exception {
    try (LambdaFunction function = probe().start();
        LambdaFunction running = probe().freezeBetweenInvocations(false).start()) {
      function.invoke(event("count"));
      assertThat(function.environments()).singleElement().matches(ExecutionEnvironment::isFrozen);

      running.invoke(event("count"));
      assertThat(running.environments()).singleElement().matches(it -> !it.isFrozen());
    }
  }

  @Test
  void a_frozen_environment_gets_no_invocation_until_it_is_thawed() throws Exception {
    try (LambdaFunction function = probe().start()) {
      ExecutionEnvironment environment = function.initialize();
      environment.freeze();
      assertThat(function.invoke(event("count")).environmentId()).isNotEqualTo(environment.id());

      environment.thaw();
      Invocation thawed = function.invoke(event("count"));
      assertThat(thawed.environmentId()).isEqualTo(environment.id());

      long start = System.nanoTime();
      environment.freeze(Duration.ofMillis(300));
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(300_000_000L);
      assertThat(function.invoke(event("count")).environmentId()).isEqualTo(environment.id());
    }
  }

  @Test
  void a_freeze_in_the_middle_of_an_invocation_does_not_stop_its_timeout() throws Exception {
    try (LambdaFunction function =
        LambdaFunction.builder(ProbeFunction.class).timeout(Duration.ofMillis(1500)).start()) {
      ExecutionEnvironment environment = function.initialize();
      CompletableFuture<Invocation> hanging = function.invokeAsync(event("hang"));
      environment.freeze();

      assertThat(hanging.get().error())
          .hasValueSatisfying(error -> assertThat(error.type()).isEqualTo("Sandbox.Timedout"));
      assertThat(environment.isAlive()).isFalse();
    }
  }

  @Test
  void several_invocations_at_once_have_an_environment_each() throws Exception {
    try (LambdaFunction function = probe().start()) {
      List<CompletableFuture<Invocation>> futures =
          IntStream.range(0, 4).mapToObj(i -> function.invokeAsync(event("count"))).toList();
      List<Invocation> invocations = futures.stream().map(CompletableFuture::join).toList();

      assertThat(invocations)
          .allSatisfy(invocation -> assertThat(invocation.response()).isEqualTo("1"));
      assertThat(invocations).extracting(Invocation::environmentId).doesNotHaveDuplicates();
      assertThat(function.environments()).hasSize(4);
      assertThat(function.invoke(event("count")).response()).isEqualTo("2");
      assertThat(function.environments()).hasSize(4);
    }
  }

  @Test
  @SuppressWarnings("try") // closing ends the invocation
  void more_than_the_reserved_concurrency_is_rejected() throws Exception {
    try (LambdaFunction function = probe().reservedConcurrency(1).start()) {
      function.initialize();
      CompletableFuture<Invocation> hanging = function.invokeAsync(event("hang"));

      assertThatExceptionOfType(RejectedExecutionException.class)
          .isThrownBy(() -> function.invoke(event("count")))
          .withMessageStartingWith("Rate Exceeded: function ProbeFunction");

      function.close();
      assertThat(hanging.get().error())
          .hasValueSatisfying(error -> assertThat(error.type()).isEqualTo("Runtime.ExitError"));
    }
  }

  @Test
  void with_snapstart_the_hooks_run_before_the_snapshot_and_after_the_restore() throws Exception {
    try (LambdaFunction function =
        LambdaFunction.builder(HookFunction.class).timeout(LONG).snapStart(true).start()) {
      ExecutionEnvironment snapshot = function.snapshot();
      assertThat(snapshot.isSnapshot()).isTrue();
      assertThat(snapshot.isFrozen()).isTrue();

      assertThat(snapshot.restore().isSnapshot()).isFalse();
      Invocation warm = function.invoke("\"x\"");
      assertThat(warm.response()).isEqualTo("\"x\"");
      assertThat(warm.coldStart()).isFalse();
      assertThat(warm.logs()).isEqualTo("hook before\nhook after\n");

      snapshot.close();
      ExecutionEnvironment second = function.snapshot();
      Invocation restored = function.invoke("\"y\"");
      assertThat(restored.environmentId()).isEqualTo(second.id());
      assertThat(restored.coldStart()).isTrue();
      assertThat(restored.initDuration()).isEmpty();
      assertThat(restored.restoreDuration()).isPresent();
      assertThatIllegalStateException()
          .isThrownBy(second::restore)
          .withMessageContaining("is no snapshot");
    }
  }

  @Test
  void with_snapstart_the_keys_of_the_role_are_no_variables_but_can_be_asked_for()
      throws Exception {
    try (LambdaFunction function =
        probe().snapStart(true).environment("AWS_ACCESS_KEY_ID", "AKIAROLE").start()) {
      function.snapshot();
      JsonObject variables =
          JsonParser.object().from(function.invoke(event("environment")).response());
      assertThat(variables)
          .doesNotContainKeys("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");

      URI address = URI.create(variables.getString("AWS_CONTAINER_CREDENTIALS_FULL_URI"));
      String token = variables.getString("AWS_CONTAINER_AUTHORIZATION_TOKEN");
      HttpURLConnection keys = get(address, token);
      assertThat(keys.getResponseCode()).isEqualTo(200);
      JsonObject role = JsonParser.object().from(keys.getInputStream());
      assertThat(role).containsEntry("AccessKeyId", "AKIAROLE").containsKey("SecretAccessKey");
      assertThat(Instant.parse(role.getString("Expiration"))).isAfter(Instant.now());
      assertThat(get(address, "another").getResponseCode()).isEqualTo(404);
    }
  }

  private static HttpURLConnection get(URI address, String token) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setRequestProperty("Authorization", token);
    return connection;
  }

  @Test
  void hooks_that_fail_are_reported() throws Exception {
    try (LambdaFunction function =
        LambdaFunction.builder(HookFunction.class)
            .snapStart(true)
            .environment("FAILS", "before")
            .start()) {
      assertThatIllegalStateException()
          .isThrownBy(function::snapshot)
          .withMessageContaining("cannot be initialised")
          .withMessageContaining("before on purpose");
    }
    try (LambdaFunction function =
        LambdaFunction.builder(HookFunction.class)
            .snapStart(true)
            .environment("FAILS", "after")
            .start()) {
      ExecutionEnvironment snapshot = function.snapshot();
      assertThatIllegalStateException()
          .isThrownBy(snapshot::restore)
          .withMessageContaining("cannot be restored")
          .withMessageContaining("after on purpose");
      assertThat(snapshot.isAlive()).isFalse();
      assertThat(function.invoke("\"x\"").error()).isPresent();
    }
  }

  @Test
  void close_leaves_no_process() throws Exception {
    LambdaFunction function = probe().start();
    ExecutionEnvironment first = function.initialize();
    ExecutionEnvironment second = function.initialize();
    second.freeze();

    function.close();
    function.close();

    assertThat(ProcessHandle.of(first.pid())).isEmpty();
    assertThat(ProcessHandle.of(second.pid())).isEmpty();
    assertThatIllegalStateException()
        .isThrownBy(() -> function.invoke("{}"))
        .withMessage("function ProbeFunction is closed");
    await().until(() -> function.environments().isEmpty());
  }

  @Test
  void wrong_use_is_refused_with_the_allowed_values() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LambdaFunction.builder("not a handler"))
        .withMessageContaining("handler is \"not a handler\", allowed is a class");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> probe().memorySize(64))
        .withMessage("memorySize is 64, allowed are 128 to 10240 (megabytes)");
    assertThatIllegalStateException()
        .isThrownBy(() -> probe().timeout(LONG))
        .withMessage("timeout is set already");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> probe().environment("AWS_LAMBDA_RUNTIME_API", "x"))
        .withMessageContaining("AWS_LAMBDA_RUNTIME_API");
    try (LambdaFunction function = probe().start()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> function.invoke("{"))
          .withMessageStartingWith("event is not JSON");
      assertThatIllegalStateException()
          .isThrownBy(function::snapshot)
          .withMessageContaining("snapStart(true)");
    }
  }
}
