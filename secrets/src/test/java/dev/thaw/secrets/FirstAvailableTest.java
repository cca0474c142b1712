package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.password;
import static dev.thaw.secrets.SourceFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.aws.SecretsManagerError;
import dev.thaw.testing.aws.SecretsManagerFault;
import dev.thaw.testing.fault.MovableClock;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FirstAvailableTest {

  /** A source that does as it is told. */
  private static final class Scripted implements CredentialsSource {
    private final String name;
    private @Nullable SQLException failure;
    private boolean hasOthers = true;
    private int calls;
    private int closed;
    private int invalidated;
    private Duration given = Duration.ZERO;

    Scripted(String name) {
      this.name = name;
    }

    @Override
    public DatabaseCredentials credentials(Deadline deadline) throws SQLException {
      calls++;
      given = deadline.remaining();
      if (failure != null) {
        throw failure;
      }
      return DatabaseCredentials.of("app", name);
    }

    @Override
    public Optional<DatabaseCredentials> refused(DatabaseCredentials refused, Deadline deadline) {
      return hasOthers
          ? Optional.of(DatabaseCredentials.of("app", name + " again"))
          : Optional.empty();
    }

    @Override
    public String refusalAdvice() {
      return "ask " + name;
    }

    @Override
    public boolean needsVerifiedTls() {
      return name.equals("second");
    }

    @Override
    public void invalidate() {
      invalidated++;
    }

    @Override
    public void close() {
      closed++;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private final SQLException notYet = new SQLTransientConnectionException("not yet");
  private final SQLException denied = new SQLNonTransientConnectionException("denied");

  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-26T08:00:00Z"));
  private final Scripted first = new Scripted("first");
  private final Scripted second = new Scripted("second");
  private final CredentialsSource both = source(first, second);

  private CredentialsSource source(CredentialsSource... sources) {
    // No part of a pause is left out.
    return new FirstAvailable(
        List.of(sources), new ElapsedClock(clock, clock::nanoTime), new Jitter(() -> 1.0));
  }

  private static SQLException none(String message) {
    return new SQLNonTransientConnectionException(message, "02000");
  }

  @Test
  void the_first_that_answers_is_asked_alone_from_then_on() throws SQLException {
    first.failure = none("no such secret");
    assertThat(password(both)).isEqualTo("second");
    first.failure = null;
    assertThat(password(both)).isEqualTo("second");
    assertThat(first.calls).isEqualTo(1);

    both.invalidate();
    assertThat(password(both)).isEqualTo("first");
    assertThat(second.invalidated).isEqualTo(1);
  }

  @Test
  void one_that_was_passed_over_is_used_again_once_it_answers() throws SQLException {
    first.failure = notYet;
    password(both);
    clock.advance(Duration.ofSeconds(14));
    password(both);
    assertThat(first.calls).isEqualTo(1);

    clock.advance(Duration.ofSeconds(1));
    assertThat(password(both)).isEqualTo("second");
    assertThat(first.calls).isEqualTo(2);
    assertThat(first.given).isLessThanOrEqualTo(Duration.ofSeconds(1));
    first.failure = null;
    clock.advance(Duration.ofSeconds(29));
    assertThat(password(both)).isEqualTo("second");
    clock.advance(Duration.ofSeconds(1));
    assertThat(password(both)).isEqualTo("first");
    assertThat(password(both)).isEqualTo("first");
  }

  @Test
  void one_that_stays_away_is_asked_ever_less_often() throws SQLException {
    first.failure = notYet;
    for (int second = 0; second < 3600; second++) {
      password(both);
      clock.advance(Duration.ofSeconds(1));
    }
    // After 15, 30, 60, 120, 240 s, then every 300 s.
    assertThat(first.calls).isEqualTo(1 + 5 + 10);
  }

  @Test
  void a_freeze_counts_by_whichever_clock_runs_on() throws SQLException {
    first.failure = notYet;
    password(both);
    first.failure = null;
    clock.advanceWall(Duration.ofMinutes(10));
    assertThat(password(both)).isEqualTo("first");
  }

  @Test
  void a_refusal_is_passed_over_neither_at_first_nor_later() throws SQLException {
    first.failure = denied;
    assertThatThrownBy(() -> password(both)).isSameAs(denied);
    assertThat(second.calls).isZero();

    first.failure = null;
    password(both);
    first.failure = denied;
    assertThatThrownBy(() -> password(both)).isSameAs(denied);
    assertThat(second.calls).isZero();
  }

  @Test
  void a_refusal_of_the_preferred_one_is_told_though_another_is_in_use() throws SQLException {
    first.failure = notYet;
    password(both);
    first.failure = denied;
    clock.advance(Duration.ofSeconds(15));
    assertThatThrownBy(() -> password(both)).isSameAs(denied);
  }

  @Test
  void what_secrets_manager_denies_is_an_error_and_what_it_does_not_have_is_not() throws Exception {
    try (SourceFixture aws = new SourceFixture(SourceFixture.LAMBDA);
        CredentialsSource chain = source(aws.builder().build(), second)) {
      assertThat(password(chain)).isEqualTo("second");
      chain.invalidate();
      aws.aws.inject(SecretsManagerFault.error(SecretsManagerError.ACCESS_DENIED));
      assertThatExceptionOfType(SQLNonTransientConnectionException.class)
          .isThrownBy(() -> password(chain))
          .withMessageContaining("AccessDenied");
      aws.aws.clearFaults();
      aws.aws.inject(SecretsManagerFault.error(SecretsManagerError.THROTTLING));
      assertThat(password(chain)).isEqualTo("second");
      aws.aws.clearFaults();
      aws.aws.createSecret(SourceFixture.NAME, SourceFixture.secret("healed"));
      clock.advance(Duration.ofMinutes(5));
      aws.clock.advance(Duration.ofMinutes(5));
      assertThat(password(chain)).isEqualTo("healed");
    }
  }

  @Test
  void variables_that_are_missing_are_passed_over_and_malformed_ones_are_not() throws SQLException {
    assertThat(password(source(variables(Map.of()), second))).isEqualTo("second");
    CredentialsSource malformed = variables(Map.of("DB_PORT", "none"));
    assertThatExceptionOfType(SQLNonTransientConnectionException.class)
        .isThrownBy(() -> password(source(malformed, second)))
        .withMessageContaining("DB_PORT");
  }

  private static CredentialsSource variables(Map<String, String> variables) {
    Map<String, String> lambda = new HashMap<>(variables);
    // No .env file is read.
    lambda.put("AWS_LAMBDA_FUNCTION_NAME", "orders");
    return EnvironmentCredentialsSource.of("", Environment.of(lambda, Path.of("")));
  }

  @Test
  void the_next_one_is_asked_as_well_if_the_chosen_one_fails_for_a_while() throws SQLException {
    password(both);
    first.failure = notYet;
    assertThat(password(both)).isEqualTo("second");
    first.failure = null;
    clock.advance(Duration.ofSeconds(15));
    assertThat(password(both)).isEqualTo("first");
  }

  @Test
  void what_was_passed_over_is_told_once_for_each_change() throws SQLException {
    try (CapturedLog log = new CapturedLog()) {
      password(both);
      first.failure = notYet;
      for (int i = 0; i < 5; i++) {
        password(both);
        clock.advance(Duration.ofMinutes(10));
      }
      first.failure = null;
      password(both);
      password(both);
      assertThat(log.text().lines().filter(line -> line.contains(" WARN ")))
          .singleElement()
          .asString()
          .contains("second is used, since those before it have no credentials: first: not yet");
      assertThat(log.text().lines().filter(line -> line.contains(" INFO ")))
          .singleElement()
          .asString()
          .contains("first is used again instead of second");
      first.failure = notYet;
      password(both);
      assertThat(log.text().lines().filter(line -> line.contains(" WARN "))).hasSize(2);
    }
  }

  @Test
  void the_error_lists_what_each_one_said() {
    first.failure = none("no such secret");
    second.failure = new SQLTransientConnectionException("unreachable");
    assertThatExceptionOfType(SQLTransientConnectionException.class)
        .isThrownBy(() -> password(both))
        .withMessage("No source has credentials: first: no such secret | second: unreachable")
        .withCause(first.failure)
        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(second.failure));

    second.failure = none("not set");
    assertThatExceptionOfType(SQLNonTransientConnectionException.class)
        .isThrownBy(() -> password(both))
        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("02000"));
  }

  @Test
  void a_source_leaves_time_to_those_after_it() {
    first.failure = notYet;
    second.failure = notYet;
    assertThatExceptionOfType(SQLTransientConnectionException.class)
        .isThrownBy(() -> password(both));
    assertThat(first.given).isLessThanOrEqualTo(Duration.ofSeconds(10));
    assertThat(second.given).isGreaterThan(Duration.ofSeconds(10));
  }

  @Test
  void a_refused_login_is_reported_to_the_source_it_came_from() throws SQLException {
    DatabaseCredentials fromFirst = both.credentials(soon());
    first.failure = notYet;
    DatabaseCredentials fromSecond = both.credentials(soon());
    assertThat(refused(fromFirst)).hasValue("first again");
    assertThat(refused(fromSecond)).hasValue("second again");
  }

  @Test
  void a_refused_login_of_a_later_source_asks_the_preferred_one_once() throws SQLException {
    first.failure = notYet;
    DatabaseCredentials old = both.credentials(soon());
    second.hasOthers = false;
    assertThat(refused(old)).isEmpty();
    assertThat(first.calls).isEqualTo(2);
    first.failure = null;
    assertThat(refused(old)).isEmpty();
    clock.advance(Duration.ofSeconds(15));
    assertThat(refused(old)).hasValue("first");
    assertThat(password(both)).isEqualTo("first");
  }

  private Optional<String> refused(DatabaseCredentials credentials) throws SQLException {
    return both.refused(credentials, soon()).map(DatabaseCredentials::password);
  }

  @Test
  void the_advice_is_that_of_the_source_it_came_from() throws SQLException {
    both.credentials(soon());
    assertThat(both.refusalAdvice()).isEqualTo("ask first");
  }

  @Test
  void one_that_needs_verified_tls_is_enough() {
    assertThat(both.needsVerifiedTls()).isTrue();
    assertThat(CredentialsSources.firstAvailable(first).needsVerifiedTls()).isFalse();
  }

  @Test
  void all_are_closed_and_named() {
    both.close();
    assertThat(first.closed).isEqualTo(1);
    assertThat(second.closed).isEqualTo(1);
    assertThat(both).hasToString("FirstAvailable[first, second]");
  }
}
