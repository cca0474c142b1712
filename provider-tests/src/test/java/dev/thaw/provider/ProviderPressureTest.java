package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.RetireReason;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.fault.MovableClock;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A server of few connections, shared by several environments. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProviderPressureTest {
  // MariaDB has no less than ten.
  private static final int LIMIT = 15;
  private static final int ENVIRONMENTS = 40;

  private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final List<Connection> others = new ArrayList<>();
  private DatabaseServer server;
  private TestSchema schema;
  private int questions;

  @BeforeAll
  void start() throws SQLException {
    server = DatabaseServer.builder().option("max_connections", String.valueOf(LIMIT)).start();
    schema = server.createSchema();
  }

  @AfterAll
  void stop() {
    schema.close();
    server.close();
  }

  @BeforeEach
  void the_server_is_empty() {
    await().until(() -> schema.connectionIds().isEmpty());
  }

  @AfterEach
  void closeOthers() throws SQLException {
    for (Connection other : others) {
      other.close();
    }
    others.clear();
  }

  private PooledConnectionProvider.Builder provider() {
    return schema.provider().wallClock(clock).nanoClock(clock::nanoTime);
  }

  private PooledConnectionProvider provider(FaultProxy proxy) {
    return Proxied.provider(schema, proxy).wallClock(clock).nanoClock(clock::nanoTime).build();
  }

  /** Takes connections as other environments would, until so many are left. */
  private void leaveFree(int free) throws SQLException {
    while (others.size() < LIMIT - free) {
      others.add(schema.connect());
    }
  }

  private static void query(PooledConnectionProvider provider) throws SQLException {
    try (Connection connection = provider.get(Deadline.after(Duration.ofSeconds(10)))) {
      assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void a_full_server_is_tried_again_until_the_deadline_and_the_error_says_how_often()
      throws SQLException {
    leaveFree(0);
    try (PooledConnectionProvider provider = provider().build()) {
      assertThatThrownBy(() -> provider.get(Deadline.after(Duration.ofSeconds(3))))
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessageMatching("(?s).*has no connection left.*max_connections.* after \\d+ tries")
          .satisfies(e -> assertThat(((SQLException) e).getErrorCode()).isEqualTo(1040));
    }
  }

  @Test
  void a_get_succeeds_once_another_environment_gives_a_connection_back() throws Exception {
    leaveFree(0);
    try (PooledConnectionProvider provider = provider().build()) {
      Background<Void> get = Background.perform(() -> query(provider));
      others.remove(0).close();
      get.join();
    }
  }

  @Test
  void a_connection_is_given_back_at_return_while_the_server_is_nearly_full() throws SQLException {
    leaveFree(1);
    try (PooledConnectionProvider provider = provider().build()) {
      query(provider);
      assertThat(provider.stats().retired(RetireReason.SERVER_FULL)).isOne();
      assertThat(provider.stats().idle()).isZero();
      closeOthers();
      await().until(() -> schema.connectionIds().isEmpty());

      clock.advance(Duration.ofMinutes(2));
      query(provider);
      assertThat(provider.stats().idle()).as("kept again once the pressure is gone").isOne();
    }
  }

  @Test
  void a_connection_is_given_back_at_return_while_the_account_has_nearly_all_that_it_may_have()
      throws SQLException {
    String user = "'" + schema.credentials().username() + "'@'%'";
    Sql.execute(server::connect, "ALTER USER " + user + " WITH MAX_USER_CONNECTIONS 3");
    try (PooledConnectionProvider provider = provider().build();
        PooledConnectionProvider other = provider().build()) {
      query(provider);
      assertThat(provider.stats().idle()).as("one of three").isOne();
      try (Connection first = other.get();
          Connection second = other.get()) {
        assertThat(Sql.string(first, "SELECT 1")).isEqualTo(Sql.string(second, "SELECT 1"));
        clock.advance(Duration.ofMinutes(2));
        query(provider);
      }
      assertThat(provider.stats().retired(RetireReason.SERVER_FULL)).as("three of three").isOne();
      assertThat(provider.stats().idle()).isZero();
    } finally {
      Sql.execute(server::connect, "ALTER USER " + user + " WITH MAX_USER_CONNECTIONS 0");
    }
  }

  @Test
  void without_pressure_connections_are_kept_and_the_server_is_asked_once_a_minute()
      throws SQLException {
    try (FaultProxy proxy = FaultProxy.to(server.host(), server.port());
        PooledConnectionProvider provider = provider(proxy)) {
      query(provider);
      long before = proxy.exchanges();
      for (int i = 0; i < 20; i++) {
        clock.advance(Duration.ofSeconds(1));
        query(provider);
      }
      assertThat(proxy.exchanges() - before).as("besides the queries").isEqualTo(20);
      assertThat(provider.stats().opened()).isOne();
    }
  }

  @Test
  void a_half_full_server_is_asked_rarely_after_the_first_seconds() throws SQLException {
    leaveFree(LIMIT / 2);
    try (FaultProxy proxy = FaultProxy.to(server.host(), server.port());
        PooledConnectionProvider provider = provider(proxy)) {
      long connect = exchangesOf(provider, proxy, 1);
      assertThat(connect).isPositive();
      long firstMinute = exchangesOf(provider, proxy, 240);
      long nextTenMinutes = exchangesOf(provider, proxy, 2_400);
      // Two statements each time: after 100 ms, 200 ms and so on up to a minute, each a quarter
      // more or less.
      assertThat(firstMinute).as("in the first minute").isBetween(2L * 6, 2L * 11);
      assertThat(nextTenMinutes).as("in the next ten").isBetween(2L * 7, 2L * 14);
      assertThat(provider.stats().opened()).isOne();
    }
  }

  @Test
  void after_refusals_the_server_is_asked_at_return_until_it_has_room() throws SQLException {
    try (PooledConnectionProvider provider = provider().build()) {
      leaveFree(1);
      query(provider);
      leaveFree(0);
      for (int i = 0; i < 3; i++) {
        // One try, without a wait.
        assertThat(provider.check().success()).isFalse();
        clock.advance(Duration.ofSeconds(1));
      }
      closeOthers();
      await().until(() -> schema.connectionIds().isEmpty());
      long before = timesAsked();
      query(provider);
      long whileInDoubt = timesAsked();
      query(provider);
      long after = timesAsked();
      assertThat(provider.stats().retired(RetireReason.SERVER_FULL)).isEqualTo(3);
      assertThat(whileInDoubt - before).as("while in doubt").isOne();
      assertThat(after - whileInDoubt).as("once there is room").isZero();
    }
  }

  /** Returns how often the server was asked for its status, this question left out. */
  private long timesAsked() throws SQLException {
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Com_show_status'")) {
      assertThat(row.next()).isTrue();
      return row.getLong(2) - ++questions;
    }
  }

  /** Runs a query every 250 ms and returns what that cost on the wire besides the queries. */
  private long exchangesOf(PooledConnectionProvider provider, FaultProxy proxy, int borrows)
      throws SQLException {
    long before = proxy.exchanges();
    for (int i = 0; i < borrows; i++) {
      clock.advance(Duration.ofMillis(250));
      query(provider);
    }
    return proxy.exchanges() - before - borrows;
  }

  @Test
  void the_question_can_be_switched_off() throws SQLException {
    leaveFree(1);
    try (PooledConnectionProvider provider = provider().giveBackWhenFull(false).build()) {
      query(provider);
      assertThat(provider.stats().idle()).isOne();
    }
  }

  @Test
  void a_refusal_makes_connections_be_given_back_for_a_while() throws Exception {
    try (PooledConnectionProvider provider = provider().giveBackWhenFull(false).build()) {
      Connection held = provider.get();
      leaveFree(1);
      assertThat(provider.check().failureKind()).contains(FailureKind.TOO_MANY_CONNECTIONS);
      held.close();
      assertThat(provider.stats().retired(RetireReason.SERVER_FULL)).isOne();
      clock.advance(Duration.ofMinutes(2));
      query(provider);
      assertThat(provider.stats().idle()).isOne();
    }
  }

  @Test
  void more_environments_than_connections_all_get_their_turn() throws Exception {
    List<PooledConnectionProvider> fleet = fleet(true);
    assertThat(invoke(fleet, 5, Duration.ofMinutes(1))).as("failures").isEmpty();
    fleet.forEach(PooledConnectionProvider::close);
  }

  @Test
  void environments_that_keep_their_connections_shut_the_others_out() throws Exception {
    List<PooledConnectionProvider> fleet = fleet(false);
    // One after the other: whoever is refused first and then gets one does not keep it.
    for (PooledConnectionProvider early : fleet.subList(0, LIMIT)) {
      query(early);
    }
    assertThat(invoke(fleet.subList(LIMIT, ENVIRONMENTS), 1, Duration.ofSeconds(2)))
        .as("failures")
        .hasSize(ENVIRONMENTS - LIMIT)
        .allSatisfy(e -> assertThat(FailureKind.of(e)).isEqualTo(FailureKind.TOO_MANY_CONNECTIONS));
    fleet.forEach(PooledConnectionProvider::close);
  }

  /** Environments with a clock of their own that runs, as those of a burst. */
  private List<PooledConnectionProvider> fleet(boolean giveBackWhenFull) {
    return IntStream.range(0, ENVIRONMENTS)
        .mapToObj(i -> schema.provider().maxSize(1).giveBackWhenFull(giveBackWhenFull).build())
        .toList();
  }

  /** Lets all take their invocations at the same time, and returns what failed. */
  private static List<SQLException> invoke(
      List<PooledConnectionProvider> fleet, int invocations, Duration budget) throws Exception {
    List<SQLException> failures = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (PooledConnectionProvider provider : fleet) {
      running.add(
          CompletableFuture.runAsync(
              () -> {
                for (int n = 0; n < invocations; n++) {
                  try (Connection connection = provider.get(Deadline.after(budget))) {
                    Sql.string(connection, "SELECT SLEEP(0.02)");
                  } catch (SQLException e) {
                    failures.add(e);
                  }
                }
              },
              task -> new Thread(task).start()));
    }
    for (CompletableFuture<Void> done : running) {
      done.get(110, TimeUnit.SECONDS);
    }
    return failures;
  }
}
