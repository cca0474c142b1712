package dev.thaw;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Elapsed;
import dev.thaw.fixture.Listener;
import dev.thaw.fixture.MySqlSession;
import dev.thaw.fixture.ScriptedServer;
import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a call for a connection waits for, and how a deadline, a close or an interrupt ends it. */
@Timeout(60)
class WaitingTest {
  private final CountDownLatch testOver = new CountDownLatch(1);

  /** Loads the driver's classes, which takes longer than the deadlines here. */
  @BeforeAll
  static void loadDriver() throws IOException, SQLException {
    try (ScriptedServer server = ScriptedServer.start();
        PooledConnectionProvider provider = server.provider().build()) {
      provider.get().close();
    }
  }

  @AfterEach
  void end() {
    testOver.countDown();
  }

  /** A point at which a server, or the source, falls silent. */
  enum Silence {
    TCP,
    GREETING,
    LOGIN,
    SESSION,
    CREDENTIALS,
    POOL
  }

  /** A source that answers when it is closed, or when its deadline has passed. */
  private record SlowSource(CountDownLatch reached, CountDownLatch closed)
      implements CredentialsSource {
    SlowSource(CountDownLatch reached) {
      this(reached, new CountDownLatch(1));
    }

    @Override
    public DatabaseCredentials credentials(Deadline deadline) throws SQLException {
      reached.countDown();
      try {
        if (closed.await(deadline.remaining().toNanos(), NANOSECONDS)) {
          return DatabaseCredentials.of("app", "s3cret");
        }
        throw new SQLTimeoutException("The secret did not come in time");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLTransientConnectionException("Interrupted while waiting for the secret");
      }
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  private final class Silent implements Closeable {
    private final Silence silence;
    private final Closeable server;
    private final PooledConnectionProvider provider;
    private final CountDownLatch reached = new CountDownLatch(1);

    private final @Nullable Connection taken;

    Silent(Silence silence) throws IOException, SQLException {
      this(silence, Duration.ofSeconds(30));
    }

    Silent(Silence silence, Duration acquireTimeout) throws IOException, SQLException {
      this.silence = silence;
      PooledConnectionProvider.Builder builder =
          PooledConnectionProvider.builder()
              .host("127.0.0.1")
              .maxSize(1)
              .acquireTimeout(acquireTimeout);
      if (silence == Silence.TCP) {
        Listener hole = Listener.blackHole();
        server = hole;
        builder.port(hole.port());
        reached.countDown();
      } else {
        ScriptedServer scripted = ScriptedServer.start(this::play);
        server = scripted;
        builder.port(scripted.port());
      }
      if (silence == Silence.CREDENTIALS) {
        builder.credentials(new SlowSource(reached));
      } else {
        builder.credentials("app", "s3cret");
      }
      provider = builder.build();
      taken = silence == Silence.POOL ? provider.get(Deadline.after(Background.LONG)) : null;
    }

    private Connection taken() {
      return requireNonNull(taken);
    }

    /** Waits until a get has come to the silent point. */
    private void awaitReached() throws InterruptedException {
      if (silence == Silence.POOL) {
        await().atMost(Background.LONG).until(() -> provider.stats().waiting() == 1);
      } else {
        assertThat(reached.await(Background.LONG.toMillis(), MILLISECONDS)).isTrue();
      }
    }

    private void play(ScriptedServer self, MySqlSession session) throws Exception {
      hold(Silence.GREETING);
      session.greet();
      session.login();
      hold(Silence.LOGIN);
      session.ok();
      String first = session.statement();
      hold(Silence.SESSION);
      self.answer(session, first);
      self.serve(session);
    }

    private void hold(Silence here) throws InterruptedException {
      if (silence == here) {
        reached.countDown();
        testOver.await();
      }
    }

    @Override
    public void close() throws IOException {
      testOver.countDown();
      provider.close();
      server.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_get_ends_with_its_deadline(Silence silence) throws Exception {
    try (Silent silent = new Silent(silence)) {
      Duration time = Duration.ofMillis(300);
      Elapsed.assertTakes(
          time,
          () ->
              assertThatThrownBy(() -> silent.provider.get(Deadline.after(time)))
                  .isInstanceOf(SQLTimeoutException.class));
    }
  }

  private static void missDeadline(PooledConnectionProvider provider) {
    assertThatThrownBy(() -> provider.get(Deadline.after(Duration.ofMillis(100))))
        .isInstanceOf(SQLTimeoutException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "TCP, TCP, No connection",
    "GREETING, TLS, No connection",
    "LOGIN, login, No connection",
    "SESSION, login, No connection",
    "POOL, pool, No connection was given back"
  })
  void a_missed_deadline_says_where_the_time_went(Silence silence, String phase, String what)
      throws Exception {
    try (Silent silent = new Silent(silence)) {
      assertThatThrownBy(() -> silent.provider.get(Deadline.after(Duration.ofMillis(700))))
          .isInstanceOf(SQLTimeoutException.class)
          .hasMessageMatching("(?s)thaw - " + what + " within \\d+ ms \\(.*max=1.*")
          .satisfies(
              e -> assertThat(millis(String.valueOf(e.getMessage()), phase)).isGreaterThan(200));
    }
  }

  private static long millis(String message, String phase) {
    return Long.parseLong(message.replaceAll("(?s).*[( ]" + phase + " (\\d+) ms.*", "$1"));
  }

  @ParameterizedTest
  @EnumSource
  void a_close_ends_a_get_from_another_thread(Silence silence) throws Exception {
    try (Silent silent = new Silent(silence);
        Background<Connection> get = Background.run(() -> silent.provider.get())) {
      silent.awaitReached();
      silent.provider.close();
      assertThat(get.failure())
          .isInstanceOf(SQLNonTransientConnectionException.class)
          .hasMessage("thaw - The connection provider is closed");
      assertThat(silent.provider.isActive()).isFalse();
      assertThat(silent.provider.stats().waiting()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_interrupt_ends_a_get_and_is_kept(Silence silence) throws Exception {
    try (Silent silent = new Silent(silence);
        Background<Boolean> get =
            Background.run(
                () -> {
                  assertThatThrownBy(() -> silent.provider.get())
                      .isInstanceOf(SQLTransientConnectionException.class)
                      .hasMessageContaining("Interrupted");
                  return Thread.currentThread().isInterrupted();
                })) {
      silent.awaitReached();
      get.thread().interrupt();
      assertThat(get.join()).isTrue();
    }
  }

  /** A full server, and a provider whose first try it has refused. */
  private static final class Full implements Closeable {
    private final Semaphore refused = new Semaphore(0);
    private final ScriptedServer server = ScriptedServer.start(this::refuse);
    private final PooledConnectionProvider provider = server.provider().build();

    Full() throws IOException {}

    private void refuse(ScriptedServer self, MySqlSession session) throws IOException {
      session.error(1040, "08004", "Too many connections");
      // The client closes its socket when it has read that, and then waits.
      assertThat(session.socket().getInputStream().readAllBytes()).isEmpty();
      refused.release();
    }

    void awaitRefused() throws InterruptedException {
      assertThat(refused.tryAcquire(Background.LONG.toMillis(), MILLISECONDS)).isTrue();
    }

    @Override
    public void close() throws IOException {
      provider.close();
      server.close();
    }
  }

  @Test
  void an_interrupt_ends_the_pause_between_tries() throws Exception {
    try (Full full = new Full()) {
      // The first may be interrupted before it has read the refusal.
      await().until(() -> interrupted(full).endsWith(" ms in phase back-off"));
    }
  }

  /** Returns what a get says that is interrupted once the server has refused a connection. */
  private static String interrupted(Full full) throws Exception {
    try (Background<String> get =
        Background.run(
            () -> {
              Throwable failure = catchThrowable(full.provider::get);
              assertThat(failure)
                  .isInstanceOf(SQLTransientConnectionException.class)
                  .hasMessageStartingWith("thaw - Interrupted after ");
              assertThat(Thread.currentThread().isInterrupted()).isTrue();
              return failure.getMessage();
            })) {
      full.awaitRefused();
      get.thread().interrupt();
      return get.join();
    }
  }

  @Test
  void a_close_ends_the_pause_between_tries() throws Exception {
    try (Full full = new Full();
        Background<Connection> get = Background.run(full.provider::get)) {
      full.awaitRefused();
      full.provider.close();
      assertThat(get.failure()).hasMessage("thaw - The connection provider is closed");
    }
  }

  @Test
  void a_get_after_the_close_fails_at_once() throws Exception {
    try (Silent silent = new Silent(Silence.GREETING)) {
      silent.provider.close();
      silent.provider.close();
      assertThatThrownBy(silent.provider::get)
          .isInstanceOf(SQLNonTransientConnectionException.class)
          .hasMessage("thaw - The connection provider is closed");
      assertThatThrownBy(silent.provider.asDataSource()::getConnection)
          .hasMessage("thaw - The connection provider is closed");
      silent.provider.warmUp();
      assertThat(silent.provider.check().message())
          .isEqualTo("thaw - The connection provider is closed");
      assertThat(silent.reached.getCount()).isOne();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_check_never_throws_and_says_that_the_time_was_over(Silence silence) throws Exception {
    try (Silent silent = new Silent(silence, Duration.ofMillis(300))) {
      HealthReport report = silent.provider.check();
      assertThat(report.success()).isFalse();
      assertThat(report.failureKind()).contains(FailureKind.TIMEOUT);
      assertThat(report.lastFailure()).contains(report.message());
      assertThat(report.lastFailureAt()).isPresent();
    }
  }

  @Test
  void a_get_without_a_deadline_ends_with_the_acquire_timeout() throws Exception {
    try (Silent silent = new Silent(Silence.GREETING, Duration.ofMillis(300))) {
      assertThatThrownBy(silent.provider::get).isInstanceOf(SQLTimeoutException.class);
    }
  }

  @Test
  void a_deadline_that_has_passed_is_not_begun() throws Exception {
    try (Silent silent = new Silent(Silence.GREETING)) {
      assertThatThrownBy(() -> silent.provider.get(Deadline.after(Duration.ZERO)))
          .isInstanceOf(SQLTimeoutException.class)
          .hasMessageContaining("the deadline had passed before anything was done");
      assertThat(silent.reached.getCount()).isOne();
    }
  }

  @Test
  void callers_that_gave_up_leave_their_place_to_others() throws Exception {
    try (Silent silent = new Silent(Silence.POOL)) {
      for (int i = 0; i < 3; i++) {
        missDeadline(silent.provider);
      }
      try (Background<Connection> next = Background.run(() -> silent.provider.get())) {
        await().atMost(Background.LONG).until(() -> silent.provider.stats().waiting() == 1);
        silent.taken().close();
        next.join().close();
      }
      assertThat(silent.provider.stats().waited()).isEqualTo(4);
      assertThat(silent.provider.stats().opened()).isOne();
    }
  }
}
