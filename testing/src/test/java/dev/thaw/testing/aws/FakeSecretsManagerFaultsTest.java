package dev.thaw.testing.aws;

import static dev.thaw.testing.aws.SecretsManagerOperation.DESCRIBE_SECRET;
import static dev.thaw.testing.aws.SecretsManagerOperation.GET_SECRET_VALUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.thaw.testing.fault.FaultProxy;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DecryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

@Timeout(60)
class FakeSecretsManagerFaultsTest {
  private static final String NAME = "db";
  private static final Duration SOON = Duration.ofSeconds(20);

  @AutoClose private FakeSecretsManager fake;
  @AutoClose private SecretsManagerClient client;

  @BeforeEach
  void start() {
    fake = FakeSecretsManager.start();
    fake.createSecret(NAME, "one");
    client = AwsClients.secretsManager(fake.endpoint(), Region.US_EAST_1);
  }

  @ParameterizedTest
  @EnumSource
  void the_sdk_understands_each_error(SecretsManagerError error) {
    fake.inject(SecretsManagerFault.error(error), 1);

    assertThatExceptionOfType(SecretsManagerException.class)
        .isThrownBy(this::get)
        .satisfies(
            e -> {
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo(error.code());
              assertThat(e.statusCode()).isEqualTo(error.httpStatus());
              assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(error.message());
            });
    assertThat(get()).isEqualTo("one");
  }

  @Test
  void the_sdk_knows_throttling_and_decryption_failure_for_what_they_are() {
    fake.inject(SecretsManagerFault.error(SecretsManagerError.THROTTLING), 1);
    assertThatExceptionOfType(SecretsManagerException.class)
        .isThrownBy(this::get)
        .matches(SecretsManagerException::isThrottlingException);

    fake.inject(SecretsManagerFault.error(SecretsManagerError.DECRYPTION_FAILURE), 1);
    assertThatExceptionOfType(DecryptionFailureException.class).isThrownBy(this::get);
  }

  @Test
  void a_fault_concerns_only_its_operations_and_lasts_until_cleared() {
    fake.inject(SecretsManagerFault.error("Odd", 418, "teapot"), GET_SECRET_VALUE);

    for (int i = 0; i < 3; i++) {
      assertThatExceptionOfType(SecretsManagerException.class)
          .isThrownBy(this::get)
          .withMessageContaining("teapot");
    }
    client.describeSecret(r -> r.secretId(NAME));
    fake.clearFaults();
    assertThat(get()).isEqualTo("one");
    assertThat(fake.calls(GET_SECRET_VALUE)).isEqualTo(4);
    assertThat(fake.calls(DESCRIBE_SECRET)).isEqualTo(1);
  }

  @Test
  void faults_come_in_the_order_in_which_they_were_injected() {
    fake.inject(SecretsManagerFault.error(SecretsManagerError.THROTTLING), 2);
    fake.inject(SecretsManagerFault.connectionReset(), 1);

    assertThatExceptionOfType(SecretsManagerException.class).isThrownBy(this::get);
    assertThatExceptionOfType(SecretsManagerException.class).isThrownBy(this::get);
    assertThatExceptionOfType(SdkClientException.class).isThrownBy(this::get);
    assertThat(get()).isEqualTo("one");
  }

  @Test
  void a_connection_reset_is_one_to_the_client() {
    fake.inject(SecretsManagerFault.connectionReset());

    assertThatExceptionOfType(SdkClientException.class)
        .isThrownBy(this::get)
        .withRootCauseInstanceOf(SocketException.class);
  }

  @Test
  void no_answer_lets_the_client_time_out() {
    fake.inject(SecretsManagerFault.noAnswer(), 1);
    try (SecretsManagerClient hasty =
        AwsClients.secretsManager(fake.endpoint(), Region.US_EAST_1, Duration.ofMillis(150))) {

      assertThatExceptionOfType(SdkClientException.class)
          .isThrownBy(() -> hasty.getSecretValue(r -> r.secretId(NAME)))
          .withRootCauseInstanceOf(SocketTimeoutException.class);
    }
    assertThat(get()).isEqualTo("one");
  }

  @Test
  void an_answer_that_is_not_of_aws_is_passed_on_as_it_is() {
    fake.inject(SecretsManagerFault.answer(502, "text/html", "<h1>Bad Gateway</h1>"), 1);

    assertThatExceptionOfType(SecretsManagerException.class)
        .isThrownBy(this::get)
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(502));
  }

  @Test
  void latency_delays_each_answer_until_it_is_taken_back() {
    fake.latency(Duration.ofMillis(120));
    long start = System.nanoTime();
    get();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(119));

    fake.latency(Duration.ofHours(1));
    fake.clearFaults();
    get();
  }

  @Test
  void held_requests_are_answered_with_what_holds_when_they_are_released() throws Exception {
    CompletableFuture<String> answer;
    try (HeldRequests held = fake.hold(GET_SECRET_VALUE)) {
      answer = CompletableFuture.supplyAsync(this::get);
      held.await(1, SOON);
      client.describeSecret(r -> r.secretId(NAME));
      assertThat(held.count()).isEqualTo(1);
      assertThat(answer).isNotDone();

      fake.putSecretValue(NAME, "two");
    }

    assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo("two");
    assertThat(get()).isEqualTo("two");
  }

  @Test
  void waiting_for_requests_that_do_not_come_ends_with_their_number() {
    try (HeldRequests held = fake.hold()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> held.await(2, Duration.ofMillis(20)))
          .withMessage("after PT0.02S only 0 of 2 requests had come");
    }
  }

  @Test
  void clearing_faults_releases_held_requests() throws Exception {
    HeldRequests held = fake.hold();
    CompletableFuture<String> answer = CompletableFuture.supplyAsync(this::get);
    held.await(1, SOON);

    fake.clearFaults();

    assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo("one");
  }

  @Test
  void close_ends_held_and_delayed_requests() throws Exception {
    HeldRequests held = fake.hold(GET_SECRET_VALUE);
    CompletableFuture<String> answer = CompletableFuture.supplyAsync(this::get);
    held.await(1, SOON);

    fake.close();
    fake.close();

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
        .withCauseInstanceOf(SdkClientException.class);
    assertThatExceptionOfType(SdkClientException.class)
        .isThrownBy(this::get)
        .withRootCauseInstanceOf(ConnectException.class);
  }

  @Test
  void a_fault_proxy_in_front_takes_the_service_off_the_network() {
    try (FaultProxy proxy = FaultProxy.to("127.0.0.1", fake.endpoint().getPort());
        SecretsManagerClient through =
            AwsClients.secretsManager(
                URI.create("http://" + proxy.host() + ":" + proxy.port()), Region.US_EAST_1)) {
      through.getSecretValue(r -> r.secretId(NAME));

      proxy.refuseConnections();
      proxy.disconnect();

      assertThatExceptionOfType(SdkClientException.class)
          .isThrownBy(() -> through.getSecretValue(r -> r.secretId(NAME)))
          .withRootCauseInstanceOf(ConnectException.class);
    }
  }

  private String get() {
    return client.getSecretValue(r -> r.secretId(NAME)).secretString();
  }
}
