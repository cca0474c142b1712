package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.NAME;
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
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.util.Throwables.getStackTrace;

import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Elapsed;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.HeldRequests;
import dev.thaw.testing.aws.SecretsManagerError;
import dev.thaw.testing.aws.SecretsManagerFault;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

class SecretsManagerCredentialsSourceTest {
  @AutoClose final SourceFixture fixture = new SourceFixture(variables());
  final FakeSecretsManager aws = fixture.aws;

  /** Returns the variables that the sources see. */
  Map<String, String> variables() {
    return System.getenv();
  }

  /** Checks what an error of the service is caused by. */
  void assertCause(Throwable failure) {
    assertThat(failure).hasCauseInstanceOf(AwsServiceException.class);
  }

  @Test
  void reads_all_that_a_secret_says_with_one_call() throws SQLException {
    aws.createSecret(
        NAME,
        DatabaseCredentials.builder("app", "s3cret")
            .host("db.example.com")
            .port(3307)
            .database("assets")
            .build());

    try (SecretsManagerCredentialsSource source = fixture.builder().build()) {
      DatabaseCredentials credentials = source.credentials(soon());

      assertThat(credentials.username()).isEqualTo("app");
      assertThat(credentials.password()).isEqualTo("s3cret");
      assertThat(credentials.host()).hasValue("db.example.com");
      assertThat(credentials.port()).hasValue(3307);
      assertThat(credentials.database()).hasValue("assets");
      assertThat(credentials.version()).isPresent();
      assertThat(credentials.retrievedAt()).hasValue(fixture.clock.instant());
      assertThat(credentials.staleSince()).isEmpty();
      assertThat(aws.calls()).isEqualTo(1);
    }
  }

  @Test
  void a_binary_secret_is_read_like_a_text() throws SQLException {
    aws.createSecret(NAME, secret("pä55").getBytes(UTF_8));

    try (SecretsManagerCredentialsSource source = fixture.builder().build()) {
      assertThat(password(source)).isEqualTo("pä55");
    }
  }

  @Test
  void a_secret_of_only_a_login_leaves_the_server_open() throws SQLException {
    aws.createSecret(NAME, secret("s3cret"));

    try (SecretsManagerCredentialsSource source = fixture.builder().build()) {
      DatabaseCredentials credentials = source.credentials(soon());
      assertThat(credentials.host()).isEmpty();
      assertThat(credentials.port()).isEmpty();
      assertThat(credentials.database()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"host\":\"h\"}|3306|",
        "{\"host\":\"h\",\"port\":\"3307\",\"database\":\"d\"}|3307|d",
        "{\"host\":\"h\",\"port\":\"\",\"dbname\":\"one\",\"database\":\"two\"}|3306|one",
        "{\"host\":\"h\",\"port\":null,\"dbname\":null,\"database\":\"two\"}|3306|two"
      })
  void port_and_database_have_defaults_and_other_spellings(String json, int port, String database)
      throws SQLException {
    aws.createSecret(NAME, json.replace("}", ",\"username\":\"u\",\"password\":\"p\"}"));

    try (SecretsManagerCredentialsSource source = fixture.builder().build()) {
      DatabaseCredentials credentials = source.credentials(soon());
      assertThat(credentials.port()).hasValue(port);
      assertThat(credentials.database().orElse(null)).isEqualTo(database);
    }
  }

  @Test
  void keys_can_have_other_names() throws SQLException {
    aws.createSecret(
        NAME, "{\"server\":\"h\",\"tcp\":3307,\"schema\":\"d\",\"user\":\"u\",\"pass\":\"p\"}");
    SecretKeys keys =
        SecretKeys.builder()
            .host("server")
            .port("tcp")
            .database("schema")
            .username("user")
            .password("pass")
            .build();

    try (SecretsManagerCredentialsSource source = fixture.builder().keys(keys).build()) {
      DatabaseCredentials credentials = source.credentials(soon());
      assertThat(credentials.sameLogin(DatabaseCredentials.of("u", "p"))).isTrue();
      assertThat(credentials.host()).hasValue("h");
      assertThat(credentials.port()).hasValue(3307);
      assertThat(credentials.database()).hasValue("d");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothunter2|it is not a JSON object",
        "[\"nothunter2\"]|it is not a JSON object",
        "{\"password\":\"nothunter2\"}|key 'username' is missing (if it has"
            + " another name, set keys, or DB_SECRET_KEYS)",
        "{\"username\":\"\",\"password\":\"nothunter2\"}|key 'username' is empty",
        "{\"username\":\"nothunter2\"}|key 'password' is missing",
        "{\"username\":\"u\",\"password\":null,\"x\":\"nothunter2\"}|key 'password' is missing",
        "{\"username\":\"u\",\"password\":[\"nothunter2\"]}|key 'password' is an object or a list",
        "{\"username\":\"u\",\"password\":\"p\",\"host\":\"nothunter2@h\"}|key 'host' is wrong",
        "{\"username\":\"u\",\"password\":\"p\",\"port\":\"nothunter2\"}|key 'port' is wrong",
        "{\"username\":\"u\",\"password\":\"p\",\"port\":65536}|key 'port' is wrong",
        "{\"username\":\"u\",\"password\":\"p\",\"host\":\"nothunter2:3306\"}|key 'host' holds a port,"
            + " too: set key 'port' to that",
        "{\"username\":\"u\",\"password\":\"p\",\"host\":\"x://nothunter2\"}|key 'host' is a URL",
        "{\"username\":\"u\",\"password\":\"p\",\"dbname\":\"nothunter2?a=b\"}|key 'dbname' is"
            + " wrong"
      })
  void a_malformed_secret_is_named_with_the_key_and_without_the_value(
      String secret, String problem) {
    aws.createSecret(NAME, secret);

    assertFails(SQLNonTransientConnectionException.class, fixture.builder().build())
        .withMessageContainingAll(NAME, problem)
        .satisfies(e -> assertThat(getStackTrace(e)).doesNotContain("nothunter2", "65536"));
  }

  @ParameterizedTest
  @CsvSource({
    "RESOURCE_NOT_FOUND,ResourceNotFoundException,check the secret's name",
    "ACCESS_DENIED,AccessDeniedException,secretsmanager:GetSecretValue",
    "KMS_ACCESS_DENIED,AccessDeniedException,kms:Decrypt",
    "DECRYPTION_FAILURE,DecryptionFailure,kms:Decrypt",
    "INVALID_REQUEST,InvalidRequestException,InvalidRequestException",
    "UNRECOGNIZED_CLIENT,UnrecognizedClientException,UnrecognizedClientException"
  })
  void an_error_that_stays_keeps_its_code_and_says_what_to_do(
      SecretsManagerError error, String code, String advice) {
    aws.createSecret(NAME, secret("s3cret"));
    aws.inject(SecretsManagerFault.error(error));

    assertFails(SQLNonTransientConnectionException.class, fixture.builder().build())
        .withMessageContainingAll(NAME, "us-east-1", code, advice)
        .satisfies(this::assertCause);
    assertThat(fixture.fetches()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "THROTTLING,ThrottlingException",
    "INTERNAL_SERVICE_ERROR,InternalServiceError",
    "SERVICE_UNAVAILABLE,ServiceUnavailableException"
  })
  void an_error_that_passes_is_tried_again_and_then_transient(
      SecretsManagerError error, String code) {
    aws.createSecret(NAME, secret("s3cret"));
    aws.inject(SecretsManagerFault.error(error));

    assertFails(SQLTransientConnectionException.class, fixture.builder().build())
        .withMessageContainingAll(NAME, code)
        .satisfies(this::assertCause);
    assertThat(fixture.fetches()).isBetween(2, 4);
  }

  @Test
  void one_throttled_request_is_no_error() throws SQLException {
    aws.createSecret(NAME, secret("s3cret"));
    aws.inject(SecretsManagerFault.error(SecretsManagerError.THROTTLING), 1);

    try (SecretsManagerCredentialsSource source = fixture.builder().build()) {
      assertThat(password(source)).isEqualTo("s3cret");
    }
  }

  @Test
  void an_unreachable_service_is_transient() {
    aws.close();

    assertFails(SQLTransientConnectionException.class, fixture.builder().build())
        .withMessageContainingAll(NAME, "cannot be reached", "ConnectException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"SecretString\": nothunter2}",
        "{\"SecretString\": [\"nothunter2\"]}",
        "{\"SecretBinary\": \"nothunter2!\"}",
        "{\"SecretString\": \"nothunter2"
      })
  void an_answer_that_cannot_be_read_is_transient_and_not_shown(String answer) {
    aws.inject(SecretsManagerFault.answer(200, "application/x-amz-json-1.1", answer));

    assertFails(SQLTransientConnectionException.class, fixture.builder().build())
        .withMessageContainingAll(NAME, "no answer that can be read")
        .satisfies(e -> assertThat(getStackTrace(e)).doesNotContain("nothunter2"));
  }

  @Test
  void a_connection_that_does_not_come_about_is_given_up_at_the_deadline() throws Exception {
    fixture.loadSdk();

    // One that nobody accepts fills the queue; the kernel then drops every further request.
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SocketChannel first = SocketChannel.open();
        SocketChannel second = SocketChannel.open();
        SecretsManagerCredentialsSource source =
            SecretsManagerCredentialsSource.builder()
                .secretId(NAME)
                .endpoint(URI.create("http://127.0.0.1:" + full.getLocalPort()))
                .build()) {
      for (SocketChannel channel : List.of(first, second)) {
        channel.configureBlocking(false);
        channel.connect(full.getLocalSocketAddress());
      }
      // AWS's client gives up a connect after 2 s of its own accord.
      Duration limit = Duration.ofMillis(500);
      Elapsed.assertTakesAtMost(
          limit,
          () ->
              assertThatExceptionOfType(SQLException.class)
                  .isThrownBy(() -> source.credentials(Deadline.after(limit)))
                  .withMessageContaining(NAME));
    }
  }

  @Test
  void a_slow_service_is_given_up_at_the_deadline() throws SQLException {
    aws.createSecret(NAME, secret("s3cret"));
    fixture.loadSdk();

    try (HeldRequests held = aws.hold();
        SecretsManagerCredentialsSource source = fixture.builder().build()) {
      Duration limit = Duration.ofSeconds(2);
      Elapsed.assertTakesAtMost(
          limit,
          () ->
              assertThatExceptionOfType(SQLTimeoutException.class)
                  .isThrownBy(() -> source.credentials(Deadline.after(limit)))
                  .withMessageContaining(NAME));
      assertThat(held.count()).isEqualTo(1);
    }
  }

  @Test
  void a_deadline_that_has_passed_asks_nobody() {
    try (SecretsManagerCredentialsSource source = fixture.builder().build()) {
      assertThatExceptionOfType(SQLTimeoutException.class)
          .isThrownBy(() -> source.credentials(Deadline.after(Duration.ZERO)));
      assertThat(aws.calls()).isZero();
    }
  }

  @Test
  void an_interrupt_during_the_fetch_stays_visible() throws Exception {
    aws.createSecret(NAME, secret("s3cret"));

    try (SecretsManagerCredentialsSource source = fixture.builder().build()) {
      Background<Boolean> caller;
      try (HeldRequests held = aws.hold()) {
        caller =
            Background.run(
                () -> {
                  try {
                    source.credentials(soon());
                  } catch (SQLException e) {
                    // Either outcome is right: the answer came, or the interrupt was first.
                  }
                  return Thread.currentThread().isInterrupted();
                });
        held.await(1, WAIT);
        caller.thread().interrupt();
      }
      assertThat(caller.join()).isTrue();
    }
  }

  @Test
  void a_region_other_than_the_arns_is_refused() {
    SecretsManagerCredentialsSource.Builder builder =
        SecretsManagerCredentialsSource.builder()
            .secretId("arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/db-AbCdEf")
            .region("eu-west-1");
    assertThatIllegalArgumentException()
        .isThrownBy(builder::build)
        .withMessageContainingAll("region is a value of 9 characters", "allowed: 'eu-central-1'");
  }

  @Test
  void the_region_is_the_arns_before_any_other() {
    String arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/db-AbCdEf";

    assertThat(SecretsManagerCredentialsSource.builder().secretId(arn).build())
        .hasToString("SecretsManagerCredentialsSource[" + arn + " in eu-central-1]");
    assertThat(AwsRegion.of(arn, "us-west-2")).isEqualTo("eu-central-1");
    assertThat(AwsRegion.of("prod/db", "us-west-2")).isEqualTo("us-west-2");
    assertThat(AwsRegion.of("prod/db", null)).isEqualTo("us-east-1");
  }

  @Test
  void a_request_goes_to_the_region_of_the_arn() throws SQLException {
    try (FakeSecretsManager frankfurt = FakeSecretsManager.start("eu-central-1")) {
      String arn = frankfurt.createSecret(NAME, secret("s3cret"));
      try (SecretsManagerCredentialsSource source =
          SecretsManagerCredentialsSource.builder()
              .secretId(arn)
              .endpoint(frankfurt.endpoint())
              .build()) {
        // The fake refuses requests that are signed for another region.
        assertThat(password(source)).isEqualTo("s3cret");
      }
    }
  }

  @Test
  void a_client_of_the_users_is_used_and_not_closed() throws SQLException {
    aws.createSecret(NAME, secret("s3cret"));
    try (SecretsManagerClient client =
        SecretsManagerClient.builder()
            .endpointOverride(aws.endpoint())
            .region(Region.US_EAST_1)
            .build()) {
      try (SecretsManagerCredentialsSource source =
          SecretsManagerCredentialsSource.builder().secretId(NAME).client(client).build()) {
        assertThat(password(source)).isEqualTo("s3cret");
      }
      assertThat(client.getSecretValue(request -> request.secretId(NAME)).name()).isEqualTo(NAME);
    }
  }

  @Test
  void a_closed_source_fails_and_says_so() {
    SecretsManagerCredentialsSource source = fixture.builder().build();
    for (int times = 0; times < 2; times++) {
      source.close();
    }

    assertThatExceptionOfType(SQLNonTransientConnectionException.class)
        .isThrownBy(() -> source.credentials(soon()))
        .withMessageContainingAll(NAME, "closed");
    assertThatExceptionOfType(SQLNonTransientConnectionException.class)
        .isThrownBy(() -> source.refused(DatabaseCredentials.of("u", "p"), soon()))
        .withMessageContainingAll(NAME, "closed");
  }

  @Test
  void wrong_values_are_rejected_with_name_and_bound() {
    SecretsManagerCredentialsSource.Builder builder = SecretsManagerCredentialsSource.builder();

    assertThatIllegalStateException().isThrownBy(builder::build).withMessage("secretId is not set");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.secretId("a b"))
        .withMessageContaining(
            "secretId is a value of 3 characters (not shown, it may be a secret; character 2 is a space)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.region("eu central"))
        .withMessageContaining("region is a value of 10 characters");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.endpoint(URI.create("ftp://h")))
        .withMessageContaining("endpoint is not allowed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.ttl(Duration.ofMillis(999)))
        .withMessage("ttl is PT0.999S, allowed are PT1S to PT8760H");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.maxStale(Duration.ofMillis(-1)))
        .withMessage("maxStale is PT-0.001S, allowed are PT0S to PT8760H");
  }

  @Test
  void each_value_is_set_once() {
    SecretsManagerCredentialsSource.Builder builder =
        fixture
            .builder()
            .region("us-east-1")
            .ttl(SourceFixture.TTL)
            .maxStale(Duration.ZERO)
            .tryPending(true)
            .keys(SecretKeys.defaults());

    assertThat(
            List.<ThrowingCallable>of(
                () -> builder.secretId("x"),
                () -> builder.region("us-east-1"),
                () -> builder.endpoint(aws.endpoint()),
                () -> builder.ttl(SourceFixture.TTL),
                () -> builder.maxStale(Duration.ZERO),
                () -> builder.tryPending(false),
                () -> builder.keys(SecretKeys.defaults()),
                () -> builder.wallClock(fixture.clock),
                () -> builder.nanoClock(fixture.clock::nanoTime)))
        .allSatisfy(again -> assertThatThrownBy(again).isInstanceOf(IllegalStateException.class));
  }
}
