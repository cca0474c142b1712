package dev.thaw.testing.lambda;

import static dev.thaw.testing.ThawAssertions.assertThat;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.testing.DatabaseExtension;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.EngineRun;
import dev.thaw.testing.Isolation;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.ThawAssertions;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A Lambda function as a parameter of a test. */
class LambdaHandlerTest {
  private static final AtomicReference<LambdaFunction> LAST = new AtomicReference<>();

  @Test
  void it_needs_no_database_and_is_closed_after_the_test() throws Throwable {
    assertThat(EngineRun.of(WithoutDatabase.class).succeeded()).isEqualTo(1);
    assertThatThrownBy(() -> requireNonNull(LAST.get()).invoke("{}"))
        .hasMessageEndingWith("is closed");
  }

  static class WithoutDatabase {
    @Test
    void has_what_the_annotation_says(
        @LambdaHandler(
                value = ProbeFunction.class,
                memorySize = 256,
                environment = {"GREETING=a=b", "EMPTY="})
            LambdaFunction function)
        throws Exception {
      LAST.set(function);
      Invocation first = function.invoke("{\"do\": \"context\"}");
      assertThat(first).isColdStart();
      assertThat(first.response()).contains("\"memory\":256");
      Invocation second = function.invoke("{\"do\": \"environment\"}");
      assertThat(second).isWarmStart();
      assertThat(second.response()).contains("\"GREETING\":\"a=b\"", "\"EMPTY\":\"\"");
      assertThat(second.response()).doesNotContain("DB_HOST");
    }
  }

  @Nested
  @DatabaseTest
  class WithDatabase {
    @Test
    void it_finds_the_schema(
        @LambdaHandler(QueryFunction.class) LambdaFunction function, TestSchema schema)
        throws Exception {
      Invocation invocation = function.invoke("{}");
      assertThat(invocation).isColdStart().hasResponse(schema.connectionIds().get(0).toString());
      ThawAssertions.noSecretsIn(invocation.logs());
    }

    @Test
    void the_annotation_s_variables_win(
        @LambdaHandler(value = ProbeFunction.class, environment = "DB_NAME=other")
            LambdaFunction function)
        throws Exception {
      assertThat(function.invoke("{\"do\": \"environment\"}").response())
          .contains("\"DB_NAME\":\"other\"", "\"DB_USER\":\"");
    }

    @Nested
    class Inside {
      @Test
      void a_nested_class_has_it_too(
          @LambdaHandler(QueryFunction.class) LambdaFunction function, TestSchema schema)
          throws Exception {
        assertThat(function.invoke("{}")).hasResponse(schema.connectionIds().get(0).toString());
      }
    }
  }

  @Nested
  class WithField {
    @RegisterExtension final DatabaseExtension database = DatabaseExtension.builder().build();

    private LambdaFunction prepared;

    @BeforeEach
    void prepare(@LambdaHandler(value = QueryFunction.class, snapStart = true) LambdaFunction it)
        throws InterruptedException {
      prepared = it;
      ExecutionEnvironment unused = it.snapshot();
    }

    @Test
    void lifecycle_methods_share_the_function_with_the_same_settings(
        @LambdaHandler(value = QueryFunction.class, snapStart = true) LambdaFunction same,
        @LambdaHandler(QueryFunction.class) LambdaFunction another)
        throws InterruptedException {
      assertThat(same).isSameAs(prepared).isNotSameAs(another);
      assertThat(same.invoke("{}").restoreDuration()).isPresent();
    }
  }

  @Test
  void an_invocation_that_ended_otherwise_fails_with_its_log() throws Exception {
    try (LambdaFunction function = LambdaFunction.builder(ProbeFunction.class).start()) {
      Invocation cold = function.invoke("{\"do\": \"log\", \"text\": \"seen\"}");
      assertThat(cold).isColdStart().hasResponse("null");
      assertThatThrownBy(() -> assertThat(cold).isWarmStart())
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("a warm start")
          .hasMessageContaining("out seen");
      assertThatThrownBy(() -> assertThat(cold).hasResponse("1"))
          .isInstanceOf(AssertionError.class);
      assertThatThrownBy(() -> assertThat(cold).hasError("java.lang.IllegalStateException"))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("but found none");

      Invocation failed = function.invoke("{\"do\": \"throw\", \"text\": \"no\"}");
      assertThat(failed).isWarmStart().hasError("java.lang.IllegalStateException");
      assertThatThrownBy(() -> assertThat(failed).isColdStart()).isInstanceOf(AssertionError.class);
      assertThatThrownBy(() -> assertThat(failed).hasResponse("1"))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("IllegalStateException");
    }
  }

  @Test
  void a_parameter_without_handler_is_named_with_the_cure() {
    assertFails(
        NoHandler.class,
        "parameter function of NoHandler.never_runs has the type LambdaFunction and no handler:"
            + " annotate it with @LambdaHandler(YourHandler.class)");
  }

  @DatabaseTest
  static class NoHandler {
    @Test
    void never_runs(LambdaFunction function) {}
  }

  @Test
  void a_handler_on_another_type_is_named_with_the_cure() {
    assertFails(
        WrongType.class,
        "parameter name of WrongType.never_runs cannot be made: it has @LambdaHandler and the type"
            + " String: declare it as LambdaFunction");
  }

  static class WrongType {
    @Test
    void never_runs(@LambdaHandler(ProbeFunction.class) String name) {}
  }

  @Test
  void a_class_that_is_no_handler_is_named() {
    assertFails(
        NoFunction.class,
        "@LambdaHandler names java.lang.String, which is no class with a public method"
            + " handleRequest");
  }

  static class NoFunction {
    @Test
    void never_runs(@LambdaHandler(String.class) LambdaFunction function) {}
  }

  @Test
  void a_variable_without_a_value_is_refused_and_not_shown() {
    assertFails(NoValue.class, "allowed is the form DB_POOL_MAX=1");
    assertThat(EngineRun.of(NoValue.class).failure()).hasMessageNotContaining("secret");
  }

  static class NoValue {
    @Test
    void never_runs(
        @LambdaHandler(value = ProbeFunction.class, environment = "secret")
            LambdaFunction function) {}
  }

  @Test
  void with_a_schema_per_test_there_is_no_function_for_the_class() {
    assertFails(TooEarly.class, "there is no database before the first test");
  }

  @DatabaseTest(isolation = Isolation.SCHEMA_PER_TEST)
  static class TooEarly {
    @BeforeAll
    static void too_early(@LambdaHandler(ProbeFunction.class) LambdaFunction function) {}

    @Test
    void never_runs() {}
  }

  private static void assertFails(Class<?> testClass, String message) {
    assertThat(EngineRun.of(testClass).failure()).hasMessageContaining(message);
  }
}
