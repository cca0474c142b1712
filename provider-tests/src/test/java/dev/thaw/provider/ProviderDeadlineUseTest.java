package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.SslMode;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Elapsed;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.fault.MovableClock;
import java.sql.BatchUpdateException;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The deadline while a connection is used and given back, and what else ends a statement. */
@DatabaseTest
class ProviderDeadlineUseTest {
  private static final Duration LIMIT = Duration.ofMillis(700);

  private static final Duration AMPLE = Duration.ofMinutes(1);

  /** Rows that come one by one, for nine seconds. */
  private static final String FLOWING =
      "WITH RECURSIVE q (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM q WHERE n < 900)"
          + " SELECT n, REPEAT('x', 20000), SLEEP(0.01) FROM q";

  private final TestSchema schema;
  private final DatabaseServer server;
  private PooledConnectionProvider provider;

  ProviderDeadlineUseTest(TestSchema schema, DatabaseServer server) {
    this.schema = schema;
    this.server = server;
  }

  @BeforeAll
  static void create(TestSchema schema) throws SQLException {
    Sql.execute(
        schema::connect,
        "CREATE TABLE notes (id INT AUTO_INCREMENT PRIMARY KEY, n INT)",
        "CREATE PROCEDURE store() INSERT INTO notes (n) VALUES (3)",
        "CREATE PROCEDURE store_late() BEGIN DO SLEEP(30); INSERT INTO notes (n) VALUES (4); END");
  }

  @BeforeEach
  void start() throws SQLException {
    Sql.execute(schema::connect, "DELETE FROM notes", "INSERT INTO notes (n) VALUES (0)");
    provider = schema.provider().maxSize(2).giveBackWhenFull(false).build();
    provider.warmUp();
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  private static Deadline deadline(Duration limit) {
    return Deadline.after(limit).withReserve(Duration.ZERO);
  }

  /** Returns a deadline that ends when its clock is moved. */
  private static Deadline onClock(MovableClock clock) {
    return Deadline.after(AMPLE, clock::nanoTime);
  }

  private List<String> rows() throws SQLException {
    return Sql.strings(schema::connect, "SELECT n FROM notes");
  }

  @Test
  void nothing_is_sent_after_the_deadline_and_the_connection_stays_usable() throws SQLException {
    MovableClock clock = MovableClock.running();
    try (Connection connection = provider.get(onClock(clock));
        Statement statement = connection.createStatement();
        PreparedStatement prepared =
            connection.prepareStatement("INSERT INTO notes (n) VALUES (1)");
        CallableStatement call = connection.prepareCall("{call store()}");
        Statement updatable =
            connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_UPDATABLE);
        ResultSet rows = updatable.executeQuery("SELECT id, n FROM notes")) {
      assertThat(rows.next()).isTrue();
      statement.addBatch("INSERT INTO notes (n) VALUES (2)");
      prepared.addBatch();
      clock.advance(AMPLE);
      assertNotSent(() -> statement.executeUpdate("INSERT INTO notes (n) VALUES (4)"));
      assertNotSent(() -> statement.execute("INSERT INTO notes (n) VALUES (5)"));
      assertNotSent(statement::executeBatch);
      assertNotSent(prepared::executeUpdate);
      assertNotSent(prepared::executeBatch);
      assertNotSent(call::execute);
      assertNotSent(
          () -> {
            rows.updateInt(2, 6);
            rows.updateRow();
          });
      assertNotSent(() -> connection.setAutoCommit(false));
    }
    assertThat(rows()).containsExactly("0");
    assertThat(Sql.string(provider::get, "SELECT 1")).isEqualTo("1");
    assertThat(provider.stats().opened()).isOne();
  }

  private static void assertNotSent(ThrowingCallable use) {
    assertThatThrownBy(use)
        .isInstanceOf(SQLTimeoutException.class)
        .hasMessageContaining("has not seen it");
  }

  @Test
  void a_transaction_is_not_committed_after_the_deadline() throws SQLException {
    MovableClock clock = MovableClock.running();
    try (Connection connection = provider.get(onClock(clock))) {
      connection.setAutoCommit(false);
      Sql.execute(connection, "INSERT INTO notes (n) VALUES (1)");
      clock.advance(AMPLE);
      assertNotSent(connection::commit);
    }
    assertThat(rows()).containsExactly("0");
    assertThat(provider.stats().opened()).isOne();
  }

  @Test
  void a_large_result_that_flows_ends_with_the_deadline() throws SQLException {
    for (int fetchSize : new int[] {0, Integer.MIN_VALUE}) {
      Elapsed.assertTakes(
          LIMIT,
          () -> {
            try (Connection connection = provider.get(deadline(LIMIT))) {
              assertThatThrownBy(() -> readAll(connection, fetchSize))
                  .isInstanceOf(SQLTimeoutException.class);
            }
          });
    }
    assertThat(provider.stats().active()).isZero();
  }

  private static void readAll(Connection connection, int fetchSize) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(fetchSize);
      try (ResultSet rows = statement.executeQuery(FLOWING)) {
        while (rows.next()) {
          assertThat(rows.getInt(1)).isPositive();
        }
      }
    }
  }

  @Test
  void a_streaming_result_that_was_left_open_does_not_hold_up_the_return() throws SQLException {
    for (Deadline deadline : new Deadline[] {deadline(Duration.ofSeconds(8)), null}) {
      Connection connection = deadline == null ? provider.get() : provider.get(deadline);
      Statement statement = connection.createStatement();
      statement.setFetchSize(Integer.MIN_VALUE);
      assertThat(statement.executeQuery(FLOWING).next()).isTrue();
      Elapsed.assertTakesAtMost(Duration.ofMillis(250), connection::close);
    }
    try (Connection next = provider.get(deadline(Duration.ofSeconds(5)))) {
      assertThat(Sql.string(next, "SELECT 1")).isEqualTo("1");
    }
    assertThat(provider.stats().active()).isZero();
  }

  @Test
  void a_return_on_a_slow_network_after_the_deadline_is_short() throws SQLException {
    try (FaultProxy proxy = FaultProxy.to(server.host(), server.port());
        PooledConnectionProvider slow = provider(proxy)) {
      slow.warmUp();
      MovableClock clock = MovableClock.running();
      Connection connection = slow.get(onClock(clock));
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      connection.setReadOnly(true);
      connection.setCatalog("information_schema");
      assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
      proxy.latency(Duration.ofMillis(200));
      clock.advance(AMPLE);
      long before = proxy.exchanges();
      connection.close();
      assertThat(proxy.exchanges() - before).as("of some 200 ms each").isLessThanOrEqualTo(2);
      proxy.latency(Duration.ZERO);
      assertThat(Sql.string(slow::get, "SELECT DATABASE()")).isEqualTo(schema.name());
    }
  }

  private PooledConnectionProvider provider(FaultProxy proxy) {
    return Proxied.provider(schema, proxy)
        .sslMode(SslMode.REQUIRED)
        .giveBackWhenFull(false)
        .build();
  }

  @Test
  void an_upload_into_a_silent_network_ends_with_the_deadline() throws SQLException {
    try (FaultProxy proxy = FaultProxy.to(server.host(), server.port());
        PooledConnectionProvider silent = provider(proxy)) {
      silent.warmUp();
      MovableClock clock = MovableClock.running();
      try (Connection connection = silent.get(onClock(clock));
          PreparedStatement query = connection.prepareStatement("SELECT LENGTH(?)")) {
        proxy.silence();
        query.setString(1, "x".repeat(12 << 20));
        clock.advance(AMPLE.minus(LIMIT));
        Elapsed.assertTakesAtMost(
            LIMIT,
            () -> assertThatThrownBy(query::executeQuery).isInstanceOf(SQLTimeoutException.class));
      }
    }
  }

  @Test
  void queries_that_the_deadline_ended_do_not_live_on_beside_the_pool_s_connections()
      throws SQLException {
    for (int i = 0; i < 8; i++) {
      try (Connection connection = provider.get(deadline(Duration.ofMillis(150)))) {
        assertThatThrownBy(() -> Sql.execute(connection, "SELECT SLEEP(60)"))
            .isInstanceOf(SQLException.class);
      } catch (SQLTimeoutException e) {
        // The get itself had to wait.
        assertThat(e.getMessage()).contains(" ms");
      }
      // The server ends a session within moments of a KILL.
      await().until(() -> schema.connectionIds().size() <= 2);
    }
  }

  @Test
  void a_query_timeout_holds_after_a_rotation_and_costs_no_refused_login() throws SQLException {
    DatabaseCredentials user = schema.createUser();
    AtomicReference<String> password = new AtomicReference<>(user.password());
    CredentialsSource source =
        new CredentialsSource() {
          @Override
          public DatabaseCredentials credentials(Deadline deadline) {
            return DatabaseCredentials.builder(user.username(), String.valueOf(password.get()))
                .host(server.host())
                .port(server.port())
                .database(schema.name())
                .build();
          }

          @Override
          public Optional<DatabaseCredentials> refused(
              DatabaseCredentials refused, Deadline deadline) {
            return Optional.of(credentials(deadline));
          }
        };
    try (PooledConnectionProvider rotated =
        PooledConnectionProvider.builder().credentials(source).build()) {
      rotated.warmUp();
      for (int i = 0; i < 2; i++) {
        try (Connection connection = rotated.get();
            Statement statement = connection.createStatement()) {
          statement.setQueryTimeout(1);
          assertThatThrownBy(() -> statement.execute("SELECT SLEEP(20)"))
              .isInstanceOf(SQLTimeoutException.class);
        }
        password.set(schema.setPassword(user.username(), "Another-1-password").password());
      }
      assertThat(rotated.stats().refusedLogins()).isZero();
    }
  }

  @Test
  void the_rest_of_a_batch_is_not_executed_after_its_query_timeout() throws SQLException {
    try (Connection connection = provider.get();
        Statement batch = connection.createStatement()) {
      batch.setQueryTimeout(1);
      batch.addBatch("INSERT INTO notes (n) VALUES (1)");
      batch.addBatch("UPDATE notes SET n = n + SLEEP(30)");
      batch.addBatch("INSERT INTO notes (n) VALUES (2)");
      assertThatThrownBy(batch::executeBatch)
          .isInstanceOfSatisfying(
              BatchUpdateException.class,
              e -> assertThat(e.getUpdateCounts()).startsWith(1).hasSizeBetween(1, 3));
      assertThat(Sql.string(connection, "SELECT COUNT(*) FROM notes WHERE n = 2")).isEqualTo("0");
    }
    assertThat(provider.stats().opened()).isLessThanOrEqualTo(2);
  }

  /** SLEEP ends with 1 and no error, so what a KILL cuts short may look as if it had succeeded. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "DO SLEEP(30)",
        "INSERT INTO notes (n) SELECT SLEEP(30)",
        "CALL store_late()",
        "{call store_late()}"
      })
  void a_write_that_was_ended_is_no_success(String sql) throws Exception {
    try (Connection connection = provider.get();
        Statement statement = connection.createStatement()) {
      String id = Sql.string(connection, "SELECT CONNECTION_ID()");
      statement.setQueryTimeout(1);
      assertThatThrownBy(() -> statement.execute(sql)).isInstanceOf(SQLTimeoutException.class);
      statement.setQueryTimeout(0);
      Background<Boolean> cancelled = Background.run(() -> statement.execute(sql));
      awaitSleep(id);
      statement.cancel();
      assertThat(cancelled.failure())
          .isInstanceOf(SQLNonTransientException.class)
          .hasMessageContaining("was cancelled");
      assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
    }
    assertThat(provider.stats().opened()).isLessThanOrEqualTo(2);
  }

  private void awaitSleep(String id) throws SQLException {
    try (Connection admin = server.connect()) {
      await()
          .until(
              () ->
                  Sql.string(
                          admin,
                          "SELECT COUNT(*) FROM information_schema.processlist"
                              + " WHERE state = 'User sleep' AND id = "
                              + id)
                      .equals("1"));
    }
  }

  @Test
  void the_connection_is_usable_after_the_query_timeout_of_a_streaming_result()
      throws SQLException {
    try (Connection connection = provider.get();
        Statement stream =
            connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
      stream.setFetchSize(Integer.MIN_VALUE);
      stream.setQueryTimeout(1);
      assertThatThrownBy(() -> stream.executeQuery("SELECT SLEEP(30)"))
          .isInstanceOf(SQLTimeoutException.class);
      assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void a_statement_can_be_cancelled_from_another_thread() throws Exception {
    try (Connection connection = provider.get();
        Statement statement = connection.createStatement()) {
      String id = Sql.string(connection, "SELECT CONNECTION_ID()");
      Background<Boolean> query = Background.run(() -> statement.execute("SELECT SLEEP(21)"));
      awaitSleep(id);
      statement.cancel();
      assertThat(query.failure()).isInstanceOf(SQLException.class);
      assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void no_borrow_without_a_deadline_has_a_network_timeout() throws SQLException {
    for (int i = 0; i < 5; i++) {
      try (PooledConnectionProvider fresh = schema.provider().build()) {
        for (int n = 0; n < 2; n++) {
          try (Connection connection = fresh.get()) {
            assertThat(connection.getNetworkTimeout()).isZero();
          }
          fresh.get(deadline(Duration.ofSeconds(5))).close();
        }
      }
    }
  }

  @Test
  void a_login_whose_answer_is_lost_holds_up_no_other() throws Exception {
    try (FaultProxy proxy = FaultProxy.to(server.host(), server.port());
        PooledConnectionProvider shared = provider(proxy);
        Connection first = shared.get()) {
      assertThat(first.isClosed()).isFalse();
      long before = proxy.exchanges();
      proxy.latency(Duration.ofMillis(300));
      Background<Connection> lost =
          Background.run(() -> shared.get(deadline(Duration.ofSeconds(8))));
      // TLS, then the login, which is now on its way.
      await().until(() -> proxy.exchanges() >= before + 2);
      proxy.silence();
      proxy.latency(Duration.ZERO);
      List<Connection> others = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        others.add(shared.get());
      }
      assertThat(lost.isDone()).isFalse();
      for (Connection other : others) {
        other.close();
      }
      // It takes one that was given back.
      lost.join().close();
    }
  }
}
