package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Clocks;
import dev.thaw.fixture.Elapsed;
import dev.thaw.internal.mysql.LoginGate;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoginControlTest {
  private static final DatabaseCredentials OLD = DatabaseCredentials.of("app", "old");
  private static final DatabaseCredentials PENDING = DatabaseCredentials.of("app", "pending");
  private static final DatabaseCredentials OTHER_USER = DatabaseCredentials.of("clone", "old");
  private static final Deadline FAR = Deadline.after(Duration.ofHours(1));

  private final SQLException refusal = new SQLException("denied", "28000", 1045);

  private final Clocks clocks = new Clocks();
  // Nothing here is to run out of patience unless it is about that.
  private final LoginControl logins = new LoginControl(clocks::nanoTime, Background.LONG);

  private LoginGate gate(DatabaseCredentials credentials) {
    return logins.gate(credentials, logins.refusals(), Deadline.after(Background.LONG));
  }

  private boolean isWithheld(DatabaseCredentials credentials) {
    SQLException known = logins.withheld(credentials);
    assertThat((Object) known).isIn(null, refusal);
    return known != null;
  }

  private boolean isKnown(DatabaseCredentials credentials) {
    SQLException known = logins.refusalOf(credentials);
    assertThat((Object) known).isIn(null, refusal);
    return known != null;
  }

  private void refuse(DatabaseCredentials credentials, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(isWithheld(credentials)).isFalse();
      logins.refused(credentials, refusal);
    }
  }

  @Test
  void one_login_is_under_way_at_a_time() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Background<Void>> threads =
        Background.perform(
            8,
            () -> {
              for (int n = 0; n < 200; n++) {
                LoginGate gate = gate(OLD);
                gate.enter();
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                Thread.onSpinWait();
                inside.decrementAndGet();
                gate.leave();
              }
            });
    Background.joinAll(threads);
    assertThat(most).hasValue(1);
  }

  @Test
  void entering_and_leaving_twice_is_once() throws Exception {
    LoginGate gate = gate(OLD);
    gate.leave();
    gate.enter();
    gate.enter();
    gate.leave();
    gate.leave();
    try (Background<Void> other =
        Background.perform(
            () -> {
              LoginGate next = gate(OLD);
              next.enter();
              next.leave();
            })) {
      other.join();
    }
  }

  @Test
  void one_that_waited_behind_a_refused_login_does_not_try_the_same() throws Exception {
    LoginGate first = gate(OLD);
    first.enter();
    try (Background<Void> second = enterInBackground(gate(OLD));
        Background<Void> third = enterInBackground(gate(PENDING))) {
      logins.refused(OLD, refusal);
      first.leave();
      assertThat(second.failure()).isInstanceOf(LoginControl.SupersededException.class);
      third.join();
    }
  }

  @Test
  void a_refusal_from_before_the_credentials_were_obtained_closes_no_gate() throws IOException {
    logins.refused(OLD, refusal);
    LoginGate gate = gate(OLD);
    gate.enter();
    gate.leave();
  }

  @Test
  void other_credentials_refused_in_between_do_not_hide_a_refusal() {
    LoginGate gate = gate(OLD);
    logins.refused(OLD, refusal);
    logins.refused(PENDING, refusal);
    assertThatThrownBy(gate::enter).isInstanceOf(LoginControl.SupersededException.class);
  }

  @Test
  void the_gate_is_open_again_after_a_superseded_login() throws IOException {
    LoginGate superseded = gate(OLD);
    logins.refused(OLD, refusal);
    assertThatThrownBy(superseded::enter).isInstanceOf(LoginControl.SupersededException.class);
    LoginGate next = gate(PENDING);
    next.enter();
    next.leave();
  }

  private Background<Void> enterInBackground(LoginGate gate) {
    int before = logins.waiting();
    Background<Void> thread =
        Background.perform(
            () -> {
              gate.enter();
              gate.leave();
            });
    awaitWaiting(before + 1);
    return thread;
  }

  private void awaitWaiting(int threads) {
    await().atMost(Background.LONG).until(() -> logins.waiting() == threads);
  }

  @Test
  void a_login_that_is_not_answered_holds_up_no_other_beyond_the_patience() throws Exception {
    Duration patience = Duration.ofMillis(200);
    LoginControl impatient = new LoginControl(clocks::nanoTime, patience);
    // Together, not one after the other.
    Elapsed.assertTakes(
        patience,
        () -> {
          for (int i = 0; i < 10; i++) {
            impatient.gate(OLD, 0, FAR).enter();
          }
        });
  }

  @Test
  void a_login_that_is_not_answered_takes_a_quarter_of_the_time_of_others_at_most()
      throws Exception {
    Duration time = Duration.ofMillis(1_600);
    // The same whenever it is asked; and what is waited for begins with the first.
    Deadline deadline = Deadline.of(() -> (int) time.toMillis()).withReserve(Duration.ZERO);
    Elapsed.assertTakes(
        time.dividedBy(4),
        () -> {
          gate(OLD).enter();
          logins.gate(OLD, 0, deadline).enter();
        });
  }

  @Test
  void one_that_has_lost_its_patience_sees_a_refusal_all_the_same() throws Exception {
    LoginControl impatient = new LoginControl(clocks::nanoTime, Duration.ZERO);
    impatient.gate(OLD, 0, FAR).enter();
    impatient.refused(OLD, refusal);
    LoginGate second = impatient.gate(OLD, 0, FAR);
    assertThatThrownBy(second::enter).isInstanceOf(LoginControl.SupersededException.class);
  }

  @Test
  void one_that_has_lost_its_patience_opens_the_gate_for_no_other() throws Exception {
    LoginControl impatient = new LoginControl(clocks::nanoTime, Background.LONG);
    LoginGate first = impatient.gate(OLD, 0, FAR);
    first.enter();
    LoginGate second = impatient.gate(OLD, 0, Deadline.after(Duration.ofMillis(8)));
    second.enter();
    second.leave();
    try (Background<Void> third =
        Background.perform(() -> impatient.gate(PENDING, 0, FAR).enter())) {
      await().atMost(Background.LONG).until(() -> impatient.waiting() == 1 || third.isDone());
      assertThat(third.isDone()).isFalse();
      first.leave();
      third.join();
    }
  }

  @Test
  void all_that_wait_learn_of_one_refusal() throws Exception {
    LoginGate first = gate(OLD);
    first.enter();
    List<Background<Void>> others = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      others.add(enterInBackground(gate(OLD)));
    }
    logins.refused(OLD, refusal);
    first.leave();
    for (Background<Void> other : others) {
      assertThat(other.failure()).isInstanceOf(LoginControl.SupersededException.class);
    }
    assertThat(logins.refusals()).isOne();
  }

  @Test
  void an_interrupt_ends_the_wait_at_the_gate_and_is_kept() throws Exception {
    LoginGate first = gate(OLD);
    first.enter();
    LoginGate waiting = gate(OLD);
    try (Background<Boolean> second =
        Background.run(
            () -> {
              assertThatThrownBy(waiting::enter).isInstanceOf(InterruptedIOException.class);
              waiting.leave();
              return Thread.currentThread().isInterrupted();
            })) {
      awaitWaiting(1);
      second.thread().interrupt();
      assertThat(second.join()).isTrue();
    }
    first.leave();
  }

  @Test
  void one_more_login_is_allowed_every_ten_seconds() {
    refuse(OLD, 2);
    clocks.passOnMonotonic(Duration.ofMillis(9_999));
    assertThat(isWithheld(OLD)).isTrue();
    clocks.passOnMonotonic(Duration.ofMillis(1));
    refuse(OLD, 1);
    assertThat(isWithheld(OLD)).isTrue();
    clocks.passOnMonotonic(Duration.ofSeconds(10));
    refuse(OLD, 1);
    assertThat(isWithheld(OLD)).isTrue();
  }

  @Test
  void a_long_pause_allows_no_more_than_two_at_once() {
    refuse(OLD, 2);
    clocks.passOnMonotonic(Duration.ofDays(1));
    refuse(OLD, 2);
    assertThat(isWithheld(OLD)).isTrue();
  }

  @Test
  void credentials_that_were_never_refused_may_be_tried_at_once() {
    refuse(OLD, 2);
    assertThat(isWithheld(PENDING)).isFalse();
    assertThat(isWithheld(OTHER_USER)).isFalse();
    assertThat(isKnown(PENDING)).isFalse();
  }

  @Test
  void threads_refused_together_with_one_password_leave_a_login_for_another_one() {
    for (int i = 0; i < 16; i++) {
      // All were sent before the first was answered.
      logins.refused(OLD, refusal);
    }
    assertThat(isWithheld(OLD)).isTrue();
    assertThat(isWithheld(PENDING)).isFalse();
    refuse(PENDING, 1);
    logins.refused(OLD, refusal);
    assertThat(isWithheld(DatabaseCredentials.of("app", "another"))).isTrue();
  }

  @Test
  void users_that_are_made_up_are_bounded_too() {
    int sent = 0;
    for (int i = 0; i < 1_000; i++) {
      DatabaseCredentials invented = DatabaseCredentials.of("user" + i, "s3cret");
      if (!isWithheld(invented)) {
        logins.refused(invented, refusal);
        sent++;
      }
    }
    assertThat(sent).isEqualTo(8 + 3);
  }

  @Test
  void threads_with_different_wrong_passwords_wait_in_line_for_one_allowance() throws Exception {
    LoginGate first = gate(OLD);
    first.enter();
    List<Background<Void>> others = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      others.add(enterInBackground(gate(DatabaseCredentials.of("app", "invented " + i))));
    }
    for (int i = 0; i < 3; i++) {
      logins.refused(DatabaseCredentials.of("app", "wrong " + i), refusal);
    }
    first.leave();
    for (Background<Void> other : others) {
      assertThat(other.failure()).isInstanceOf(LoginControl.SupersededException.class);
    }
  }

  @Test
  void credentials_that_have_worked_are_not_held_up_by_wrong_ones_of_the_same_user() {
    refuse(OLD, 1);
    logins.accepted(PENDING);
    for (int i = 0; i < 3; i++) {
      refuse(DatabaseCredentials.of("app", "wrong " + i), 1);
    }
    assertThat(isWithheld(DatabaseCredentials.of("app", "another"))).isTrue();
    assertThat(isWithheld(PENDING)).isFalse();
    logins.refused(PENDING, refusal);
    assertThat(isWithheld(PENDING)).isTrue();
  }

  @Test
  void two_wrong_passwords_in_turn_do_not_get_around_the_limit() {
    int sent = 0;
    for (int get = 0; get < 20; get++) {
      for (DatabaseCredentials credentials : List.of(OLD, PENDING)) {
        if (logins.withheld(credentials) == null) {
          logins.refused(credentials, refusal);
          sent++;
        }
      }
    }
    assertThat(sent).isEqualTo(2);
    assertThat(isWithheld(OLD)).isTrue();
    assertThat(isWithheld(PENDING)).isTrue();
  }

  @Test
  void the_same_login_at_another_server_or_schema_is_another_one() {
    refuse(OLD, 2);
    DatabaseCredentials moved =
        DatabaseCredentials.builder("app", "old").host("db2").database("shop").build();
    assertThat(isKnown(moved)).isFalse();
    assertThat(isWithheld(moved)).isFalse();
  }

  @Test
  void one_user_has_no_part_in_the_refusals_of_another() {
    refuse(OLD, 2);
    refuse(OTHER_USER, 2);
    assertThat(isWithheld(OTHER_USER)).isTrue();
  }

  @Test
  void a_success_lifts_the_limit() {
    refuse(OLD, 2);
    logins.accepted(OLD);
    assertThat(isWithheld(OLD)).isFalse();
    assertThat(isKnown(OLD)).isFalse();
    refuse(OLD, 2);
  }

  @Test
  void a_success_with_a_new_password_lifts_the_limit_but_keeps_the_old_one_in_mind() {
    refuse(OLD, 2);
    logins.accepted(PENDING);
    assertThat(isKnown(OLD)).isTrue();
    refuse(OLD, 2);
    assertThat(isWithheld(OLD)).isTrue();
  }

  @Test
  void nothing_is_kept_once_it_is_to_be_forgotten() {
    refuse(OLD, 2);
    logins.forget();
    assertThat(isKnown(OLD)).isFalse();
    refuse(OLD, 2);
  }

  @Test
  void old_passwords_are_not_kept_without_end() {
    for (int i = 0; i < 8; i++) {
      logins.refused(DatabaseCredentials.of("app", "password " + i), refusal);
    }
    assertThat(isKnown(DatabaseCredentials.of("app", "password 0"))).isTrue();
    logins.refused(DatabaseCredentials.of("app", "password 8"), refusal);
    assertThat(isKnown(DatabaseCredentials.of("app", "password 0"))).isFalse();
    assertThat(isKnown(DatabaseCredentials.of("app", "password 1"))).isTrue();
  }
}
