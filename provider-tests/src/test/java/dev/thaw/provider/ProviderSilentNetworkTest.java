package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.SslMode;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Elapsed;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.fault.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.Statement;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A network that loses all packets of a connection, so that the kernel hears nothing any more. */
@DatabaseTest
@EnabledOnOs(OS.LINUX)
class ProviderSilentNetworkTest {
  private static final Duration PROMISED = Duration.ofSeconds(2);
  // Long enough for the test to act between two packets of a login.
  private static final Duration SLOW = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final TestSchema schema;
  private final FaultProxy proxy;
  private final MovableClock clock = MovableClock.running();
  private @Nullable PooledConnectionProvider provider;

  ProviderSilentNetworkTest(TestSchema schema) {
    this.schema = schema;
    this.proxy = Proxied.proxy(schema);
  }

  private PooledConnectionProvider start(SslMode mode) {
    PooledConnectionProvider started =
        Proxied.provider(schema, proxy)
            .wallClock(clock)
            .nanoClock(clock::nanoTime)
            .sslMode(mode)
            .giveBackWhenFull(false)
            .build();
    provider = started;
    return started;
  }

  @AfterEach
  void stop() {
    if (provider != null) {
      provider.close();
    }
    proxy.close();
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @ParameterizedTest
  @CsvSource({"REQUIRED, true", "REQUIRED, false", "DISABLED, false"})
  void a_query_ends_within_two_seconds_and_the_idle_connections_are_not_trusted(
      SslMode mode, boolean withDeadline) throws Exception {
    PooledConnectionProvider used = start(mode);
    Deadline deadline = withDeadline ? Deadline.after(LONG) : null;
    try (Connection first = get(used, deadline);
        Connection second = used.get()) {
      assertThat(Sql.string(first, "SELECT 1")).isEqualTo(Sql.string(second, "SELECT 1"));
    }
    try (Connection connection = get(used, deadline)) {
      assertThat(LostPackets.at(proxy.port())).isEqualTo(2);
      Elapsed.assertTakesBetween(
          Duration.ofSeconds(1),
          PROMISED,
          () ->
              assertGoneSilent(
                  catchThrowable(() -> Sql.string(connection, "SELECT 1")),
                  "The peer has acknowledged nothing for "));
      assertGivenUp(() -> Sql.string(connection, "SELECT 2"));
      assertGivenUp(() -> connection.setAutoCommit(false));
    }
    assertThat(used.stats().total()).isEqualTo(1);
    assertIdleIsNotTrusted(used, deadline);
  }

  @Test
  void a_batch_ends_with_the_statement_that_is_not_answered() throws Exception {
    PooledConnectionProvider used = start(SslMode.REQUIRED);
    try (Connection connection = used.get();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < 100; i++) {
        statement.addBatch("DO " + i);
      }
      assertThat(LostPackets.at(proxy.port())).isEqualTo(1);
      assertGoneSilent(
          catchThrowable(statement::executeBatch), "The peer has acknowledged nothing for ");
    }
  }

  private static void assertGoneSilent(Throwable e, String evidence) {
    assertThat(e)
        .isInstanceOfSatisfying(
            SQLRecoverableException.class,
            broken -> assertThat(broken.getSQLState()).isEqualTo("08S01"))
        .hasMessageStartingWith(
            "The database's host, or the network to it, has gone silent (" + evidence)
        .hasMessageEndingWith("whether the statement was executed is not known");
    assertThat(FailureKind.of(e)).isEqualTo(FailureKind.BROKEN);
  }

  private static void assertGivenUp(ThrowingCallable statement) {
    SQLException e = catchThrowableOfType(SQLException.class, statement);
    assertThat((Throwable) e)
        .isInstanceOf(SQLRecoverableException.class)
        .hasMessageStartingWith("The connection was given up before this was sent: ")
        .hasMessageContaining("has gone silent (The peer has acknowledged nothing for ");
    assertThat(FailureKind.of(e)).isEqualTo(FailureKind.BROKEN);
  }

  /** The idle one is as silent: it is asked, which has a short limit, and then closed. */
  private static void assertIdleIsNotTrusted(
      PooledConnectionProvider used, @Nullable Deadline deadline) throws SQLException {
    long start = System.nanoTime();
    try (Connection connection = get(used, deadline)) {
      assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
    }
    assertThat(since(start)).isLessThan(PROMISED);
    assertThat(used.stats().total()).isEqualTo(1);
  }

  private static Connection get(PooledConnectionProvider provider, @Nullable Deadline deadline)
      throws SQLException {
    return deadline == null ? provider.get() : provider.get(deadline);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_get_without_a_deadline_waits_as_for_a_port_that_refuses(boolean inUse) throws Exception {
    PooledConnectionProvider used = start(SslMode.REQUIRED);
    try (Connection connection = used.get()) {
      assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
      if (inUse) {
        LostPackets.at(proxy.port());
        assertThatThrownBy(() -> Sql.string(connection, "SELECT 1"))
            .isInstanceOf(SQLRecoverableException.class);
      }
    }
    LostPackets.at(proxy.port());
    LostPackets.atConnects(proxy.port());
    clock.advance(Duration.ofMinutes(1));
    Elapsed.assertTakesAtMost(
        Duration.ofSeconds(4),
        () ->
            assertThatThrownBy(used::get)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("The host, or the network to it, has gone silent: ")
                .satisfies(e -> assertThat(FailureKind.of(e)).isEqualTo(FailureKind.UNREACHABLE)));
  }

  @Test
  void a_login_ends_as_well() throws Exception {
    proxy.latency(SLOW);
    Background<Connection> get = Background.run(() -> start(SslMode.DISABLED).get());
    await().pollInterval(Duration.ofMillis(1)).until(() -> proxy.exchanges() >= 1);
    Elapsed.assertTakesAtMost(
        SLOW.plus(PROMISED),
        () -> {
          assertThat(LostPackets.at(proxy.port())).isEqualTo(1);
          Throwable e = get.failure();
          assertThat(e).hasMessageContaining("The peer has acknowledged nothing for ");
          assertThat(FailureKind.of(e)).isEqualTo(FailureKind.BROKEN);
        });
  }

  @Test
  void a_host_that_vanishes_while_it_works_on_a_query_is_found_by_keep_alive() throws Exception {
    PooledConnectionProvider used = start(SslMode.REQUIRED);
    try (Connection connection = used.get()) {
      try (Connection idle = used.get()) {
        assertThat(Sql.string(idle, "SELECT 1")).isEqualTo("1");
      }
      Background<String> query = Background.run(() -> Sql.string(connection, "SELECT SLEEP(30)"));
      awaitSleep();
      long start = System.nanoTime();
      assertThat(LostPackets.at(proxy.port())).isEqualTo(2);
      Throwable e = query.failure();
      assertThat(since(start)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(9));
      assertGoneSilent(e, "The peer has not answered for ");
    }
    assertIdleIsNotTrusted(used, null);
  }

  @Test
  void a_host_that_takes_no_more_and_then_vanishes_is_found_by_its_probes() throws Exception {
    PooledConnectionProvider used = start(SslMode.DISABLED);
    try (Connection connection = used.get()) {
      proxy.silence();
      Background<String> query =
          Background.run(() -> Sql.string(connection, "SELECT '" + "x".repeat(15_000_000) + "'"));
      await()
          .pollInterval(Duration.ofMillis(5))
          .during(Duration.ofMillis(300))
          .until(this::isWindowShut);
      assertThat(LostPackets.at(proxy.port())).isEqualTo(1);
      // The kernel doubles the time to its next probe with each one, those before the loss too.
      await().atMost(Duration.ofMinutes(2)).until(query::isDone);
      assertGoneSilent(query.failure(), "The peer has answered none of ");
    }
    assertThat(used.stats().total()).isZero();
  }

  private boolean isWindowShut() throws IOException {
    for (String table : new String[] {"tcp", "tcp6"}) {
      for (String line : Files.readAllLines(Path.of("/proc/self/net", table))) {
        String[] columns = line.trim().split("\\s+", -1);
        if (columns[2].endsWith(":%04X".formatted(proxy.port())) && columns[5].startsWith("04")) {
          return true;
        }
      }
    }
    return false;
  }

  private void awaitSleep() throws SQLException {
    try (Connection connection = schema.connect()) {
      await()
          .pollInterval(Duration.ofMillis(5))
          .until(
              () ->
                  !Sql.string(
                          connection,
                          "SELECT COUNT(*) FROM information_schema.processlist"
                              + " WHERE info LIKE 'SELECT SLEEP%'")
                      .equals("0"));
    }
  }

  @Test
  void a_slow_query_on_a_network_that_works_has_its_time() throws Exception {
    try (Connection connection = start(SslMode.REQUIRED).get()) {
      assertThat(Sql.string(connection, "SELECT SLEEP(2.5)")).isEqualTo("0");
    }
  }
}
