package dev.thaw;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Clocks;
import dev.thaw.fixture.MySqlSession;
import dev.thaw.fixture.ScriptedServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a provider does when the server refuses a login, counted at the server. */
class RefusedLoginTest {
  private static final Deadline FAR = Deadline.after(Duration.ofMinutes(1));

  private final Clocks clocks = new Clocks();
  private final List<String> logins = new CopyOnWriteArrayList<>();
  private volatile Predicate<String> accepted = user -> false;
  private final AtomicReference<@Nullable Refusal> saidOnce = new AtomicReference<>();
  @AutoClose private ScriptedServer server;

  private record Refusal(int code, String state, String message) {}

  @BeforeEach
  void start() throws IOException {
    server = ScriptedServer.start(this::play);
  }

  private void play(ScriptedServer self, MySqlSession session) throws IOException {
    session.greet();
    String user = session.login();
    logins.add(user);
    Refusal said = saidOnce.getAndSet(null);
    if (said != null) {
      session.error(said.code, said.state, said.message);
      return;
    }
    if (!accepted.test(user)) {
      session.error(1045, "28000", "Access denied for user '" + user + "'@'localhost'");
      return;
    }
    session.ok();
    self.serve(session);
  }

  private PooledConnectionProvider.Builder builder(CredentialsSource source) {
    return PooledConnectionProvider.builder()
        .host("127.0.0.1")
        .port(server.port())
        .maxSize(10)
        .wallClock(clocks)
        .nanoClock(clocks::nanoTime)
        .credentials(source);
  }

  /**
   * Returns its credentials in turn, the next one after each refusal, the last one again and again.
   */
  private static final class Sequence implements CredentialsSource {
    private final List<DatabaseCredentials> all;
    private final AtomicInteger current = new AtomicInteger();

    Sequence(DatabaseCredentials... all) {
      this.all = List.of(all);
    }

    @Override
    public DatabaseCredentials credentials(Deadline deadline) {
      return all.get(current.get());
    }

    @Override
    public synchronized Optional<DatabaseCredentials> refused(
        DatabaseCredentials refused, Deadline deadline) {
      if (all.get(current.get()).sameLogin(refused) && current.get() < all.size() - 1) {
        current.incrementAndGet();
      }
      DatabaseCredentials now = all.get(current.get());
      return now.sameLogin(refused) ? Optional.empty() : Optional.of(now);
    }
  }

  private static DatabaseCredentials user(String name) {
    return DatabaseCredentials.builder(name, "s3cret").version("version of " + name).build();
  }

  @Test
  void over_all_threads_one_login_finds_out_that_the_password_was_rotated() throws Exception {
    accepted = user -> user.equals("new");
    CountDownLatch another = new CountDownLatch(2);
    ConnectionListener slow =
        new ConnectionListener() {
          @Override
          public void loginRefused(String pool, Optional<String> version) {
            another.countDown();
            try {
              // Time enough for the others to try the same, if they were let.
              another.await(300, MILLISECONDS);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    try (PooledConnectionProvider provider =
        builder(new Sequence(user("old"), user("new"))).listener(slow).build()) {
      List<Background<Connection>> gets = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        gets.add(Background.run(provider::get));
      }
      for (Background<Connection> get : gets) {
        get.join().close();
      }
      assertThat(logins).filteredOn(user -> user.equals("old")).hasSize(1);
      assertThat(provider.stats().refusedLogins()).isEqualTo(1);
    }
  }

  // What a real server can be brought to say is in thaw-testing's tests.
  @ParameterizedTest
  @CsvSource({
    "1044, 42000, Access denied for user 'old'@'%' to database 'shop'",
    "1049, 42000, Unknown database 'shop'",
    "1130, HY000, Host '10.0.0.3' is not allowed to connect to this MySQL server",
    "1251, 08004, Client does not support authentication protocol requested by server",
    "1275, HY000, 'old'@'%' has a password in the old format",
    "1524, HY000, Plugin 'mysql_native_password' is not loaded",
    "1698, 28000, Access denied for user 'old'@'localhost'",
    "1862, HY000, Your password has expired",
    "3118, HY000, Access denied for user 'old'@'localhost'. Account is locked.",
    "3955, HY000, Access denied. Account is blocked for 1 day(s)",
    "4150, HY000, User is blocked because of too many credential errors",
    "4151, HY000, 'Access denied, this account is locked'"
  })
  void whatever_is_the_matter_with_the_account_the_source_is_asked_for_another(
      int code, String state, String message) throws Exception {
    accepted = user -> true;
    saidOnce.set(new Refusal(code, state, message));
    try (PooledConnectionProvider provider =
        builder(new Sequence(user("old"), user("new"))).build()) {
      provider.get(FAR).close();
    }
    assertThat(logins).containsExactly("old", "new");
  }

  @ParameterizedTest
  @CsvSource({
    "1129, HY000, Host '10.0.0.3' is blocked because of many connection errors",
    "3032, HY000, The server is currently in offline mode",
    "3159, HY000, Connections using insecure transport are prohibited"
  })
  void what_no_other_account_would_change_asks_for_none(int code, String state, String message) {
    accepted = user -> true;
    saidOnce.set(new Refusal(code, state, message));
    try (PooledConnectionProvider provider =
        builder(new Sequence(user("old"), user("new"))).build()) {
      assertThatThrownBy(() -> provider.get(FAR)).hasMessageContaining(message);
    }
    assertThat(logins).containsExactly("old");
  }

  @Test
  void a_schema_that_stays_refused_is_an_error_after_one_login() {
    saidOnce.set(new Refusal(1049, "42000", "Unknown database 'shop'"));
    try (PooledConnectionProvider provider = builder(new Sequence(user("app"))).build()) {
      assertThatThrownBy(() -> provider.get(FAR))
          .isInstanceOf(SQLNonTransientConnectionException.class)
          .hasMessageContaining("cannot be used: Unknown database 'shop'; check the schema's name")
          .satisfies(e -> assertThat(((SQLException) e).getErrorCode()).isEqualTo(1049));
      assertThat(provider.stats().refusedLogins()).isZero();
    }
    assertThat(logins).hasSize(1);
  }

  @Test
  void another_password_is_not_tried_where_only_the_schema_was_refused() {
    accepted = user -> true;
    saidOnce.set(new Refusal(1049, "42000", "Unknown database 'shop'"));
    CredentialsSource tokens =
        new Sequence(DatabaseCredentials.of("app", "one"), DatabaseCredentials.of("app", "two"));
    try (PooledConnectionProvider provider = builder(tokens).build()) {
      assertThatThrownBy(() -> provider.get(FAR)).hasMessageContaining("Unknown database");
    }
    assertThat(logins).hasSize(1);
  }

  @Test
  void a_source_that_makes_up_a_password_each_time_is_bounded_by_its_user_s_allowance() {
    AtomicInteger made = new AtomicInteger();
    CredentialsSource inventing =
        new CredentialsSource() {
          @Override
          public DatabaseCredentials credentials(Deadline deadline) {
            return DatabaseCredentials.of("app", "wrong " + made.incrementAndGet());
          }

          @Override
          public Optional<DatabaseCredentials> refused(
              DatabaseCredentials refused, Deadline deadline) {
            return Optional.of(credentials(deadline));
          }
        };
    try (PooledConnectionProvider provider = builder(inventing).build()) {
      for (int second = 0; second < 60; second++) {
        for (int get = 0; get < 5; get++) {
          assertThatThrownBy(() -> provider.get(FAR))
              .isInstanceOf(SQLInvalidAuthorizationSpecException.class)
              .satisfies(e -> assertThat(((SQLException) e).getErrorCode()).isEqualTo(1045));
        }
        clocks.passOnMonotonic(Duration.ofSeconds(1));
      }
      // Three at once, and one every ten seconds.
      assertThat(logins).hasSize(3 + 5);
      accepted = user -> true;
      clocks.passOnMonotonic(Duration.ofSeconds(10));
      assertThatCode(() -> provider.get(FAR).close()).doesNotThrowAnyException();
    }
  }

  @Test
  void a_password_put_right_is_tried_at_once_after_a_wrong_one() throws Exception {
    AtomicBoolean putRight = new AtomicBoolean();
    CredentialsSource source =
        deadline -> DatabaseCredentials.of("app", putRight.get() ? "right" : "wrong");
    try (PooledConnectionProvider provider = builder(source).build()) {
      for (int get = 0; get < 50; get++) {
        assertThatThrownBy(() -> provider.get(FAR)).isInstanceOf(SQLException.class);
        clocks.passOnMonotonic(Duration.ofSeconds(1));
      }
      accepted = user -> true;
      putRight.set(true);
      provider.get(FAR).close();
    }
  }

  @Test
  void one_get_sends_at_most_three_logins_also_if_the_server_is_full_in_between() {
    CredentialsSource source = new Sequence(user("a"), user("b"), user("c"), user("d"), user("e"));
    accepted =
        user -> {
          if (user.equals("b")) {
            saidOnce.set(new Refusal(1040, "08004", "Too many connections"));
          }
          return false;
        };
    try (PooledConnectionProvider provider = builder(source).build()) {
      assertThatThrownBy(() -> provider.get(FAR))
          .isInstanceOf(SQLInvalidAuthorizationSpecException.class)
          .hasMessageContaining("3 logins tried");
    }
    assertThat(logins).containsExactly("a", "b", "c", "c");
  }

  @Test
  void a_wrong_password_is_sent_twice_and_then_once_every_ten_seconds() throws Exception {
    try (PooledConnectionProvider provider = builder(new Sequence(user("app"))).build()) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> provider.get(FAR)).hasMessageContaining("1 login tried");
      }
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> provider.get(FAR))
            .isInstanceOf(SQLInvalidAuthorizationSpecException.class)
            .hasMessageContaining("no login tried, since the same user was refused")
            .satisfies(e -> assertThat(((SQLException) e).getErrorCode()).isEqualTo(1045));
      }
      assertThat(logins).hasSize(2);
      clocks.passOnMonotonic(Duration.ofSeconds(10));
      assertThatThrownBy(() -> provider.get(FAR)).hasMessageContaining("1 login tried");
      assertThatThrownBy(() -> provider.get(FAR)).hasMessageContaining("no login tried");
      assertThat(logins).hasSize(3);
      accepted = user -> true;
      clocks.passOnMonotonic(Duration.ofSeconds(10));
      provider.get(FAR).close();
    }
  }

  @Test
  void a_warm_provider_needs_no_login_while_the_password_is_wrong() throws Exception {
    accepted = user -> true;
    try (PooledConnectionProvider provider = builder(new Sequence(user("app"))).build()) {
      provider.get(FAR).close();
      accepted = user -> false;
      provider.get(FAR).close();
      assertThat(provider.stats().reused()).isEqualTo(1);
    }
  }

  @Test
  void a_refusal_is_told_on_the_thread_that_waits_for_the_login() throws Exception {
    AtomicReference<Thread> told = new AtomicReference<>();
    ConnectionListener listener =
        new ConnectionListener() {
          @Override
          public void loginRefused(String pool, Optional<String> version) {
            told.set(Thread.currentThread());
          }
        };
    try (PooledConnectionProvider provider =
        builder(new Sequence(user("app"))).listener(listener).build()) {
      assertThatThrownBy(() -> provider.get(FAR)).hasMessageContaining("refused the login");
      assertThat(told).hasValue(Thread.currentThread());
    }
  }

  @Test
  void connections_of_former_credentials_are_retired_once_newer_ones_have_worked()
      throws Exception {
    accepted = user -> user.equals("old");
    List<String> refreshed = new CopyOnWriteArrayList<>();
    ConnectionListener listener =
        new ConnectionListener() {
          @Override
          public void credentialsRefreshed(String pool, Optional<String> version) {
            refreshed.add(version.orElseThrow());
          }
        };
    try (PooledConnectionProvider provider =
        builder(new Sequence(user("old"), user("new"))).listener(listener).build()) {
      try (Connection inUse = provider.get(FAR)) {
        provider.get(FAR).close();
        accepted = user -> user.equals("new");
        try (Connection idle = provider.get(FAR);
            Connection fresh = provider.get(FAR)) {
          assertThat(idle.isClosed()).isFalse();
          assertThat(fresh.isClosed()).isFalse();
          assertThat(inUse.isClosed()).isFalse();
        }
        assertThat(provider.stats().retired(RetireReason.CREDENTIALS_ROTATED)).isEqualTo(1);
      }
      assertThat(provider.stats().retired(RetireReason.CREDENTIALS_ROTATED)).isEqualTo(2);
      assertThat(provider.stats().idle()).isEqualTo(1);
      assertThat(refreshed).containsExactly("version of new");
      assertThat(provider.check().credentialsVersion()).contains("version of new");
    }
    assertThat(logins).containsExactly("old", "old", "old", "new");
  }

  @Test
  void stale_credentials_are_reported() throws Exception {
    accepted = user -> true;
    Instant since = clocks.instant().minusSeconds(60);
    DatabaseCredentials stale =
        DatabaseCredentials.builder("app", "s3cret")
            .retrievedAt(clocks.instant().minusSeconds(300))
            .staleSince(since)
            .build();
    List<Instant> told = new CopyOnWriteArrayList<>();
    ConnectionListener listener =
        new ConnectionListener() {
          @Override
          public void staleCredentialsServed(String pool, Instant at) {
            told.add(at);
          }
        };
    try (PooledConnectionProvider provider =
        builder(new Sequence(stale)).listener(listener).build()) {
      HealthReport report = provider.check();
      assertThat(report.success()).isTrue();
      assertThat(report.staleSince()).contains(since);
      assertThat(report.credentialsAge()).contains(Duration.ofMinutes(5));
      assertThat(told).containsExactly(since);
    }
  }
}
