package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.NAME;
import static dev.thaw.secrets.SourceFixture.WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.LambdaFunction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A function with SnapStart, whose role's keys are no variables. */
class SnapStartTest {

  /** Answers with the password. */
  public static final class PasswordFunction implements RequestHandler<String, String> {
    private static final CredentialsSource SOURCE =
        SecretsManagerCredentialsSource.builder().secretId(NAME).build();

    /** Called by the runtime. */
    public PasswordFunction() {}

    @Override
    public String handleRequest(String event, Context context) {
      try {
        return System.getenv("AWS_ACCESS_KEY_ID")
            + " "
            + SOURCE.credentials(Deadline.of(context::getRemainingTimeInMillis)).password();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void a_secret_is_read_without_the_sdk(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("classes.txt");
    try (FakeSecretsManager aws = FakeSecretsManager.start();
        LambdaFunction function =
            LambdaFunction.builder(PasswordFunction.class)
                .timeout(WAIT.plus(Duration.ofSeconds(20)))
                .environment(aws.environment())
                .jvmArguments("-Xlog:class+load:file=" + log)
                .snapStart(true)
                .start()) {
      aws.createSecret(NAME, SourceFixture.secret("s3cret"));
      function.snapshot();
      Invocation restored = function.invoke("\"\"");
      assertThat(restored.response()).isEqualTo("\"null s3cret\"");
      assertThat(aws.calls()).isEqualTo(1);
    }
    assertThat(Files.readString(log))
        .contains("dev.thaw.secrets.ContainerCredentials")
        // Lambda's runtime has a class of its own in a package of the SDK.
        .doesNotContain("software.amazon.awssdk.core", "software.amazon.awssdk.auth");
  }
}
