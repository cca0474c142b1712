package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.NAME;
import static dev.thaw.secrets.SourceFixture.TTL;
import static dev.thaw.secrets.SourceFixture.WAIT;
import static dev.thaw.secrets.SourceFixture.password;
import static dev.thaw.secrets.SourceFixture.secret;
import static dev.thaw.secrets.SourceFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.aws.HeldRequests;
import dev.thaw.testing.aws.SecretsManagerError;
import dev.thaw.testing.aws.SecretsManagerFault;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RefusedLoginTest extends OneSecret {
  private static final DatabaseCredentials ONE = DatabaseCredentials.of("app", "one");
  private static final DatabaseCredentials TWO = DatabaseCredentials.of("app", "two");
  private static final DatabaseCredentials THREE = DatabaseCredentials.of("app", "three");

  @Test
  void a_changed_secret_is_fetched_once_and_kept() throws SQLException {
    password(source);
    fixture.aws.putSecretValue(NAME, secret("two"));

    assertThat(refused(ONE)).hasValue("two");
    assertThat(refused(ONE)).hasValue("two");
    assertThat(password(source)).isEqualTo("two");
    assertThat(fixture.fetches()).isEqualTo(2);
  }

  @Test
  void a_secret_that_names_another_schema_or_host_is_another_one() throws SQLException {
    fixture.aws.putSecretValue(NAME, place("db1", "old"));
    DatabaseCredentials first = source.credentials(soon());
    fixture.aws.putSecretValue(NAME, place("db1", "new"));
    DatabaseCredentials second = source.refused(first, soon()).orElseThrow();
    assertThat(second.database()).hasValue("new");
    fixture.aws.putSecretValue(NAME, place("db2", "new"));
    assertThat(source.refused(second, soon()).orElseThrow().host()).hasValue("db2");
    assertThat(fixture.fetches()).isEqualTo(3);
  }

  private static String place(String host, String database) {
    return "{\"username\":\"app\",\"password\":\"one\",\"host\":\"%s\",\"dbname\":\"%s\"}"
        .formatted(host, database);
  }

  @Test
  void many_threads_with_one_refused_login_fetch_once() throws Exception {
    password(source);
    fixture.aws.putSecretValue(NAME, secret("two"));
    List<Future<Optional<String>>> results = new ArrayList<>();

    try (HeldRequests held = fixture.aws.hold()) {
      for (int i = 0; i < 8; i++) {
        results.add(threads.submit(() -> refused(ONE)));
      }
      held.await(1, WAIT);
    }
    for (Future<Optional<String>> result : results) {
      assertThat(result.get(WAIT.toSeconds(), TimeUnit.SECONDS)).hasValue("two");
    }
    assertThat(fixture.fetches()).isEqualTo(2);
  }

  @Test
  void who_asks_while_another_login_is_looked_for_waits_for_it() throws Exception {
    password(source);
    fixture.aws.putSecretValue(NAME, secret("two"));
    Future<String> asked;
    try (HeldRequests held = fixture.aws.hold()) {
      Future<Optional<String>> healing = threads.submit(() -> refused(ONE));
      held.await(1, WAIT);
      assertThat(healing).isNotDone();
      asked = threads.submit(() -> password(source));
      await().pollDelay(Duration.ZERO).during(Duration.ofMillis(50)).until(() -> !asked.isDone());
    }
    assertThat(asked.get(WAIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("two");
  }

  @Test
  void one_lost_answer_does_not_keep_others_from_looking_for_another_login() throws Exception {
    password(source);
    fixture.aws.putSecretValue(NAME, secret("two"));
    fixture.aws.inject(SecretsManagerFault.noAnswer(), 1);
    Future<Optional<String>> first = threads.submit(() -> refused(ONE));
    await().until(() -> fixture.fetches() == 2);

    Deadline deadline = Deadline.after(Duration.ofSeconds(8));
    assertThat(source.refused(ONE, deadline).map(DatabaseCredentials::password)).hasValue("two");

    assertThat(deadline.remaining()).isGreaterThan(Duration.ofSeconds(4));
    assertThat(first).isNotDone();
  }

  @Test
  void one_lost_answer_does_not_bring_a_refused_login_back() throws Exception {
    password(source);
    fixture.aws.putSecretValue(NAME, secret("two"));
    fixture.aws.inject(SecretsManagerFault.noAnswer(), 1);
    Future<Optional<String>> first = threads.submit(() -> refused(ONE));
    await().until(() -> fixture.fetches() == 2);

    Deadline deadline = Deadline.after(Duration.ofSeconds(8));
    assertThat(source.credentials(deadline).password()).isEqualTo("two");

    assertThat(deadline.remaining()).isGreaterThan(Duration.ofSeconds(4));
    assertThat(first).isNotDone();
  }

  @Test
  void the_pending_version_bridges_a_rotation_and_stays() throws SQLException {
    password(source);
    fixture.aws.putSecretValue(NAME, secret("two"), "AWSPENDING");

    assertThat(refused(ONE)).hasValue("two");
    int fetches = fixture.fetches();
    assertThat(password(source)).isEqualTo("two");
    assertThat(refused(ONE)).hasValue("two");
    assertThat(fixture.fetches()).isEqualTo(fetches);

    // Also over a refresh that finds the old version still current.
    fixture.clock.advance(TTL);
    assertThat(source.credentials(soon()).staleSince()).isEmpty();
    assertThat(password(source)).isEqualTo("two");
    assertThat(fixture.fetches()).isEqualTo(fetches + 1);
  }

  @Test
  void rotation_after_rotation_costs_one_refused_login_each() throws SQLException {
    password(source);
    String two = fixture.aws.putSecretValue(NAME, secret("two"), "AWSPENDING");
    assertThat(refused(ONE)).hasValue("two");
    fixture.aws.updateSecretVersionStage(NAME, "AWSCURRENT", two);

    String three = fixture.aws.putSecretValue(NAME, secret("three"), "AWSPENDING");
    assertThat(password(source)).isEqualTo("two");
    assertThat(refused(TWO)).hasValue("three");
    fixture.aws.updateSecretVersionStage(NAME, "AWSCURRENT", three);
    fixture.clock.advance(TTL);
    assertThat(password(source)).isEqualTo("three");

    fixture.aws.putSecretValue(NAME, secret("four"));
    assertThat(refused(THREE)).hasValue("four");
  }

  @Test
  void a_pending_version_left_behind_by_a_later_one_is_dropped() throws SQLException {
    password(source);
    fixture.aws.putSecretValue(NAME, secret("two"), "AWSPENDING");
    refused(ONE);
    fixture.aws.putSecretValue(NAME, secret("three"));

    fixture.clock.advance(TTL);

    assertThat(password(source)).isEqualTo("three");
  }

  @Test
  void a_pending_version_refused_before_it_is_set_is_tried_again_when_it_is() throws SQLException {
    password(source);
    fixture.aws.putSecretValue(NAME, secret("two"), "AWSPENDING");
    assertThat(refused(ONE)).hasValue("two");

    assertThat(refused(TWO)).isEmpty();
    assertThat(password(source)).isEqualTo("one");

    fixture.clock.advance(Duration.ofSeconds(1));
    assertThat(refused(ONE)).hasValue("two");
    assertThat(password(source)).isEqualTo("two");
  }

  @Test
  void the_pending_version_can_be_left_out() throws SQLException {
    try (SecretsManagerCredentialsSource current = fixture.builder().tryPending(false).build()) {
      password(current);
      fixture.aws.putSecretValue(NAME, secret("two"), "AWSPENDING");

      assertThat(refused(current, ONE)).isEmpty();
      assertThat(fixture.fetches()).isEqualTo(2);
    }
  }

  @Test
  void a_wrong_password_asks_aws_less_and_less() throws SQLException {
    password(source);
    for (int i = 0; i < 50; i++) {
      assertThat(refused(ONE)).isEmpty();
    }
    assertThat(fixture.fetches()).isEqualTo(3); // first, AWSCURRENT again, AWSPENDING

    for (int i = 0; i < 60; i++) {
      fixture.clock.advance(Duration.ofMillis(500));
      assertThat(refused(ONE)).isEmpty();
    }
    // In 30 s after 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10 s, each rounded up to the half second.
    assertThat(fixture.fetches()).isEqualTo(3 + 2 * 7);
  }

  @Test
  void a_wrong_password_with_a_pending_version_asks_aws_less_and_less_too() throws SQLException {
    password(source);
    fixture.aws.putSecretValue(NAME, secret("two"), "AWSPENDING");
    for (int i = 0; i < 50; i++) {
      refused(ONE);
      refused(TWO);
    }
    assertThat(fixture.fetches()).isLessThanOrEqualTo(7);
  }

  @Test
  void a_login_in_use_is_looked_for_until_the_rotation_is_through() throws Exception {
    password(source);
    fixture.clock.advance(Duration.ofSeconds(2));
    password(source);

    Future<Optional<String>> healed = threads.submit(() -> refused(ONE));
    await().until(() -> fixture.fetches() >= 3);
    fixture.aws.putSecretValue(NAME, secret("two"));

    assertThat(healed.get(WAIT.toSeconds(), TimeUnit.SECONDS)).hasValue("two");
  }

  @Test
  void a_failure_of_aws_is_told() throws SQLException {
    password(source);
    fixture.aws.inject(SecretsManagerFault.error(SecretsManagerError.INTERNAL_SERVICE_ERROR));

    assertThatExceptionOfType(SQLTransientConnectionException.class)
        .isThrownBy(() -> source.refused(ONE, soon()))
        .withMessageContainingAll(NAME, "InternalServiceError");
  }

  @Test
  void a_pending_version_that_may_not_be_read_counts_as_none() throws SQLException {
    password(source);
    fixture.aws.putSecretValue(NAME, "{\"half\":\"made\"}", "AWSPENDING");

    assertThat(refused(ONE)).isEmpty();
  }

  @Test
  void invalidate_forgets_what_was_refused_and_pending() throws SQLException {
    password(source);
    fixture.aws.putSecretValue(NAME, secret("two"), "AWSPENDING");
    refused(ONE);

    source.invalidate();

    assertThat(password(source)).isEqualTo("one");
    assertThat(refused(ONE)).hasValue("two");
  }

  private Optional<String> refused(DatabaseCredentials credentials) throws SQLException {
    return refused(source, credentials);
  }

  private static Optional<String> refused(CredentialsSource source, DatabaseCredentials credentials)
      throws SQLException {
    return source.refused(credentials, soon()).map(DatabaseCredentials::password);
  }
}
