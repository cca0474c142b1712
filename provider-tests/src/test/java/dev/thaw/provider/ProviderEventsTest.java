package dev.thaw.provider;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.ConnectionListener;
import dev.thaw.Deadline;
import dev.thaw.HealthReport;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.MovableClock;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a listener, the flight recorder and the health report are told. */
@DatabaseTest
class ProviderEventsTest {

  private static final class Recorder implements ConnectionListener {
    private final List<String> events = new CopyOnWriteArrayList<>();

    private Supplier<ProviderStats> stats = ProviderStats.builder()::build;

    @Override
    public void started(String pool, Supplier<ProviderStats> supplier) {
      stats = supplier;
      events.add(pool + " started");
    }

    @Override
    public void stopped(String pool) {
      events.add(pool + " stopped");
    }

    @Override
    public void acquired(String pool, Duration waited) {
      assertThat(waited).isPositive();
      events.add(pool + " acquired with active=" + stats.get().active());
    }

    @Override
    public void returned(String pool, Duration used) {
      assertThat(used.isNegative()).isFalse();
      events.add(pool + " returned");
    }

    @Override
    public void connected(String pool, String server, Duration took) {
      assertThat(server).contains(":");
      assertThat(took.isNegative()).isFalse();
      events.add(pool + " connected");
    }

    @Override
    public void reused(String pool) {
      events.add(pool + " reused");
    }

    @Override
    public void retired(String pool, RetireReason reason) {
      events.add(pool + " retired " + reason);
    }

    @Override
    public void credentialsRefreshed(String pool, Optional<String> version) {
      events.add(pool + " refreshed " + version.orElse("?"));
    }

    @Override
    public void loginRefused(String pool, Optional<String> version) {
      events.add(pool + " refused " + version.orElse("?"));
    }

    @Override
    public void staleCredentialsServed(String pool, Instant since) {
      events.add(pool + " stale since " + since);
    }

    @Override
    public void deadlineMissed(String pool, Duration waited, Map<String, Duration> phases) {
      assertThat(phases.values().stream().reduce(Duration.ZERO, Duration::plus))
          .isLessThanOrEqualTo(waited);
      events.add(pool + " missed at " + phases.keySet());
    }
  }

  private static DatabaseCredentials.Builder version(DatabaseCredentials login, String version) {
    return DatabaseCredentials.builder(login.username(), login.password()).version(version);
  }

  private static void story(TestSchema schema, ConnectionListener listener) throws SQLException {
    DatabaseCredentials server = schema.credentials();
    DatabaseCredentials first = version(schema.createUser(), "v1").build();
    DatabaseCredentials second = version(schema.createUser(), "v2").build();
    DatabaseCredentials wrong =
        DatabaseCredentials.builder(first.username(), "wrong").version("v3").build();
    DatabaseCredentials stale = version(second, "v2").staleSince(Instant.EPOCH).build();
    AtomicReference<DatabaseCredentials> current = new AtomicReference<>(first);
    try (PooledConnectionProvider provider =
        PooledConnectionProvider.builder()
            .name("orders")
            .host(server.host().orElseThrow())
            .port(server.port().orElseThrow())
            .database(schema.name())
            .maxSize(2)
            .credentials(deadline -> requireNonNull(current.get()))
            .listener(listener)
            .build()) {
      provider.get().close();
      Connection held = provider.get();
      current.set(second);
      Connection newer = provider.get();
      long start = System.nanoTime();
      // Passes only while the caller waits, however long it takes to come to that.
      Deadline waiting =
          Deadline.after(
              Duration.ofMillis(40),
              () -> provider.stats().waiting() == 0 ? start : System.nanoTime());
      assertThatThrownBy(() -> provider.get(waiting)).isInstanceOf(SQLTimeoutException.class);
      held.close();
      current.set(wrong);
      assertThatThrownBy(provider::get).isInstanceOf(SQLInvalidAuthorizationSpecException.class);
      current.set(stale);
      provider.get().close();
      newer.close();
      HealthReport report = provider.check();
      assertThat(report.success()).isTrue();
      assertThat(report.credentialsVersion()).hasValue("v2");
      assertThat(report.staleSince()).hasValue(Instant.EPOCH);
      assertThat(report.lastFailure().orElseThrow()).contains("refused the login");
      assertThat(report.stats().refusedLogins()).isOne();
    }
  }

  @Test
  void the_listener_is_told_the_whole_story(TestSchema schema) throws SQLException {
    Recorder recorder = new Recorder();
    story(schema, recorder);
    assertThat(recorder.events)
        .containsSubsequence(
            "orders started",
            "orders connected",
            "orders acquired with active=1",
            "orders returned",
            "orders reused",
            "orders acquired with active=1",
            "orders connected",
            "orders refreshed v2",
            "orders acquired with active=2",
            "orders missed at [pool]",
            "orders retired CREDENTIALS_ROTATED",
            "orders returned",
            "orders refused v3",
            "orders stale since 1970-01-01T00:00:00Z",
            "orders connected",
            "orders retired PROVIDER_CLOSED",
            "orders stopped");
  }

  @Test
  void a_query_that_the_deadline_ends_is_a_missed_deadline_and_told_once(
      TestSchema schema, @TempDir Path folder) throws SQLException, IOException {
    Recorder recorder = new Recorder();
    Path file = folder.resolve("thaw.jfr");
    try (PooledConnectionProvider provider = schema.provider().listener(recorder).build();
        Recording recording = new Recording()) {
      recording.start();
      provider.get().close();
      recorder.events.clear();
      MovableClock clock = MovableClock.running();
      Deadline deadline = Deadline.after(Duration.ofMinutes(1), clock::nanoTime);
      try (Connection connection = provider.get(deadline)) {
        clock.advance(Duration.ofMillis(59_800));
        assertThatThrownBy(() -> Sql.execute(connection, "SELECT SLEEP(30)"))
            .isInstanceOf(SQLTimeoutException.class)
            .hasMessageContaining("The deadline passed before the database answered");
        assertThatThrownBy(() -> Sql.execute(connection, "SELECT 1"))
            .isInstanceOf(SQLTimeoutException.class);
      }
      recording.stop();
      recording.dump(file);
    }
    assertThat(recorder.events)
        .startsWith(
            "thaw reused",
            "thaw acquired with active=1",
            "thaw missed at [use]",
            "thaw retired BROKEN",
            "thaw returned");
    assertThat(RecordingFile.readAllEvents(file))
        .filteredOn(event -> event.getEventType().getName().equals("dev.thaw.DeadlineMissed"))
        .singleElement()
        .satisfies(event -> assertThat(event.getString("phases")).matches("use \\d+ ms"));
  }

  @Test
  void a_call_that_comes_after_the_deadline_is_a_missed_deadline_though_the_connection_is_kept(
      TestSchema schema) throws SQLException {
    Recorder recorder = new Recorder();
    AtomicInteger left = new AtomicInteger(60_000);
    try (PooledConnectionProvider provider = schema.provider().listener(recorder).build()) {
      try (Connection connection = provider.get(Deadline.of(left::get))) {
        left.set(0);
        assertThatThrownBy(() -> Sql.execute(connection, "SELECT 1"))
            .isInstanceOf(SQLTimeoutException.class);
      }
      provider.get().close();
      Connection aborted = provider.get(Deadline.of(() -> Math.max(left.get(), 10_000)));
      aborted.abort(Runnable::run);
    }
    assertThat(recorder.events)
        .containsExactly(
            "thaw started",
            "thaw connected",
            "thaw acquired with active=1",
            "thaw missed at [use]",
            "thaw returned",
            "thaw reused",
            "thaw acquired with active=1",
            "thaw returned",
            "thaw reused",
            "thaw acquired with active=1",
            "thaw retired BROKEN",
            "thaw returned",
            "thaw stopped");
  }

  @Test
  void a_deadline_that_is_missed_before_an_abort_is_told_too(TestSchema schema)
      throws SQLException {
    Recorder recorder = new Recorder();
    AtomicInteger left = new AtomicInteger(60_000);
    try (PooledConnectionProvider provider = schema.provider().listener(recorder).build()) {
      Connection connection = provider.get(Deadline.of(left::get));
      left.set(0);
      assertThatThrownBy(() -> Sql.execute(connection, "SELECT 1"))
          .isInstanceOf(SQLTimeoutException.class);
      connection.abort(Runnable::run);
    }
    assertThat(recorder.events)
        .containsSubsequence("thaw missed at [use]", "thaw retired BROKEN", "thaw returned");
  }

  @Test
  void timeouts_of_a_query_and_of_the_network_are_no_missed_deadlines(TestSchema schema)
      throws SQLException {
    Recorder recorder = new Recorder();
    try (PooledConnectionProvider provider =
        schema.provider().queryTimeout(Duration.ofMillis(100)).listener(recorder).build()) {
      try (Connection connection = provider.get(Deadline.after(Duration.ofSeconds(60)))) {
        assertThatThrownBy(() -> Sql.execute(connection, "SELECT SLEEP(30)"))
            .isInstanceOf(SQLTimeoutException.class)
            .hasMessageContaining("The query timeout passed");
      }
    }
    try (PooledConnectionProvider provider = schema.provider().listener(recorder).build()) {
      try (Connection connection = provider.get(Deadline.after(Duration.ofSeconds(60)))) {
        connection.setNetworkTimeout(Runnable::run, 100);
        assertThatThrownBy(() -> Sql.execute(connection, "SELECT SLEEP(30)"))
            .isInstanceOf(SQLTimeoutException.class)
            .hasMessageContaining("The database did not answer in time");
      }
    }
    assertThat(recorder.events).noneMatch(event -> event.contains("missed"));
  }

  @Test
  void each_of_several_listeners_is_told_though_one_throws(TestSchema schema) throws SQLException {
    Recorder recorder = new Recorder();
    ConnectionListener failing =
        new ConnectionListener() {
          @Override
          public void started(String pool, Supplier<ProviderStats> stats) {
            throw new IllegalStateException("no");
          }

          @Override
          public void acquired(String pool, Duration waited) {
            throw new IllegalStateException("no");
          }
        };
    try (PooledConnectionProvider provider =
        schema.provider().listener(failing).listener(recorder).build()) {
      provider.get().close();
    }
    assertThat(recorder.events)
        .containsExactly(
            "thaw started",
            "thaw connected",
            "thaw acquired with active=1",
            "thaw returned",
            "thaw retired PROVIDER_CLOSED",
            "thaw stopped");
  }

  @Test
  void a_listener_that_throws_has_no_effect(TestSchema schema) throws SQLException {
    ConnectionListener angry =
        new ConnectionListener() {
          @Override
          public void connected(String pool, String server, Duration took) {
            throw new IllegalStateException("no");
          }

          @Override
          public void acquired(String pool, Duration waited) {
            throw new StackOverflowError("no");
          }

          @Override
          public void returned(String pool, Duration used) {
            throw new OutOfMemoryError("no");
          }

          @Override
          public void reused(String pool) {
            throw new AssertionError("no");
          }

          @Override
          public void retired(String pool, RetireReason reason) {
            throw new IllegalStateException("no");
          }
        };
    story(schema, angry);
  }

  @Test
  void the_flight_recorder_has_the_same_facts(TestSchema schema, @TempDir Path folder)
      throws SQLException, IOException {
    Path file = folder.resolve("thaw.jfr");
    try (Recording recording = new Recording()) {
      recording.start();
      story(schema, new ConnectionListener() {});
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().startsWith("dev.thaw."))
            .toList();
    assertThat(events)
        .extracting(event -> event.getEventType().getName())
        .contains(
            "dev.thaw.Connected",
            "dev.thaw.Reused",
            "dev.thaw.Retired",
            "dev.thaw.CredentialsRefreshed",
            "dev.thaw.LoginRefused",
            "dev.thaw.StaleCredentialsServed",
            "dev.thaw.DeadlineMissed");
    assertThat(events).allSatisfy(e -> assertThat(e.getString("pool")).isEqualTo("orders"));
  }
}
