package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.NAME;
import static dev.thaw.secrets.SourceFixture.TTL;
import static dev.thaw.secrets.SourceFixture.WAIT;
import static dev.thaw.secrets.SourceFixture.assertFails;
import static dev.thaw.secrets.SourceFixture.password;
import static dev.thaw.secrets.SourceFixture.secret;
import static dev.thaw.secrets.SourceFixture.soon;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.util.Throwables.getStackTrace;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.aws.FakeLambdaExtension;
import dev.thaw.testing.aws.SecretsManagerError;
import dev.thaw.testing.aws.SecretsManagerFault;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LambdaExtensionCredentialsSourceTest {
  @AutoClose private final SourceFixture fixture = new SourceFixture();

  @AutoClose
  private final FakeLambdaExtension extension =
      FakeLambdaExtension.builder(fixture.aws).clock(fixture.clock).start();

  @Test
  void reads_text_and_binary_secrets() throws SQLException {
    fixture.aws.createSecret(NAME, secret("s3cret"));
    fixture.aws.createSecret("binary", secret("pä55").getBytes(UTF_8));

    try (LambdaExtensionCredentialsSource text = builder().build();
        LambdaExtensionCredentialsSource binary = builder("binary", extension).build()) {
      assertThat(password(text)).isEqualTo("s3cret");
      assertThat(text.credentials(soon()).version()).isPresent();
      assertThat(password(binary)).isEqualTo("pä55");
      assertThat(extension.requests()).isEqualTo(2);
    }
  }

  @Test
  void waits_until_the_extension_is_ready() throws Exception {
    fixture.aws.createSecret(NAME, secret("s3cret"));
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (FakeLambdaExtension starting =
            FakeLambdaExtension.builder(fixture.aws).notReady().start();
        LambdaExtensionCredentialsSource source = builder(NAME, starting).build()) {
      Future<String> answer = thread.submit(() -> password(source));
      await().until(() -> starting.requests() > 1);
      starting.becomeReady();
      assertThat(answer.get(WAIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("s3cret");
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void an_extension_that_never_becomes_ready_is_a_timeout_that_names_the_layer() {
    try (FakeLambdaExtension starting =
            FakeLambdaExtension.builder(fixture.aws).notReady().start();
        LambdaExtensionCredentialsSource source = builder(NAME, starting).build()) {
      // The last request may end with the deadline, or without an answer.
      Deadline deadline = Deadline.of(() -> starting.requests() > 2 ? 0 : (int) WAIT.toMillis());
      assertThatExceptionOfType(SQLTimeoutException.class)
          .isThrownBy(() -> source.credentials(deadline))
          .withMessageContainingAll(NAME, "not ready", "AWS-Parameters-and-Secrets");
    }
  }

  @Test
  void an_extension_that_is_not_there_is_a_timeout_that_names_the_layer() {
    extension.close();
    try (LambdaExtensionCredentialsSource source = builder().build()) {
      assertThatExceptionOfType(SQLTimeoutException.class)
          .isThrownBy(() -> source.credentials(Deadline.after(Duration.ofMillis(400))))
          .withMessageContainingAll(NAME, "not ready", "AWS-Parameters-and-Secrets");
    }
  }

  @Test
  void a_wrong_token_is_told_without_the_token() {
    fixture.aws.createSecret(NAME, secret("s3cret"));
    assertFails(
            SQLNonTransientConnectionException.class,
            LambdaExtensionCredentialsSource.builder()
                .secretId(NAME)
                .port(extension.port())
                .sessionToken("wrong-token")
                .build())
        .withMessageContaining("AWS_SESSION_TOKEN")
        .satisfies(e -> assertThat(getStackTrace(e)).doesNotContain("wrong-token"));
  }

  @ParameterizedTest
  @CsvSource({
    "RESOURCE_NOT_FOUND,check the secret's name",
    "ACCESS_DENIED,secretsmanager:GetSecretValue",
    "DECRYPTION_FAILURE,kms:Decrypt"
  })
  void an_error_that_stays_keeps_its_code_and_says_what_to_do(
      SecretsManagerError error, String advice) {
    fixture.aws.createSecret(NAME, secret("s3cret"));
    fixture.aws.inject(SecretsManagerFault.error(error));
    assertFails(SQLNonTransientConnectionException.class, builder().build())
        .withMessageContainingAll(NAME, error.code(), advice);
  }

  @Test
  void throttling_is_transient() {
    fixture.aws.createSecret(NAME, secret("s3cret"));
    fixture.aws.inject(SecretsManagerFault.error(SecretsManagerError.THROTTLING));
    assertFails(SQLTransientConnectionException.class, builder().build())
        .withMessageContainingAll(NAME, "ThrottlingException");
  }

  @Test
  void no_answer_is_a_timeout() {
    fixture.aws.createSecret(NAME, secret("s3cret"));
    fixture.aws.inject(SecretsManagerFault.noAnswer());
    try (LambdaExtensionCredentialsSource source = builder().build()) {
      assertThatExceptionOfType(SQLTimeoutException.class)
          .isThrownBy(() -> source.credentials(Deadline.after(Duration.ofMillis(400))))
          .withMessageContaining(NAME);
    }
  }

  private static LambdaExtensionCredentialsSource sourceAt(ScriptedHttp server) {
    return LambdaExtensionCredentialsSource.builder()
        .secretId(NAME)
        .port(server.port())
        .sessionToken("SESSIONtoken5544\n")
        .build();
  }

  @Test
  void a_redirect_does_not_lead_the_token_away() {
    String secret =
        "{\"SecretString\":\"{\\\"username\\\":\\\"u\\\",\\\"password\\\":\\\"p\\\"}\"}";
    try (ScriptedHttp other = ScriptedHttp.sending(ScriptedHttp.answer(secret));
        ScriptedHttp server =
            ScriptedHttp.sending(
                "HTTP/1.1 302 x\r\nLocation: " + other.uri() + "\r\nContent-Length: 0\r\n\r\n")) {
      assertFails(SQLException.class, sourceAt(server)).withMessageContainingAll(NAME, "HTTP 302");
      assertThat(other.requests()).isEmpty();
      assertThat(server.requests().get(0))
          .contains("X-Aws-Parameters-Secrets-Token: SESSIONtoken5544\r\n");
    }
  }

  @Test
  void an_answer_about_another_secret_is_refused() {
    try (ScriptedHttp server =
        ScriptedHttp.sending(
            ScriptedHttp.answer(
                "{\"ARN\":\"arn:aws:secretsmanager:us-east-1:123456789012:secret:other-AbCdEf\","
                    + "\"SecretString\":\"nothunter2\"}"))) {
      assertFails(SQLNonTransientConnectionException.class, sourceAt(server))
          .withMessageContainingAll(NAME, "another secret: arn:");
    }
  }

  @Test
  void a_token_that_cannot_be_sent_is_not_shown() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> LambdaExtensionCredentialsSource.builder().sessionToken("SESSION\r\nX: 5544"))
        .withMessageContaining("sessionToken cannot be sent")
        .satisfies(e -> assertThat(getStackTrace(e)).doesNotContain("5544"));
  }

  @Test
  void a_refused_login_is_looked_for_past_the_extensions_cache() throws SQLException {
    fixture.aws.createSecret(NAME, secret("one"));
    try (LambdaExtensionCredentialsSource source = builder().build()) {
      assertThat(password(source)).isEqualTo("one");
      fixture.aws.putSecretValue(NAME, secret("two"));
      assertThat(refused(source, "one")).hasValue("two");
      assertThat(password(source)).isEqualTo("two");

      fixture.aws.putSecretValue(NAME, secret("three"));
      fixture.clock.advance(Duration.ofMinutes(5));
      assertThat(refused(source, "two")).hasValue("three");
    }
  }

  @Test
  void the_extensions_older_answer_does_not_bring_back_a_replaced_version() throws SQLException {
    fixture.aws.createSecret(NAME, secret("one"));
    try (LambdaExtensionCredentialsSource source = builder().ttl(Duration.ofMinutes(1)).build()) {
      password(source);
      fixture.aws.putSecretValue(NAME, secret("two"));
      assertThat(refused(source, "one")).hasValue("two");

      fixture.clock.advance(Duration.ofMinutes(1));

      assertThat(password(source)).isEqualTo("two");
      // The next name is the first one again as far as the extension's cache is concerned.
      fixture.aws.putSecretValue(NAME, secret("three"));
      fixture.clock.advance(TTL);
      assertThat(password(source)).isEqualTo("three");
    }
  }

  @Test
  void the_pending_version_bridges_rotation_after_rotation() throws SQLException {
    fixture.aws.createSecret(NAME, secret("one"));
    try (LambdaExtensionCredentialsSource source = builder().build()) {
      password(source);
      String two = fixture.aws.putSecretValue(NAME, secret("two"), "AWSPENDING");
      assertThat(refused(source, "one")).hasValue("two");
      fixture.aws.updateSecretVersionStage(NAME, "AWSCURRENT", two);

      fixture.aws.putSecretValue(NAME, secret("three"), "AWSPENDING");
      assertThat(refused(source, "two")).hasValue("three");
      assertThat(password(source)).isEqualTo("three");
    }
  }

  @Test
  void wrong_values_are_rejected_with_name_and_bound() {
    LambdaExtensionCredentialsSource.Builder builder = LambdaExtensionCredentialsSource.builder();

    assertThatIllegalStateException().isThrownBy(builder::build).withMessage("secretId is not set");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.port(0))
        .withMessage("port is 0, allowed are 1 to 65535");
    builder.port(1).sessionToken("t");
    assertThatIllegalStateException().isThrownBy(() -> builder.port(2));
    assertThatIllegalStateException().isThrownBy(() -> builder.sessionToken("t"));
  }

  private LambdaExtensionCredentialsSource.Builder builder() {
    return builder(NAME, extension);
  }

  private LambdaExtensionCredentialsSource.Builder builder(
      String secretId, FakeLambdaExtension server) {
    return LambdaExtensionCredentialsSource.builder()
        .secretId(secretId)
        .port(server.port())
        .sessionToken(server.sessionToken())
        .wallClock(fixture.clock)
        .nanoClock(fixture.clock::nanoTime)
        .jitter(new Jitter(() -> 1.0));
  }

  private static Optional<String> refused(
      LambdaExtensionCredentialsSource source, String refusedPassword) throws SQLException {
    return source
        .refused(DatabaseCredentials.of("app", refusedPassword), soon())
        .map(DatabaseCredentials::password);
  }
}
