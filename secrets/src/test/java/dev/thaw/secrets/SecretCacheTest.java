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
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.testing.aws.HeldRequests;
import dev.thaw.testing.aws.SecretsManagerError;
import dev.thaw.testing.aws.SecretsManagerFault;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SecretCacheTest extends OneSecret {
  private static final SecretsManagerFault DENIED =
      SecretsManagerFault.error(SecretsManagerError.ACCESS_DENIED);

  @Test
  void a_secret_is_kept_for_the_time_to_live_by_the_wall_clock() throws SQLException {
    assertThat(password(source)).isEqualTo("one");
    fixture.aws.putSecretValue(NAME, secret("two"));

    fixture.clock.advanceWall(TTL.dividedBy(2));
    assertThat(password(source)).isEqualTo("one");
    assertThat(fixture.fetches()).isEqualTo(1);

    fixture.clock.advanceWall(TTL.dividedBy(2));
    assertThat(password(source)).isEqualTo("two");
    assertThat(fixture.fetches()).isEqualTo(2);
  }

  @Test
  void a_secret_is_kept_for_the_time_to_live_by_the_monotonic_clock_too() throws SQLException {
    password(source);
    fixture.aws.putSecretValue(NAME, secret("two"));

    fixture.clock.advanceWall(Duration.ofHours(-2));
    fixture.clock.advanceMonotonic(TTL);

    assertThat(password(source)).isEqualTo("two");
  }

  @Test
  void a_wall_clock_that_jumps_to_and_fro_does_not_stop_the_ageing() throws SQLException {
    password(source);
    fixture.clock.advanceWall(Duration.ofDays(1));
    password(source);
    fixture.clock.advanceWall(Duration.ofDays(-1));
    password(source);
    fixture.aws.putSecretValue(NAME, secret("two"));

    fixture.clock.advance(TTL);

    assertThat(password(source)).isEqualTo("two");
  }

  @Test
  void the_time_to_live_differs_between_environments_and_is_never_longer() throws SQLException {
    try (SecretsManagerCredentialsSource early =
        SecretsManagerCredentialsSource.builder()
            .secretId(NAME)
            .endpoint(fixture.aws.endpoint())
            .wallClock(fixture.clock)
            .nanoClock(fixture.clock::nanoTime)
            .jitter(new Jitter(() -> 0.0))
            .build()) {
      password(source);
      password(early);
      fixture.aws.inject(DENIED);

      fixture.clock.advance(TTL.multipliedBy(9).dividedBy(10));

      assertThat(early.credentials(soon()).staleSince()).isPresent();
      assertThat(source.credentials(soon()).staleSince()).isEmpty();
    }
  }

  @Test
  void a_secret_near_its_end_is_refreshed_by_the_caller() throws SQLException {
    password(source);
    fixture.aws.putSecretValue(NAME, secret("two"));

    fixture.clock.advance(TTL.multipliedBy(85).dividedBy(100));

    assertThat(password(source)).isEqualTo("two");
    fixture.clock.advance(TTL.dividedBy(2));
    assertThat(password(source)).isEqualTo("two");
    assertThat(fixture.fetches()).isEqualTo(2);
  }

  @Test
  void a_refresh_ahead_that_fails_is_harmless_and_not_repeated_at_once() throws SQLException {
    password(source);
    fixture.aws.inject(DENIED);

    fixture.clock.advance(TTL.multipliedBy(85).dividedBy(100));

    assertThat(source.credentials(soon()).staleSince()).isEmpty();
    assertThat(source.credentials(soon()).staleSince()).isEmpty();
    assertThat(fixture.fetches()).isEqualTo(2);
  }

  @Test
  void a_refresh_ahead_takes_only_a_part_of_the_deadline() throws Exception {
    password(source);
    fixture.clock.advance(TTL.multipliedBy(85).dividedBy(100));

    try (HeldRequests held = fixture.aws.hold()) {
      Deadline deadline = Deadline.after(Duration.ofSeconds(6));
      assertThat(source.credentials(deadline).password()).isEqualTo("one");
      assertThat(held.count()).isEqualTo(1);
      assertThat(deadline.remaining()).isGreaterThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void many_threads_fetch_once() throws Exception {
    fixture.loadSdk();
    int fetches = fixture.fetches();
    List<Future<String>> results = new ArrayList<>();
    try (HeldRequests held = fixture.aws.hold()) {
      for (int i = 0; i < 16; i++) {
        results.add(threads.submit(() -> password(source)));
      }
      held.await(1, WAIT);
    }
    for (Future<String> result : results) {
      assertThat(result.get(WAIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("one");
    }
    assertThat(fixture.fetches()).isEqualTo(fetches + 1);
  }

  @Test
  void one_lost_answer_does_not_keep_another_thread_from_fetching() throws Exception {
    fixture.loadSdk();
    int fetches = fixture.fetches();
    fixture.aws.inject(SecretsManagerFault.noAnswer(), 1);
    Future<String> first = threads.submit(() -> password(source));
    await().until(() -> fixture.fetches() == fetches + 1);

    Deadline deadline = Deadline.after(Duration.ofSeconds(8));
    assertThat(source.credentials(deadline).password()).isEqualTo("one");

    assertThat(deadline.remaining()).isGreaterThan(Duration.ofSeconds(4));
    assertThat(first).isNotDone();
    assertThat(fixture.fetches()).isEqualTo(fetches + 2);
  }

  @Test
  void a_wait_behind_another_fetch_ends_with_the_deadline() throws Exception {
    fixture.loadSdk();
    try (HeldRequests held = fixture.aws.hold()) {
      Future<String> first = threads.submit(() -> password(source));
      held.await(1, WAIT);

      assertThatExceptionOfType(SQLTimeoutException.class)
          .isThrownBy(() -> source.credentials(Deadline.after(Duration.ofMillis(100))))
          .withMessageContaining(NAME);
      assertThat(first).isNotDone();
    }
  }

  @Test
  void an_interrupt_ends_the_wait_behind_another_and_stays_visible() throws Exception {
    try (HeldRequests held = fixture.aws.hold()) {
      Future<String> first = threads.submit(() -> password(source));
      held.await(1, WAIT);
      assertThat(first).isNotDone();
      Background<Boolean> waiter =
          Background.run(
              () -> {
                assertThatExceptionOfType(SQLTransientConnectionException.class)
                    .isThrownBy(() -> source.credentials(soon()));
                return Thread.currentThread().isInterrupted();
              });
      waiter.thread().interrupt();

      assertThat(waiter.join()).isTrue();
    }
  }

  @Test
  void a_waiter_goes_on_when_the_one_before_runs_out_of_time() throws Exception {
    fixture.loadSdk();
    Future<String> hasty;
    Future<String> patient;
    try (HeldRequests held = fixture.aws.hold()) {
      hasty =
          threads.submit(
              () -> source.credentials(Deadline.after(Duration.ofSeconds(2))).password());
      held.await(1, WAIT);
      patient = threads.submit(() -> password(source));
      assertThat(hasty)
          .failsWithin(WAIT)
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(SQLTimeoutException.class);
    }
    assertThat(patient.get(WAIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("one");
  }

  @Test
  void an_expired_secret_is_served_while_aws_fails_marked_and_within_the_bound()
      throws SQLException {
    Instant fetched = fixture.clock.instant();
    password(source);
    fixture.aws.inject(DENIED);

    fixture.clock.advance(TTL.plusSeconds(1));
    DatabaseCredentials stale = source.credentials(soon());
    assertThat(stale.password()).isEqualTo("one");
    assertThat(stale.staleSince()).hasValue(fetched.plus(TTL));
    assertThat(stale.retrievedAt()).hasValue(fetched);

    fixture.clock.advance(Duration.ofHours(1).minusSeconds(2));
    assertThat(source.credentials(soon()).staleSince()).isPresent();

    fixture.clock.advance(Duration.ofSeconds(2));
    assertThatExceptionOfType(SQLNonTransientConnectionException.class)
        .isThrownBy(() -> source.credentials(soon()))
        .withMessageContaining("AccessDeniedException");
  }

  @Test
  void an_expired_secret_is_served_within_a_part_of_the_deadline_while_aws_is_slow()
      throws SQLException {
    password(source);
    fixture.clock.advance(TTL);

    try (HeldRequests held = fixture.aws.hold()) {
      Deadline deadline = Deadline.after(Duration.ofSeconds(6));
      assertThat(source.credentials(deadline).staleSince()).isPresent();
      assertThat(deadline.remaining()).isGreaterThan(Duration.ofSeconds(1));
      assertThat(held.count()).isEqualTo(1);
    }
  }

  @Test
  void without_a_stale_time_an_expired_secret_is_not_served() throws SQLException {
    try (SecretsManagerCredentialsSource strict =
        fixture.builder().maxStale(Duration.ZERO).build()) {
      password(strict);
      fixture.aws.inject(DENIED);
      fixture.clock.advance(TTL);

      assertThatExceptionOfType(SQLNonTransientConnectionException.class)
          .isThrownBy(() -> strict.credentials(soon()));
    }
  }

  @Test
  void aws_is_left_alone_longer_with_each_failure() throws SQLException {
    password(source);
    fixture.aws.inject(DENIED);
    fixture.clock.advance(TTL);
    source.credentials(soon());
    assertThat(fixture.fetches()).isEqualTo(2);

    source.credentials(soon());
    assertThat(fixture.fetches()).isEqualTo(2);
    fixture.clock.advance(Duration.ofSeconds(1));
    source.credentials(soon());
    assertThat(fixture.fetches()).isEqualTo(3);
    fixture.clock.advance(Duration.ofSeconds(1));
    source.credentials(soon());
    assertThat(fixture.fetches()).isEqualTo(3);
    fixture.clock.advance(Duration.ofSeconds(1));
    source.credentials(soon());
    assertThat(fixture.fetches()).isEqualTo(4);
  }

  @Test
  void a_refresh_that_works_again_ends_the_stale_time() throws SQLException {
    password(source);
    fixture.aws.inject(DENIED, 1);
    fixture.clock.advance(TTL);
    assertThat(source.credentials(soon()).staleSince()).isPresent();

    fixture.clock.advance(Duration.ofSeconds(2));

    assertThat(source.credentials(soon()).staleSince()).isEmpty();
  }

  @Test
  void a_secret_in_flight_at_an_invalidate_is_not_kept_and_not_waited_for() throws Exception {
    Future<String> before;
    Future<String> after;
    try (HeldRequests held = fixture.aws.hold()) {
      before = threads.submit(() -> password(source));
      held.await(1, WAIT);
      source.invalidate();
      after = threads.submit(() -> password(source));
      held.await(2, WAIT);
      source.invalidate();
    }
    assertThat(before.get(WAIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("one");
    assertThat(after.get(WAIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("one");

    fixture.aws.putSecretValue(NAME, secret("two"));
    assertThat(password(source)).isEqualTo("two");
    assertThat(fixture.fetches()).isEqualTo(3);
  }
}
