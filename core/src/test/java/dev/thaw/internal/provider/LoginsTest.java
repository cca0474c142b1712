package dev.thaw.internal.provider;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.MySqlSession;
import dev.thaw.fixture.ScriptedServer;
import dev.thaw.fixture.Undeclared;
import dev.thaw.internal.provider.Acquisition.Purpose;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class LoginsTest {
  private static final DatabaseCredentials OLD = DatabaseCredentials.of("old", "s3cret");
  private static final DatabaseCredentials NEW = DatabaseCredentials.of("new", "s3cret");

  private final List<String> users = new CopyOnWriteArrayList<>();
  private final List<DatabaseCredentials> refusals = new CopyOnWriteArrayList<>();
  @AutoClose private TestPool test;

  @BeforeEach
  void start() throws IOException {
    test = new TestPool(10, ScriptedServer.start(this::letTheNewUserIn));
  }

  private void letTheNewUserIn(ScriptedServer self, MySqlSession session) throws Exception {
    session.greet();
    String user = session.login();
    users.add(user);
    if (user.equals("new")) {
      session.ok();
      self.serve(session);
    } else {
      session.error(1045, "28000", "Access denied for user '" + user + "'");
    }
  }

  /** A source that begins with certain credentials and has others for those that are refused. */
  private CredentialsSource source(
      DatabaseCredentials first, UnaryOperator<@Nullable DatabaseCredentials> next) {
    return new CredentialsSource() {
      @Override
      public DatabaseCredentials credentials(Deadline deadline) {
        return first;
      }

      @Override
      public Optional<DatabaseCredentials> refused(DatabaseCredentials refused, Deadline deadline) {
        refusals.add(refused);
        return Optional.ofNullable(next.apply(refused));
      }
    };
  }

  private Connector.Opened connect() throws SQLException {
    return requireNonNull(
        test.logins.connect(
            TestPool.opening(Deadline.after(Background.LONG), () -> false), new LoginCount()));
  }

  @Test
  void accepted_credentials_are_asked_for_no_other_ones() throws SQLException {
    test.source = source(NEW, refused -> OLD);
    Connector.Opened opened = connect();
    assertThat(opened.connection().isClosed()).isFalse();
    assertThat(opened.rotated()).isFalse();
    assertThat(test.shared.tracker().current()).contains(NEW);
    assertThat(refusals).isEmpty();
    opened.connection().close();
  }

  @Test
  void after_a_refusal_the_other_credentials_of_the_source_are_tried() throws SQLException {
    test.source = source(OLD, refused -> NEW);
    Connector.Opened opened = connect();
    assertThat(users).containsExactly("old", "new");
    assertThat(refusals).containsExactly(OLD);
    assertThat(test.stats().refusedLogins()).isOne();
    assertThat(test.shared.tracker().provenSequence()).isEqualTo(opened.credentialsSequence());
    opened.connection().close();
  }

  @Test
  void a_rotation_is_noticed_once() throws SQLException {
    test.source =
        source(DatabaseCredentials.builder("new", "s3cret").version("v1").build(), refused -> OLD);
    Connector.Opened first = connect();
    test.source =
        source(DatabaseCredentials.builder("new", "0ther").version("v2").build(), refused -> OLD);
    Connector.Opened second = connect();
    Connector.Opened third = connect();
    assertThat(second.rotated()).isTrue();
    assertThat(third.rotated()).isFalse();
    assertThat(second.credentialsSequence()).isGreaterThan(first.credentialsSequence());
    assertThat(third.credentialsSequence()).isEqualTo(second.credentialsSequence());
    List.of(first, second, third).forEach(opened -> opened.connection().close());
  }

  @Test
  void a_source_that_repeats_itself_ends_it_after_one_login() {
    test.source = source(OLD, refused -> refused);
    assertRefused("1 login tried");
    assertThat(users).hasSize(1);
  }

  private void assertRefused(String logins) {
    assertThatThrownBy(this::connect)
        .hasMessageContaining("refused the login: ")
        .hasMessageContaining(logins)
        .hasMessageNotContaining("s3cret")
        .satisfies(e -> assertThat(FailureKind.of(e)).isEqualTo(FailureKind.CREDENTIALS_REFUSED));
  }

  @Test
  void one_call_tries_three_logins_at_most() {
    test.source =
        source(OLD, refused -> DatabaseCredentials.of("user" + refusals.size(), "s3cret"));
    assertRefused("3 logins tried");
    assertThat(users).containsExactly("old", "user1", "user2");
  }

  @Test
  void credentials_refused_a_moment_ago_are_shown_to_the_source_first() throws SQLException {
    test.source = source(OLD, refused -> null);
    assertRefused("1 login tried");
    test.source = source(OLD, refused -> NEW);
    connect().connection().close();
    assertThat(users).containsExactly("old", "new");
  }

  @Test
  void one_call_looks_at_eight_credentials_at_most() {
    DatabaseCredentials other = DatabaseCredentials.of("old", "0ther");
    test.source = source(OLD, refused -> refused.sameLogin(OLD) ? other : OLD);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(this::connect).isInstanceOf(SQLException.class);
    }
    int tried = users.size();
    refusals.clear();
    assertRefused("no login tried");
    assertThat(users).hasSize(tried);
    // The first answer is to the credentials that are known to be refused.
    assertThat(refusals).hasSize(8);
  }

  private DatabaseCredentials expiring(String user, Duration in) {
    return DatabaseCredentials.builder(user, "s3cret")
        .expiry(test.clocks.instant().plus(in))
        .build();
  }

  @Test
  void credentials_that_have_expired_are_not_tried_but_others_asked_for() throws SQLException {
    DatabaseCredentials expired = expiring("old", Duration.ZERO);
    test.source = source(expired, refused -> expiring("new", Duration.ofSeconds(1)));
    connect().connection().close();
    assertThat(refusals).containsExactly(expired);
    assertThat(users).containsExactly("new");
  }

  @Test
  void a_source_whose_credentials_have_all_expired_is_named_with_their_end() {
    test.source = source(expiring("old", Duration.ZERO), refused -> null);
    assertThatThrownBy(this::connect)
        .isInstanceOf(SQLNonTransientConnectionException.class)
        .hasMessageStartingWith("thaw - No login tried: the credentials have expired at ")
        .hasMessageNotContaining("s3cret");
    assertThat(users).isEmpty();
  }

  @Test
  void a_source_says_what_to_check_after_a_refusal() {
    test.source = source(OLD, refused -> null);
    assertRefused("; check the user name and password");
    test.advice = "ask the operator";
    assertRefused("1 login tried; ask the operator (");
  }

  @Test
  void what_was_refused_is_forgotten_with_the_secrets() {
    test.source = source(OLD, refused -> null);
    for (int i = 0; i < 2; i++) {
      assertRefused("1 login tried");
    }
    assertRefused("no login tried");
    test.logins.forget();
    assertRefused("1 login tried");
  }

  @Test
  void a_checked_exception_of_a_source_is_one_of_JDBC() {
    test.source =
        deadline -> {
          Undeclared.raise(new IOException("s3cret"));
          return NEW;
        };
    assertThatThrownBy(this::connect)
        .isInstanceOf(SQLNonTransientConnectionException.class)
        .hasMessageContaining("the source has thrown java.io.IOException")
        .hasMessageNotContaining("s3cret");
  }

  private Connector.Opened connect(Purpose purpose) throws SQLException {
    return test.logins.connect(Deadline.after(Background.LONG), purpose);
  }

  @ParameterizedTest
  @EnumSource(names = {"CANCEL", "CANCEL_ALL"})
  void what_ends_statements_does_not_log_in_after_a_checkpoint(Purpose purpose) {
    test.source =
        deadline -> {
          test.suspend();
          return NEW;
        };
    assertThatThrownBy(() -> connect(purpose))
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasMessageContaining("snapshot");
    assertThat(test.server.accepted()).isZero();
  }

  @Test
  void once_a_checkpoint_has_begun_only_what_ends_all_statements_asks_the_source()
      throws SQLException {
    AtomicInteger asked = new AtomicInteger();
    test.source =
        deadline -> {
          asked.incrementAndGet();
          return NEW;
        };
    test.suspend();
    assertThatThrownBy(() -> connect(Purpose.CANCEL))
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasMessageContaining("snapshot");
    assertThat(asked).hasValue(0);
    connect(Purpose.CANCEL_ALL).connection().close();
    assertThat(asked).hasValue(1);
  }
}
