package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.fixture.Elapsed;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.SecretsManagerError;
import dev.thaw.testing.aws.SecretsManagerFault;
import dev.thaw.testing.fault.MovableClock;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A get that must open a connection while Secrets Manager is in trouble: with a secret that has
 * expired, and with none.
 */
@DatabaseTest
class SecretsManagerTroubleTest {
  private static final String SECRET = "orders/database";
  private static final Duration LIMIT = Duration.ofSeconds(3);
  // Beyond the time to live of 5 minutes, and beyond the hour of stale use.
  private static final Duration LATER = Duration.ofMinutes(10);
  private static final Duration TOO_LATE = Duration.ofHours(2);

  private final TestSchema schema;
  private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
  private FakeSecretsManager secretsManager;
  private SecretWatch watch;
  private PooledConnectionProvider provider;

  SecretsManagerTroubleTest(TestSchema schema) {
    this.schema = schema;
  }

  private enum Trouble {
    DOWN(SQLTransientConnectionException.class, "cannot be reached"),
    SLOW(SQLTimeoutException.class, "did not answer before the deadline"),
    THROTTLING(SQLTransientConnectionException.class, "ThrottlingException");

    private final Class<? extends SQLException> type;
    private final String text;

    Trouble(Class<? extends SQLException> type, String text) {
      this.type = type;
      this.text = text;
    }

    void begin(FakeSecretsManager secretsManager) {
      switch (this) {
        case DOWN -> secretsManager.inject(SecretsManagerFault.connectionReset());
        case SLOW -> secretsManager.latency(Duration.ofSeconds(10));
        case THROTTLING ->
            secretsManager.inject(SecretsManagerFault.error(SecretsManagerError.THROTTLING));
      }
    }
  }

  @BeforeEach
  void start() throws SQLException {
    watch = new SecretWatch();
    secretsManager = FakeSecretsManager.start();
    secretsManager.createSecret(SECRET, schema.createUser());
    provider =
        watch.build(
            PooledConnectionProvider.builder()
                .credentials(
                    watch.over(
                        SecretsManagerCredentialsSource.builder()
                            .secretId(SECRET)
                            .region(secretsManager.region())
                            .endpoint(secretsManager.endpoint())
                            .wallClock(clock)
                            .nanoClock(clock::nanoTime)
                            .build()))
                // Too old when it is given back, so each get opens one.
                .maxLifetime(Duration.ofMillis(1))
                .giveBackWhenFull(false)
                .wallClock(clock));
  }

  @AfterEach
  void stop() {
    try (SecretWatch watched = watch) {
      provider.close();
      secretsManager.close();
      watched.assertNothingSeen();
    }
  }

  private void get() throws SQLException {
    provider.get(Deadline.after(LIMIT)).close();
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  void an_expired_secret_is_served_marked_as_stale(Trouble trouble) throws SQLException {
    get();
    trouble.begin(secretsManager);
    clock.advance(LATER);
    int calls = secretsManager.calls();
    get();
    assertThat(secretsManager.calls()).isGreaterThan(calls);
    assertThat(provider.stats().opened()).isEqualTo(2);
    assertThat(provider.check().staleSince()).isPresent();
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  void a_secret_that_is_too_old_is_not_served(Trouble trouble) throws SQLException {
    get();
    trouble.begin(secretsManager);
    clock.advance(TOO_LATE);
    assertClearFailure(trouble);
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  void without_a_secret_there_is_a_clear_error_within_the_deadline(Trouble trouble)
      throws SQLException {
    trouble.begin(secretsManager);
    assertClearFailure(trouble);
    secretsManager.clearFaults();
    secretsManager.latency(Duration.ZERO);
    get();
  }

  private void assertClearFailure(Trouble trouble) {
    Elapsed.assertTakesAtMost(
        LIMIT,
        () ->
            assertThatThrownBy(this::get)
                .satisfies(watch::show)
                .isInstanceOf(trouble.type)
                .hasMessageContaining(SECRET)
                .hasMessageContaining(trouble.text));
  }
}
