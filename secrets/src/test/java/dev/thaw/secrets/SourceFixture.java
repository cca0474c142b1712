package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.SecretsManagerOperation;
import dev.thaw.testing.fault.MovableClock;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.assertj.core.api.ThrowableAssertAlternative;

/** A fake Secrets Manager, a clock, and sources that use both. */
final class SourceFixture implements AutoCloseable {
  static final String NAME = "prod/db";
  static final Duration TTL = Duration.ofMinutes(5);
  static final Duration WAIT = Duration.ofSeconds(10);

  /** What AWS Lambda sets that lets Secrets Manager be asked without AWS's SDK. */
  static final Map<String, String> LAMBDA =
      Map.of(
          "AWS_LAMBDA_FUNCTION_NAME",
          "orders",
          "AWS_ACCESS_KEY_ID",
          "AKIAIOSFODNN7EXAMPLE",
          "AWS_SECRET_ACCESS_KEY",
          "thaw-fake-secrets-manager",
          "AWS_SESSION_TOKEN",
          "session");

  private final Map<String, String> environment;

  final FakeSecretsManager aws = FakeSecretsManager.start();
  final MovableClock clock = new MovableClock(Instant.parse("2026-11-24T08:00:00Z"));

  SourceFixture() {
    this(System.getenv());
  }

  /** Makes sources that see these variables. */
  SourceFixture(Map<String, String> environment) {
    this.environment = environment;
  }

  static String secret(String password) {
    return "{\"username\":\"app\",\"password\":\"" + password + "\"}";
  }

  static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(20));
  }

  static String password(CredentialsSource source) throws SQLException {
    return source.credentials(soon()).password();
  }

  /** Asserts that a source has no credentials, which it says by an exception; closes it. */
  static <T extends SQLException> ThrowableAssertAlternative<T> assertFails(
      Class<T> type, CredentialsSource source) {
    try (source) {
      return assertThatExceptionOfType(type).isThrownBy(() -> source.credentials(soon()));
    }
  }

  /** Returns a builder of a source whose clock stands still and whose jitter takes nothing off. */
  SecretsManagerCredentialsSource.Builder builder() {
    return SecretsManagerCredentialsSource.builder()
        .secretId(NAME)
        .endpoint(aws.endpoint())
        .environment(environment)
        .wallClock(clock)
        .nanoClock(clock::nanoTime)
        .jitter(new Jitter(() -> 1.0));
  }

  /** Loads AWS's SDK, so that a short deadline after this is not spent on that. */
  void loadSdk() throws SQLException {
    aws.createSecret("warm/up", secret("any"));
    try (SecretsManagerCredentialsSource other =
        SecretsManagerCredentialsSource.builder()
            .secretId("warm/up")
            .endpoint(aws.endpoint())
            .build()) {
      password(other);
    }
  }

  int fetches() {
    return aws.calls(SecretsManagerOperation.GET_SECRET_VALUE);
  }

  @Override
  public void close() {
    aws.close();
  }
}
