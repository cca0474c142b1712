package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.Deadline;
import dev.thaw.testing.lambda.EnvironmentProcess;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reading a secret loads, in a JVM of its own. */
class LoadedClassesTest {
  private static final Duration WAIT = Duration.ofSeconds(60);

  @AutoClose private final SourceFixture fixture = new SourceFixture();

  /** Reads a secret. */
  static final class Environment {
    private Environment() {}

    public static void main(String[] args) throws Exception {
      try (SecretsManagerCredentialsSource source =
          SecretsManagerCredentialsSource.builder()
              .secretId(NAME)
              .endpoint(URI.create(args[0]))
              .build()) {
        System.out.println(source.credentials(Deadline.after(WAIT)).password());
      }
    }
  }

  /** Makes an IAM token. */
  static final class TokenEnvironment {
    private TokenEnvironment() {}

    public static void main(String[] args) throws Exception {
      try (IamTokenCredentialsSource source =
          IamTokenCredentialsSource.builder()
              .host("db.abc.eu-central-1.rds.amazonaws.com")
              .username("app")
              .build()) {
        System.out.println(source.credentials(Deadline.after(WAIT)).username());
      }
    }
  }

  @Test
  void in_lambda_an_iam_token_loads_nothing_of_the_sdk(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("classes.txt");
    EnvironmentProcess.Builder builder =
        EnvironmentProcess.builder(TokenEnvironment.class)
            .jvmArguments("-Xlog:class+load:file=" + log);
    SourceFixture.LAMBDA.forEach(builder::environment);
    try (EnvironmentProcess environment = builder.start()) {
      assertThat(environment.receive(WAIT)).isEqualTo("app");
    }
    assertThat(Files.readString(log))
        .contains("dev.thaw.secrets.SignatureV4")
        .doesNotContain("software.amazon.awssdk", "java.net.http", "com.grack.nanojson");
  }

  @Test
  void in_lambda_nothing_of_the_sdk_is_loaded(@TempDir Path folder) throws Exception {
    fixture.aws.createSecret(NAME, SourceFixture.secret("s3cret"));
    Path log = folder.resolve("classes.txt");
    EnvironmentProcess.Builder builder =
        EnvironmentProcess.builder(Environment.class)
            .arguments(fixture.aws.endpoint().toString())
            .jvmArguments("-Xlog:class+load:file=" + log);
    SourceFixture.LAMBDA.forEach(builder::environment);
    try (EnvironmentProcess environment = builder.start()) {
      assertThat(environment.receive(WAIT)).isEqualTo("s3cret");
    }
    assertThat(Files.readString(log))
        .contains("dev.thaw.secrets.DirectSecretReader")
        .doesNotContain("software.amazon.awssdk");
  }
}
