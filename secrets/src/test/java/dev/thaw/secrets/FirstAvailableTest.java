package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.password;
import static dev.thaw.secrets.SourceFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FirstAvailableTest {

  /** A source that does as it is told. */
  private static final class Scripted implements CredentialsSource {
    private final String name;
    private @Nullable SQLException failure;
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
      return Optional.of(DatabaseCredentials.of("app", name + " again"));
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

  private final Scripted first = new Scripted("first");
  private final Scripted second = new Scripted("second");
  private final CredentialsSource both = CredentialsSources.firstAvailable(first, second);

  @Test
  void the_first_that_answers_is_asked_alone_from_then_on() throws SQLException {
    first.failure = new SQLTransientConnectionException("not yet");
    assertThat(password(both)).isEqualTo("second");
    first.failure = null;
    assertThat(password(both)).isEqualTo("second");
    assertThat(first.calls).isEqualTo(1);

    both.invalidate();
    assertThat(password(both)).isEqualTo("first");
    assertThat(second.invalidated).isEqualTo(1);
  }

  @Test
  void a_passing_failure_of_the_chosen_one_is_no_reason_to_ask_others() throws SQLException {
    password(both);
    first.failure = new SQLTransientConnectionException("throttled");
    assertThatExceptionOfType(SQLTransientConnectionException.class)
        .isThrownBy(() -> password(both))
        .withMessage("throttled");
    assertThat(second.calls).isZero();
  }

  @Test
  void a_lasting_failure_of_the_chosen_one_asks_the_others() throws SQLException {
    password(both);
    first.failure = new SQLNonTransientConnectionException("deleted");
    assertThat(password(both)).isEqualTo("second");
  }

  @Test
  void the_error_lists_what_each_one_said() {
    first.failure = new SQLNonTransientConnectionException("no such secret");
    second.failure = new SQLTransientConnectionException("unreachable");
    assertThatExceptionOfType(SQLTransientConnectionException.class)
        .isThrownBy(() -> password(both))
        .withMessage("No source has credentials: first: no such secret | second: unreachable")
        .withCause(first.failure)
        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(second.failure));

    second.failure = new SQLNonTransientConnectionException("not set");
    assertThatExceptionOfType(SQLNonTransientConnectionException.class)
        .isThrownBy(() -> password(both));
  }

  @Test
  void a_source_leaves_time_to_those_after_it() {
    first.failure = new SQLTransientConnectionException("no");
    second.failure = first.failure;
    assertThatExceptionOfType(SQLTransientConnectionException.class)
        .isThrownBy(() -> password(both));
    assertThat(first.given).isLessThanOrEqualTo(Duration.ofSeconds(10));
    assertThat(second.given).isGreaterThan(Duration.ofSeconds(10));
  }

  @Test
  void a_refused_login_is_reported_to_the_source_it_came_from() throws SQLException {
    DatabaseCredentials given = both.credentials(soon());
    assertThat(both.refused(given, soon()).map(DatabaseCredentials::password))
        .hasValue("first again");
  }

  @Test
  void all_are_closed_and_named() {
    both.close();
    assertThat(first.closed).isEqualTo(1);
    assertThat(second.closed).isEqualTo(1);
    assertThat(both).hasToString("FirstAvailable[first, second]");
  }
}
