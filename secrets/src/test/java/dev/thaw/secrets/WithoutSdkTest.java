package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.SecretsManagerFault;
import dev.thaw.testing.lambda.EnvironmentProcess;
import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.LambdaFunction;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A function that leaves AWS's SDK out, or has one that does not fit. */
class WithoutSdkTest {
  private static final String SECRET = "orders/database";
  private static final List<String> SDK = List.of("");

  @AutoClose private FakeSecretsManager secretsManager;

  @BeforeEach
  void start() {
    secretsManager = FakeSecretsManager.start();
    secretsManager.createSecret(SECRET, SourceFixture.secret("s3cret"));
  }

  /** Returns what the function says, without those jars of the SDK whose folder begins so. */
  private String answer(List<String> leftOut, Map<String, String> further) throws Exception {
    Map<String, String> variables = new HashMap<>(secretsManager.environment());
    variables.put("DB_SECRET_NAME", SECRET);
    variables.putAll(further);
    try (LambdaFunction function =
        LambdaFunction.builder(PasswordFunction.class)
            .timeout(Duration.ofSeconds(60))
            .classPath(classPath(leftOut))
            .environment(variables)
            .start()) {
      Invocation invocation = function.invoke("{}");
      assertThat(invocation.isSuccessful()).as(invocation.toString()).isTrue();
      return invocation.response();
    }
  }

  private static List<Path> classPath(List<String> leftOut) throws Exception {
    Stream<Path> others =
        Stream.of("java.class.path", "jdk.module.path")
            .flatMap(name -> Stream.of(System.getProperty(name, "").split(File.pathSeparator, -1)))
            .filter(
                entry ->
                    !entry.isEmpty()
                        && leftOut.stream()
                            .noneMatch(jar -> entry.contains("/software/amazon/awssdk/" + jar)))
            .map(Path::of);
    return Stream.concat(Stream.of(testClasses()), others).toList();
  }

  private static Path testClasses() throws Exception {
    Path file = Path.of(PasswordFunction.class.getResource("PasswordFunction.class").toURI());
    // Out of the package dev.thaw.secrets.
    return file.resolve("../../../..").normalize();
  }

  @Test
  void in_lambda_the_secret_is_read() throws Exception {
    assertThat(answer(SDK, Map.of())).contains("read s3cret");
  }

  @Test
  void what_only_the_sdk_can_do_says_what_to_add() throws Exception {
    assertThat(answer(SDK, Map.of("AWS_USE_FIPS_ENDPOINT", "true")))
        .contains(
            "SQLNonTransientConnectionException",
            SECRET,
            "add to the class path software.amazon.awssdk:secretsmanager and"
                + " software.amazon.awssdk:url-connection-client",
            "AWS_USE_FIPS_ENDPOINT");
  }

  @Test
  void without_the_roles_credentials_the_message_is_the_same() throws Exception {
    assertThat(answer(SDK, Map.of("AWS_ACCESS_KEY_ID", "")))
        .contains("SQLNonTransientConnectionException", "add to the class path");
  }

  @Test
  void one_missing_jar_alone_is_named() throws Exception {
    assertThat(answer(List.of("url-connection-client/"), Map.of("AWS_USE_FIPS_ENDPOINT", "true")))
        .contains("add to the class path software.amazon.awssdk:url-connection-client,");
  }

  @Test
  void a_refused_signature_is_told_with_what_to_add() throws Exception {
    secretsManager.inject(
        SecretsManagerFault.error("InvalidSignatureException", 400, "Signature not yet current"));
    assertThat(answer(SDK, Map.of()))
        .contains(
            "InvalidSignatureException: Signature not yet current",
            "add to the class path software.amazon.awssdk:secretsmanager");
  }

  @Test
  void an_sdk_that_does_not_fit_says_which_would() throws Exception {
    // As before 2.26.1, which had no such jar.
    assertThat(answer(List.of("retries"), Map.of("AWS_USE_DUALSTACK_ENDPOINT", "false")))
        .contains(
            "SQLNonTransientConnectionException",
            "AWS's SDK on the class path (2.",
            "NoClassDefFoundError",
            "Thaw needs 2.26.1 or later");
  }

  /** Makes the source that a test with the annotation's fake has; prints why that fails. */
  static final class Wiring {
    private Wiring() {}

    public static void main(String[] args) throws Exception {
      Method wiring =
          Class.forName("dev.thaw.testing.SecretsWiring")
              .getDeclaredMethod("to", FakeSecretsManager.class, String.class);
      wiring.setAccessible(true);
      try {
        wiring.invoke(null, null, SECRET);
      } catch (InvocationTargetException e) {
        System.out.println(String.valueOf(e.getCause()).replace('\n', ' '));
      }
    }
  }

  @Test
  void a_test_with_the_fake_says_what_it_takes_beside() throws Exception {
    String others =
        classPath(SDK).stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    try (EnvironmentProcess process =
        EnvironmentProcess.builder(Wiring.class).jvmArguments("-cp", others).start()) {
      assertThat(process.receive(Duration.ofSeconds(60)))
          .contains(
              "secretsManager is true, but secretsmanager is not on the class path",
              "<groupId>software.amazon.awssdk</groupId>");
    }
  }
}
