package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.HeapDump;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.aws.FakeLambdaExtension;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.LambdaFunction;
import dev.thaw.testing.lambda.LambdaFunctionBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the heap of a function of which SnapStart takes a snapshot. */
@DatabaseTest
class SnapshotHeapTest {
  private static final String SECRET = "orders/database";
  // Nothing but the SDK understands it, even if it says no.
  private static final Map<String, String> SDK = Map.of("AWS_USE_DUALSTACK_ENDPOINT", "false");

  @TempDir private Path folder;
  private final TestSchema schema;
  private DatabaseCredentials user;
  @AutoClose private FakeSecretsManager secretsManager;

  SnapshotHeapTest(TestSchema schema) {
    this.schema = schema;
  }

  @BeforeEach
  void start() throws Exception {
    user = schema.createUser();
    secretsManager = FakeSecretsManager.start();
    secretsManager.createSecret(SECRET, user);
  }

  /** Returns a function that knows where the server is, and whose secret is in Secrets Manager. */
  private Map<String, String> environment() {
    Map<String, String> variables = new HashMap<>(schema.environment());
    variables.keySet().removeAll(List.of("DB_USER", "DB_PASSWORD"));
    variables.putAll(secretsManager.environment());
    variables.put("DB_SECRET_NAME", SECRET);
    variables.put("DUMPS", folder.toString());
    return variables;
  }

  /** Takes a snapshot, and fails if one of the texts is in it, or was not in the heap before. */
  private void assertForgets(Map<String, String> variables, String... secrets) throws Exception {
    LambdaFunctionBuilder builder =
        LambdaFunction.builder(SnapshotFunction.class)
            .timeout(Duration.ofSeconds(60))
            .snapStart(true)
            .environment(variables);
    try (LambdaFunction function = builder.start()) {
      Invocation invocation = function.invoke("{}");
      assertThat(invocation.response()).as(invocation.toString()).contains(user.username());
    }
    for (String secret : secrets) {
      assertThat(HeapDump.contains(folder.resolve("connected.hprof"), secret))
          .as("the secret is in the heap while it is in use")
          .isTrue();
      assertThat(HeapDump.contains(folder.resolve("snapshot.hprof"), secret))
          .as("the secret is in the snapshot")
          .isFalse();
    }
  }

  @Test
  void a_secret_that_was_read_without_the_sdk_is_forgotten() throws Exception {
    assertForgets(environment(), user.password());
  }

  @Test
  void a_secret_that_was_read_with_the_sdk_is_forgotten() throws Exception {
    Map<String, String> variables = environment();
    variables.putAll(SDK);
    assertForgets(variables, user.password());
  }

  @Test
  void a_secret_of_the_extension_is_forgotten() throws Exception {
    try (FakeLambdaExtension extension = FakeLambdaExtension.start(secretsManager)) {
      Map<String, String> variables = environment();
      variables.putAll(extension.environment());
      // With SnapStart AWS_SESSION_TOKEN is no variable.
      variables.put("EXTENSION_TOKEN", extension.sessionToken());
      assertForgets(variables, user.password());
    }
  }

  @Test
  void a_secret_of_a_file_is_forgotten() throws Exception {
    Path file = folder.resolve("secret.json");
    Files.writeString(
        file,
        "{\"username\":\"" + user.username() + "\",\"password\":\"" + user.password() + "\"}");
    Map<String, String> variables = environment();
    variables.put("SECRET_FILE", file.toString());
    assertForgets(variables, user.password());
  }
}
