package dev.thaw.examples.deployment;

import dev.thaw.Deadline;
import dev.thaw.secrets.SecretsManagerCredentialsSource;
import dev.thaw.testing.aws.FakeSecretsManager;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Reads a secret with AWS's SDK, and prints its user or why it could not be read. {@code
 * .ci/consumer} runs it with the oldest version of the SDK that Thaw works with, and with an older
 * one.
 */
final class SdkProgram {
  private SdkProgram() {}

  /**
   * Runs it.
   *
   * @param args none
   */
  @SuppressWarnings("SystemOut") // its purpose
  public static void main(String[] args) {
    System.setProperty("aws.accessKeyId", "AKIAIOSFODNN7EXAMPLE");
    System.setProperty("aws.secretAccessKey", "thaw-fake-secrets-manager");
    try (FakeSecretsManager secretsManager = FakeSecretsManager.start();
        SecretsManagerCredentialsSource source =
            SecretsManagerCredentialsSource.builder()
                .secretId(
                    secretsManager.createSecret("db", "{\"username\":\"app\",\"password\":\"s\"}"))
                .endpoint(secretsManager.endpoint())
                .build()) {
      System.out.println(
          "read " + source.credentials(Deadline.after(Duration.ofSeconds(30))).username());
    } catch (SQLException e) {
      System.out.println(e);
    }
  }
}
