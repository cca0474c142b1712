package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.credentials.DatabaseCredentials;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CredentialsTrackerTest {
  private static final DatabaseCredentials OLD = DatabaseCredentials.of("app", "old");
  private static final DatabaseCredentials NEW = DatabaseCredentials.of("app", "new");

  private final CredentialsTracker tracker = new CredentialsTracker();

  private long login(DatabaseCredentials credentials) {
    long sequence = tracker.observe(credentials, tracker.era());
    tracker.proven(credentials, sequence, tracker.era());
    return sequence;
  }

  @Test
  void the_same_credentials_keep_their_place() {
    long first = login(OLD);
    assertThat(login(OLD)).isEqualTo(first);
    assertThat(tracker.provenSequence()).isEqualTo(first);
    assertThat(tracker.current()).contains(OLD);
  }

  @Test
  void the_first_credentials_replace_nothing() {
    assertThat(tracker.proven(OLD, tracker.observe(OLD, tracker.era()), tracker.era())).isFalse();
    assertThat(tracker.proven(OLD, tracker.observe(OLD, tracker.era()), tracker.era())).isFalse();
  }

  @Test
  void newer_credentials_outdate_the_former_ones_once_they_have_worked() {
    long old = login(OLD);
    long observed = tracker.observe(NEW, tracker.era());
    assertThat(observed).isGreaterThan(old);
    assertThat(tracker.provenSequence()).isEqualTo(old);
    assertThat(tracker.proven(NEW, observed, tracker.era())).isTrue();
    assertThat(tracker.provenSequence()).isEqualTo(observed);
    assertThat(tracker.current()).contains(NEW);
  }

  @Test
  void several_threads_that_see_the_new_credentials_agree_on_their_place() {
    login(OLD);
    long one = tracker.observe(NEW, tracker.era());
    long other = tracker.observe(NEW, tracker.era());
    assertThat(other).isEqualTo(one);
    assertThat(tracker.proven(NEW, one, tracker.era())).isTrue();
    assertThat(tracker.proven(NEW, other, tracker.era())).isFalse();
  }

  @Test
  void a_login_that_was_under_way_with_the_former_credentials_is_outdated_when_it_works() {
    long old = tracker.observe(OLD, tracker.era());
    login(NEW);
    assertThat(tracker.proven(OLD, old, tracker.era())).isFalse();
    assertThat(old).isLessThan(tracker.provenSequence());
    assertThat(tracker.current()).contains(NEW);
  }

  @Test
  void credentials_that_never_worked_outdate_nothing() {
    long old = login(OLD);
    tracker.observe(NEW, tracker.era());
    assertThat(login(OLD)).isEqualTo(old);
    assertThat(tracker.provenSequence()).isEqualTo(old);
  }

  @Test
  void a_way_back_is_a_rotation_too() {
    login(OLD);
    long second = login(NEW);
    assertThat(login(OLD)).isGreaterThan(second);
  }

  @Test
  void another_server_is_a_rotation_but_a_later_reading_is_none() {
    login(OLD);
    DatabaseCredentials readAgain =
        DatabaseCredentials.builder("app", "old").retrievedAt(Instant.EPOCH).version("v2").build();
    assertThat(tracker.proven(readAgain, tracker.observe(readAgain, tracker.era()), tracker.era()))
        .isFalse();
    DatabaseCredentials elsewhere =
        DatabaseCredentials.builder("app", "old").host("other.example").build();
    assertThat(tracker.proven(elsewhere, tracker.observe(elsewhere, tracker.era()), tracker.era()))
        .isTrue();
    DatabaseCredentials otherPort =
        DatabaseCredentials.builder("app", "old").host("other.example").port(3307).build();
    assertThat(tracker.proven(otherPort, tracker.observe(otherPort, tracker.era()), tracker.era()))
        .isTrue();
    DatabaseCredentials otherSchema =
        DatabaseCredentials.builder("app", "old")
            .host("other.example")
            .port(3307)
            .database("orders")
            .build();
    assertThat(
            tracker.proven(otherSchema, tracker.observe(otherSchema, tracker.era()), tracker.era()))
        .isTrue();
  }

  @Test
  void a_new_password_of_the_same_version_is_none() {
    long first = login(token("app", "first"));
    DatabaseCredentials next = token("app", "second");
    assertThat(tracker.observe(next, tracker.era())).isEqualTo(first);
    assertThat(tracker.proven(next, first, tracker.era())).isFalse();
    assertThat(tracker.current()).contains(next);
    DatabaseCredentials other = token("other", "third");
    assertThat(tracker.proven(other, tracker.observe(other, tracker.era()), tracker.era()))
        .isTrue();
  }

  private static DatabaseCredentials token(String user, String token) {
    return DatabaseCredentials.builder(user, token).version("iam").build();
  }

  @Test
  void forgetting_drops_the_credentials_and_keeps_the_order() {
    long first = login(OLD);
    tracker.forget();
    assertThat(tracker.current()).isEmpty();
    long afterwards = tracker.observe(OLD, tracker.era());
    assertThat(afterwards).isGreaterThan(first);
    assertThat(tracker.proven(OLD, afterwards, tracker.era())).isFalse();
  }

  @Test
  void a_login_that_was_under_way_when_all_was_forgotten_brings_nothing_back() {
    login(OLD);
    long era = tracker.era();
    long sequence = tracker.observe(NEW, tracker.era());
    tracker.forget();
    assertThat(tracker.proven(NEW, sequence, era)).isFalse();
    assertThat(tracker.current()).isEmpty();
    assertThat(tracker.provenSequence()).isLessThan(sequence);
  }

  @Test
  void credentials_that_come_after_all_was_forgotten_are_not_kept() {
    long era = tracker.era();
    tracker.forget();
    tracker.observe(NEW, era);
    assertThat(tracker).hasFieldOrPropertyWithValue("last", null);
  }
}
