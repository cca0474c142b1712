package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.testing.fault.MovableClock;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.exception.SdkClientException;

class IamTokenCredentialsSourceTest {
  private static final String HOST = "db.abc.eu-central-1.rds.amazonaws.com";
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  private final MovableClock clock = new MovableClock(NOON);
  private volatile AwsCredentials role = AwsBasicCredentials.create("AKIDEXAMPLE", "s3cret-key");

  private IamTokenCredentialsSource.Builder builder() {
    return IamTokenCredentialsSource.builder()
        .host(HOST)
        .username("app")
        .environment(SourceFixture.LAMBDA)
        .wallClock(clock)
        .nanoClock(clock::nanoTime);
  }

  private IamTokenCredentialsSource ofProvider() {
    return builder().credentials(() -> role).build();
  }

  private static DatabaseCredentials credentials(IamTokenCredentialsSource source)
      throws SQLException {
    return source.credentials(soon());
  }

  @Test
  void the_token_says_for_whom_where_and_how_long_it_is() throws SQLException {
    DatabaseCredentials made = credentials(builder().database("assets").build());

    assertThat(made.username()).isEqualTo("app");
    assertThat(made.password())
        .startsWith(HOST + ":3306/?Action=connect&DBUser=app&X-Amz-Algorithm=AWS4-HMAC-SHA256")
        .contains("X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261124%2Feu-central-1%2Frds-db%2Faws4")
        .contains(
            "X-Amz-Date=20261124T120000Z", "X-Amz-Expires=900", "X-Amz-Security-Token=session");
    assertThat(made.host()).contains(HOST);
    assertThat(made.port()).hasValue(3306);
    assertThat(made.database()).contains("assets");
    assertThat(made.version()).contains("iam");
    assertThat(made.retrievedAt()).contains(NOON);
    assertThat(made.expiry()).contains(NOON.plus(Duration.ofMinutes(15)));
  }

  @Test
  void a_token_is_used_for_ten_minutes_and_then_never_again() throws SQLException {
    IamTokenCredentialsSource source = builder().build();
    DatabaseCredentials first = credentials(source);

    clock.advance(Duration.ofMinutes(10).minusMillis(1));
    assertThat(credentials(source)).isSameAs(first);
    clock.advance(Duration.ofMillis(1));
    assertThat(credentials(source).password()).isNotEqualTo(first.password());
  }

  @Test
  void each_of_the_two_clocks_ends_a_token() throws SQLException {
    IamTokenCredentialsSource source = builder().build();
    DatabaseCredentials first = credentials(source);
    clock.advanceWall(Duration.ofMinutes(10));
    DatabaseCredentials second = credentials(source);
    clock.advanceMonotonic(Duration.ofMinutes(10));
    DatabaseCredentials third = credentials(source);

    assertThat(second).isNotSameAs(first);
    assertThat(third).isNotSameAs(second);
  }

  @Test
  void a_clock_that_was_set_back_makes_no_token_of_the_future() throws SQLException {
    IamTokenCredentialsSource source = builder().build();
    credentials(source);
    clock.advanceWall(Duration.ofSeconds(-30));

    assertThat(credentials(source).password()).contains("X-Amz-Date=20261124T115930Z");
  }

  @Test
  void a_token_ends_with_the_keys_that_signed_it() throws SQLException {
    role = session(NOON.plusSeconds(90));
    IamTokenCredentialsSource source = ofProvider();
    DatabaseCredentials first = credentials(source);
    assertThat(first.expiry()).contains(NOON.plusSeconds(90));
    clock.advance(Duration.ofSeconds(89));
    assertThat(credentials(source)).isSameAs(first);
    clock.advance(Duration.ofSeconds(1));
    role = session(NOON.plusSeconds(180));
    assertThat(credentials(source)).isNotSameAs(first);
  }

  @Test
  void keys_that_have_expired_sign_nothing_and_are_asked_for_anew() throws SQLException {
    AwsSessionCredentials expired = session(NOON.minusSeconds(1));
    AtomicInteger asked = new AtomicInteger();
    IamTokenCredentialsSource source =
        builder()
            .credentials(
                () -> asked.incrementAndGet() == 1 ? expired : session(NOON.plusSeconds(600)))
            .build();
    assertThat(credentials(source).expiry()).contains(NOON.plusSeconds(600));
    assertThat(asked).hasValue(2);

    role = expired;
    assertThatExceptionOfType(SQLTransientConnectionException.class)
        .isThrownBy(() -> credentials(ofProvider()))
        .withMessageContainingAll(
            HOST, "the AWS keys to sign with expired at " + NOON.minusSeconds(1));
  }

  private static AwsSessionCredentials session(Instant end) {
    return AwsSessionCredentials.builder()
        .accessKeyId("ASIAEXAMPLE")
        .secretAccessKey("s3cret-key")
        .sessionToken("session")
        .expirationTime(end)
        .build();
  }

  @Test
  void a_dot_for_the_root_of_dns_is_not_signed() throws SQLException {
    DatabaseCredentials rooted =
        credentials(
            IamTokenCredentialsSource.builder()
                .host(HOST + ".")
                .username("app")
                .environment(SourceFixture.LAMBDA)
                .wallClock(clock)
                .nanoClock(clock::nanoTime)
                .build());
    assertThat(rooted.password()).isEqualTo(credentials(builder().build()).password());
    assertThat(rooted.host()).contains(HOST + ".");
    assertThat(credentials(builder().signedHost(HOST + ".").build()).password())
        .isEqualTo(rooted.password());
  }

  @Test
  void with_snapstart_the_keys_are_asked_for_and_a_token_ends_with_them() throws SQLException {
    Instant end = NOON.plus(Duration.ofMinutes(5));
    try (ScriptedHttp container =
            ScriptedHttp.sending(
                ScriptedHttp.answer(
                    "{\"AccessKeyId\":\"ASIACONTAINER\",\"SecretAccessKey\":\"s3cret\","
                        + "\"Token\":\"t0ken\",\"Expiration\":\""
                        + end
                        + "\"}"));
        IamTokenCredentialsSource source =
            builder()
                .environment(
                    Map.of(
                        "AWS_LAMBDA_FUNCTION_NAME",
                        "orders",
                        ContainerCredentials.URI_VARIABLE,
                        "http://127.0.0.1:" + container.port() + "/credentials"))
                .build()) {
      DatabaseCredentials made = credentials(source);
      assertThat(made.password()).contains("=ASIACONTAINER%2F");
      assertThat(made.expiry()).contains(end);
      source.invalidate();
      credentials(source);
      assertThat(container.requests()).hasSize(2);
    }
  }

  @Test
  void after_a_refusal_a_token_that_is_young_stays() throws SQLException {
    IamTokenCredentialsSource source = builder().build();
    DatabaseCredentials first = credentials(source);
    clock.advance(Duration.ofSeconds(60));

    assertThat(source.refused(first, soon())).isEmpty();
    assertThat(credentials(source)).isSameAs(first);
  }

  @Test
  void after_a_refusal_a_token_that_is_not_young_is_replaced_once() throws SQLException {
    IamTokenCredentialsSource source = builder().build();
    DatabaseCredentials first = credentials(source);
    clock.advance(Duration.ofSeconds(61));
    Optional<DatabaseCredentials> second = source.refused(first, soon());

    assertThat(second).hasValueSatisfying(other -> assertThat(other.sameLogin(first)).isFalse());
    assertThat(source.refused(first, soon())).isEqualTo(second);
    assertThat(source.refused(second.orElseThrow(), soon())).isEmpty();
    assertThat(credentials(source)).isSameAs(second.orElseThrow());
  }

  @Test
  void after_a_refusal_other_keys_make_another_token() throws SQLException {
    IamTokenCredentialsSource source = ofProvider();
    DatabaseCredentials first = credentials(source);
    role = AwsBasicCredentials.create("AKIDOTHER", "s3cret-key");

    assertThat(source.refused(first, soon()))
        .hasValueSatisfying(other -> assertThat(other.password()).contains("=AKIDOTHER%2F"));
  }

  @Test
  void a_token_that_is_being_signed_when_all_is_forgotten_is_not_kept() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch forgotten = new CountDownLatch(1);
    CountDownLatch resolving = new CountDownLatch(1);
    AwsCredentialsProvider slow =
        () -> {
          asked.incrementAndGet();
          resolving.countDown();
          awaitQuietly(forgotten);
          return role;
        };
    try (IamTokenCredentialsSource source = builder().credentials(slow).build()) {
      Background<DatabaseCredentials> borrower = Background.run(() -> credentials(source));
      resolving.await();
      source.invalidate();
      forgotten.countDown();
      DatabaseCredentials early = borrower.join();
      assertThat(credentials(source)).isNotSameAs(early);
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void a_provider_that_does_not_answer_costs_no_more_than_the_deadline() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    AwsCredentialsProvider silent =
        () -> {
          asked.incrementAndGet();
          awaitQuietly(end);
          return role;
        };
    try (IamTokenCredentialsSource source = builder().credentials(silent).build()) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> source.credentials(Deadline.after(Duration.ofMillis(400))))
            .isInstanceOf(SQLTimeoutException.class)
            .hasMessageContaining("AWS's SDK had no credentials before the deadline");
      }
      assertThat(asked).hasValue(1);
      end.countDown();
      assertThat(credentials(source).username()).isEqualTo("app");
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void what_the_sdk_says_is_repeated_and_what_others_say_is_not() {
    assertThatThrownBy(() -> credentials(failing(SdkClientException.create("no\nprofile x"))))
        .isInstanceOf(SQLNonTransientConnectionException.class)
        .hasMessageContaining("AWS's SDK finds no credentials to sign with: no profile x");
    assertThatThrownBy(() -> credentials(failing(new IllegalStateException("key s3cret-key"))))
        .isInstanceOf(SQLNonTransientConnectionException.class)
        .hasMessageContaining("java.lang.IllegalStateException")
        .hasMessageNotContaining("s3cret-key");
  }

  private IamTokenCredentialsSource failing(RuntimeException failure) {
    return builder()
        .credentials(
            () -> {
              throw failure;
            })
        .build();
  }

  @Test
  void missing_parts_of_the_sdk_are_named() {
    AwsCredentialsProvider incomplete =
        () -> {
          throw new NoClassDefFoundError("software/amazon/awssdk/services/sts/StsClient");
        };

    assertThatThrownBy(() -> credentials(builder().credentials(incomplete).build()))
        .isInstanceOf(SQLNonTransientConnectionException.class)
        .hasMessageContainingAll("services/sts/StsClient", "Thaw needs 2.26.1 or later");
  }

  @Test
  void a_closed_source_makes_no_token() {
    IamTokenCredentialsSource source = builder().build();
    source.close();

    assertThatThrownBy(() -> credentials(source)).hasMessageEndingWith("source is closed");
  }

  @Test
  void the_signed_address_may_be_another_one_and_says_the_region() throws SQLException {
    IamTokenCredentialsSource source =
        IamTokenCredentialsSource.builder()
            .host("127.0.0.1")
            .port(13306)
            .username("app")
            .signedHost("db.abc.ap-south-2.rds.amazonaws.com")
            .signedPort(3306)
            .environment(SourceFixture.LAMBDA)
            .build();
    DatabaseCredentials made = credentials(source);

    assertThat(made.password())
        .startsWith("db.abc.ap-south-2.rds.amazonaws.com:3306/?")
        .contains("%2Fap-south-2%2F");
    assertThat(made.host()).contains("127.0.0.1");
    assertThat(made.port()).hasValue(13306);
  }

  @Test
  void a_region_that_nothing_tells_is_missed() {
    IamTokenCredentialsSource.Builder builder =
        IamTokenCredentialsSource.builder()
            .host("db.internal")
            .username("app")
            .environment(Map.of());
    assertThatIllegalStateException()
        .isThrownBy(builder::build)
        .withMessageStartingWith("region is not set");
    assertThat(builder.environment(Map.of("AWS_REGION", "eu-west-1")).build())
        .hasToString("IamTokenCredentialsSource[db.internal:3306 in eu-west-1]");
  }

  @Test
  void wrong_values_are_rejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IamTokenCredentialsSource.builder().host("app:pw@db"))
        .withMessageStartingWith("host is a value of 9 characters (not shown, it may be a secret");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IamTokenCredentialsSource.builder().port(0))
        .withMessageContaining("port is '0'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IamTokenCredentialsSource.builder().username(""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IamTokenCredentialsSource.builder().region("eu central"));
    assertThatIllegalStateException().isThrownBy(() -> builder().host("other"));
    assertThatIllegalStateException()
        .isThrownBy(() -> IamTokenCredentialsSource.builder().host("h").build())
        .withMessage("username is not set");
  }

  @Test
  void no_text_shows_a_key_or_a_token() throws SQLException {
    IamTokenCredentialsSource source = ofProvider();
    DatabaseCredentials made = credentials(source);
    assertThat(source.toString() + made + source.refusalAdvice())
        .doesNotContain("s3cret-key", "X-Amz-Signature");
  }
}
