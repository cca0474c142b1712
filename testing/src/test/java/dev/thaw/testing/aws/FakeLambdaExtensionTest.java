package dev.thaw.testing.aws;

import static dev.thaw.testing.aws.SecretsManagerOperation.GET_SECRET_VALUE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.thaw.testing.fault.MovableClock;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FakeLambdaExtensionTest {
  private static final String NAME = "prod/orders/db";

  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-01T00:00:00Z"));
  @AutoClose private FakeSecretsManager secretsManager;
  @AutoClose private FakeLambdaExtension extension;

  @BeforeEach
  void start() {
    secretsManager = FakeSecretsManager.start();
    extension = FakeLambdaExtension.builder(secretsManager).clock(clock).start();
  }

  @Test
  void it_answers_with_the_fields_of_get_secret_value() throws Exception {
    String arn = secretsManager.createSecret(NAME, "{\"password\":\"x\"}");

    Reply response = get("secretId=" + encoded(NAME));

    assertThat(response.status()).isEqualTo(200);
    JsonObject body = JsonParser.object().from(response.body());
    assertThat(body)
        .containsEntry("ARN", arn)
        .containsEntry("Name", NAME)
        .containsEntry("SecretString", "{\"password\":\"x\"}")
        .containsEntry("SecretBinary", null)
        .containsEntry(
            "VersionId", secretsManager.versionIdsToStages(NAME).keySet().iterator().next());
    assertThat(body.getArray("VersionStages")).containsExactly("AWSCURRENT");
    assertThat(Instant.parse(body.getString("CreatedDate"))).isBeforeOrEqualTo(Instant.now());
  }

  @Test
  void it_finds_a_secret_by_arn_and_a_binary_one_in_base64() throws Exception {
    String arn = secretsManager.createSecret(NAME, new byte[] {1, 2, -1});

    JsonObject body = JsonParser.object().from(get("secretId=" + encoded(arn)).body());

    assertThat(body).containsEntry("SecretBinary", "AQL/").containsEntry("SecretString", null);
  }

  @Test
  void it_serves_other_stages_and_versions_by_their_own_names() throws Exception {
    secretsManager.createSecret(NAME, "one");
    String pending = secretsManager.putSecretValue(NAME, "two", "AWSPENDING");

    assertThat(secret("secretId=" + encoded(NAME))).isEqualTo("one");
    assertThat(secret("secretId=" + encoded(NAME) + "&versionStage=AWSPENDING")).isEqualTo("two");
    assertThat(secret("secretId=" + encoded(NAME) + "&versionId=" + pending)).isEqualTo("two");
    assertThat(secretsManager.calls(GET_SECRET_VALUE)).isEqualTo(3);
  }

  @Test
  void it_serves_from_its_cache_until_the_time_to_live_is_over() throws Exception {
    secretsManager.createSecret(NAME, "one");
    String query = "secretId=" + encoded(NAME);
    secret(query);
    secretsManager.putSecretValue(NAME, "two");

    clock.advance(Duration.ofSeconds(299));
    assertThat(secret(query)).isEqualTo("one");
    assertThat(secret(query + "&versionStage=AWSCURRENT")).isEqualTo("one");
    assertThat(secretsManager.calls()).isEqualTo(1);

    clock.advance(Duration.ofSeconds(1));
    assertThat(secret(query)).isEqualTo("two");
    assertThat(secretsManager.calls()).isEqualTo(2);
    assertThat(extension.requests()).isEqualTo(4);
  }

  @Test
  void a_time_to_live_of_zero_is_no_cache() throws Exception {
    secretsManager.createSecret(NAME, "one");
    try (FakeLambdaExtension uncached =
        FakeLambdaExtension.builder(secretsManager).ttl(Duration.ZERO).start()) {
      get(uncached, "secretId=" + encoded(NAME), uncached.sessionToken());
      secretsManager.putSecretValue(NAME, "two");

      assertThat(get(uncached, "secretId=" + encoded(NAME), uncached.sessionToken()).body())
          .contains("two");
    }
  }

  @Test
  void it_is_not_ready_until_told_so() throws Exception {
    secretsManager.createSecret(NAME, "one");
    try (FakeLambdaExtension late =
        FakeLambdaExtension.builder(secretsManager).notReady().start()) {
      Reply response = get(late, "secretId=" + encoded(NAME), late.sessionToken());
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.body()).isEqualTo("not ready to serve traffic, please wait");

      late.becomeReady();
      assertThat(get(late, "secretId=" + encoded(NAME), late.sessionToken()).status())
          .isEqualTo(200);
    }
  }

  @Test
  void a_request_without_the_session_token_is_refused() throws Exception {
    secretsManager.createSecret(NAME, "one");

    Reply response = get(extension, "secretId=" + encoded(NAME), "wrong");

    assertThat(response.status()).isEqualTo(401);
    assertThat(response.body()).isEqualTo("bad session token or header key");
    assertThat(response.errorType()).contains("AccessDeniedException");
    assertThat(secretsManager.calls()).isZero();
  }

  @Test
  void an_error_of_secrets_manager_keeps_status_code_and_message() throws Exception {
    Reply missing = get("secretId=nothing");
    assertThat(missing.status()).isEqualTo(400);
    assertThat(missing.errorType()).contains("ResourceNotFoundException");

    secretsManager.inject(SecretsManagerFault.error(SecretsManagerError.INTERNAL_SERVICE_ERROR), 1);
    Reply injected = get("secretId=nothing");
    assertThat(injected.status()).isEqualTo(500);
    assertThat(injected.errorType()).contains("InternalServiceError");
    assertThat(injected.body()).isEqualTo("An error occurred on the server side.");
  }

  @Test
  void an_unreachable_secrets_manager_is_an_error_or_no_answer_and_nothing_is_cached()
      throws Exception {
    secretsManager.createSecret(NAME, "one");
    secretsManager.inject(SecretsManagerFault.connectionReset(), 1);
    assertThat(get("secretId=" + encoded(NAME)).status()).isEqualTo(500);

    secretsManager.inject(SecretsManagerFault.noAnswer(), 1);
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> get("secretId=" + encoded(NAME), Duration.ofMillis(150)));

    assertThat(secret("secretId=" + encoded(NAME))).isEqualTo("one");
  }

  @Test
  void a_request_for_something_else_is_refused() throws Exception {
    assertThat(get("name=x").status()).isEqualTo(400);
    assertThat(get("").status()).isEqualTo(400);
  }

  @Test
  void a_function_finds_it_by_the_environment() {
    assertThat(extension.environment())
        .isEqualTo(
            Map.of(
                "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", String.valueOf(extension.port()),
                "AWS_SESSION_TOKEN", extension.sessionToken()));
    assertThat(extension.toString()).doesNotContain(extension.sessionToken());
  }

  @Test
  void values_are_bounded_and_set_once() {
    FakeLambdaExtension.Builder builder =
        FakeLambdaExtension.builder(secretsManager)
            .ttl(Duration.ofSeconds(1))
            .clock(InstantSource.system());

    assertThatIllegalStateException()
        .isThrownBy(() -> builder.ttl(Duration.ZERO))
        .withMessage("ttl is set already");
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.clock(clock))
        .withMessage("clock is set already");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.ttl(Duration.ofSeconds(301)))
        .withMessage("ttl is PT5M1S, allowed are zero to PT5M");
  }

  private String secret(String query) throws Exception {
    Reply response = get(query);
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    return JsonParser.object().from(response.body()).getString("SecretString");
  }

  private Reply get(String query) throws IOException {
    return get(query, Duration.ofSeconds(20));
  }

  private Reply get(String query, Duration timeout) throws IOException {
    return get(extension, query, extension.sessionToken(), timeout);
  }

  private static Reply get(FakeLambdaExtension target, String query, String token)
      throws IOException {
    return get(target, query, token, Duration.ofSeconds(20));
  }

  private static Reply get(FakeLambdaExtension target, String query, String token, Duration timeout)
      throws IOException {
    URL url = new URL("http://127.0.0.1:" + target.port() + "/secretsmanager/get?" + query);
    HttpURLConnection connection = (HttpURLConnection) url.openConnection();
    connection.setReadTimeout((int) timeout.toMillis());
    connection.setRequestProperty("X-Aws-Parameters-Secrets-Token", token);
    int status = connection.getResponseCode();
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return new Reply(
          status,
          new String(in.readAllBytes(), UTF_8),
          Optional.ofNullable(connection.getHeaderField("x-amzn-ErrorType")));
    }
  }

  private record Reply(int status, String body, Optional<String> errorType) {}

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
