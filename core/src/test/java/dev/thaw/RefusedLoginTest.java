package dev.thaw;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a provider does when the server refuses a login, counted at the server. */
class RefusedLoginTest {
  private static final Deadline FAR = Deadline.after(Duration.ofMinutes(1));

  private final Clocks clocks = new Clocks();
  private final List<String> logins = new CopyOnWriteArrayList<>();
  private volatile Predicate<String> accepted = user -> false;
  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = ScriptedServer.start(this::play);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private void play(ScriptedServer self, MySqlSession session) throws IOException {
    session.greet();
    String user = session.login();
    logins.add(user);
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

  @Test
  void one_get_sends_at_most_three_logins() {
    try (PooledConnectionProvider provider =
        builder(new Sequence(user("a"), user("b"), user("c"), user("d"), user("e"))).build()) {
      assertThatThrownBy(() -> provider.get(FAR))
          .isInstanceOf(SQLInvalidAuthorizationSpecException.class)
          .hasMessageContaining("3 logins tried");
    }
    assertThat(logins).containsExactly("a", "b", "c");
  }

  @Test
  void a_wrong_password_is_sent_three_times_and_then_once_every_ten_seconds() throws Exception {
    try (PooledConnectionProvider provider = builder(new Sequence(user("app"))).build()) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> provider.get(FAR)).hasMessageContaining("1 login tried");
      }
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> provider.get(FAR))
            .isInstanceOf(SQLInvalidAuthorizationSpecException.class)
            .hasMessageContaining("no login tried, since the same credentials were refused")
            .satisfies(e -> assertThat(((SQLException) e).getErrorCode()).isEqualTo(1045));
      }
      assertThat(logins).hasSize(3);
      clocks.passOnMonotonic(Duration.ofSeconds(10));
      assertThatThrownBy(() -> provider.get(FAR)).hasMessageContaining("1 login tried");
      assertThatThrownBy(() -> provider.get(FAR)).hasMessageContaining("no login tried");
      assertThat(logins).hasSize(4);
      accepted = user -> true;
      clocks.passOnMonotonic(Duration.ofSeconds(10));
      provider.get(FAR).close();
    }
  }

  @Test
  void a_source_that_goes_round_in_refused_credentials_does_not_keep_the_caller() throws Exception {
    CredentialsSource round =
        new CredentialsSource() {
          @Override
          public DatabaseCredentials credentials(Deadline deadline) {
            return user("one");
          }

          @Override
          public Optional<DatabaseCredentials> refused(
              DatabaseCredentials refused, Deadline deadline) {
            return Optional.of(user(refused.username().equals("one") ? "other" : "one"));
          }
        };
    try (PooledConnectionProvider provider = builder(round).build()) {
      for (int i = 0; i < 3; i++) {
        // Not on this thread: what goes round without an end hears no interrupt.
        assertThat(Background.run(() -> provider.get(FAR)).failure())
            .isInstanceOf(SQLInvalidAuthorizationSpecException.class);
      }
      assertThat(logins).hasSize(6);
      assertThat(Background.run(() -> provider.get(FAR)).failure())
          .isInstanceOf(SQLInvalidAuthorizationSpecException.class)
          .hasMessageContaining("no login tried");
      assertThat(logins).hasSize(6);
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
