package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Elapsed;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.fault.MovableClock;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a deadline bounds, and what callers that wait can rely on. */
@DatabaseTest
class ProviderDeadlineTest {
  private static final Duration AMPLE = Duration.ofMinutes(1);
  private static final Duration LIMIT = Duration.ofMillis(400);

  @Test
  void a_query_that_hangs_ends_before_the_deadline(TestSchema schema) throws SQLException {
    MovableClock clock = MovableClock.running();
    Deadline deadline = Deadline.after(AMPLE, clock::nanoTime);
    try (PooledConnectionProvider provider = schema.provider().build()) {
      try (Connection connection = provider.get(deadline)) {
        connection.setAutoCommit(false);
        clock.advance(AMPLE.minus(LIMIT));
        Elapsed.assertTakesAtMost(
            LIMIT,
            () ->
                assertThatThrownBy(() -> Sql.execute(connection, "SELECT SLEEP(30)"))
                    .isInstanceOf(SQLTimeoutException.class)
                    .hasMessageContaining("deadline passed before the database answered"));
        clock.advance(LIMIT);
        assertThatThrownBy(connection::rollback)
            .isInstanceOf(SQLTimeoutException.class)
            .hasMessageContaining("connection is lost: The deadline passed before the database");
      }
      assertThat(provider.stats().idle()).isZero();
    }
  }

  @Test
  void a_second_query_has_only_what_the_first_has_left(TestSchema schema) throws SQLException {
    try (PooledConnectionProvider provider = schema.provider().build()) {
      MovableClock clock = MovableClock.running();
      try (Connection connection = provider.get(Deadline.after(AMPLE, clock::nanoTime))) {
        Sql.execute(connection, "SELECT 1");
        clock.advance(AMPLE.minus(LIMIT));
        Elapsed.assertTakesAtMost(
            LIMIT,
            () ->
                assertThatThrownBy(() -> Sql.execute(connection, "SELECT SLEEP(30)"))
                    .isInstanceOf(SQLTimeoutException.class));
      }
    }
  }

  @Test
  void the_network_timeout_is_the_rest_of_the_deadline_and_is_reset_at_return(
      ConnectionProvider provider) throws SQLException {
    try (Connection connection = provider.get(Deadline.after(Duration.ofSeconds(20)))) {
      assertThat(connection.getNetworkTimeout()).isBetween(10_000, 20_000);
    }
    try (Connection connection = provider.get()) {
      assertThat(connection.getNetworkTimeout()).isZero();
      Sql.execute(connection, "SELECT SLEEP(0.01)");
    }
  }

  @Test
  void the_error_says_where_the_time_went_and_how_the_pool_is(TestSchema schema)
      throws SQLException {
    try (PooledConnectionProvider provider = schema.provider().name("orders").maxSize(1).build();
        Connection taken = provider.get()) {
      assertThat(taken.isClosed()).isFalse();
      assertThatThrownBy(() -> provider.get(Deadline.after(Duration.ofMillis(200))))
          .isInstanceOf(SQLTimeoutException.class)
          .hasMessageMatching(
              "orders - No connection was given back within \\d+ ms \\(pool \\d+ ms; active=1,"
                  + " idle=0,.* max=1.*out longest has been in use for \\d+ ms.*is closed after.*");
    }
  }

  @Test
  void a_slow_source_of_credentials_is_part_of_the_deadline(TestSchema schema) {
    CountDownLatch never = new CountDownLatch(1);
    DatabaseCredentials credentials = schema.credentials();
    try (PooledConnectionProvider provider =
        PooledConnectionProvider.builder()
            .credentials(
                deadline -> {
                  try {
                    if (!never.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                      throw new SQLTimeoutException("the source is slow");
                    }
                  } catch (InterruptedException e) {
                    throw new SQLException(e);
                  }
                  return credentials;
                })
            .build()) {
      Elapsed.assertTakes(
          LIMIT,
          () ->
              assertThatThrownBy(() -> provider.get(Deadline.after(LIMIT)))
                  .isInstanceOf(SQLTimeoutException.class));
    }
  }

  @Test
  void no_setting_of_the_jvm_is_touched(TestSchema schema) throws SQLException {
    int loginTimeout = DriverManager.getLoginTimeout();
    List<String> before = new ArrayList<>(System.getProperties().stringPropertyNames());
    try (PooledConnectionProvider provider = schema.provider().build();
        Connection connection = provider.get(Deadline.after(Duration.ofSeconds(7)))) {
      assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
    }
    assertThat(DriverManager.getLoginTimeout()).isEqualTo(loginTimeout);
    assertThat(System.getProperties().stringPropertyNames())
        .containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void waiting_callers_are_served_in_their_order(TestSchema schema) throws Exception {
    List<Integer> served = new CopyOnWriteArrayList<>();
    try (PooledConnectionProvider provider = schema.provider().maxSize(1).build()) {
      Connection taken = provider.get();
      List<Background<Void>> callers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int number = i;
        callers.add(
            Background.perform(
                () -> {
                  try (Connection connection = provider.get()) {
                    assertThat(connection.isClosed()).isFalse();
                    served.add(number);
                  }
                }));
        await().until(() -> provider.stats().waiting() == number + 1);
      }
      taken.close();
      Background.joinAll(callers);
    }
    assertThat(served).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void an_interrupt_ends_the_wait_for_a_slow_server_and_keeps_the_flag(TestSchema schema)
      throws Exception {
    try (FaultProxy proxy = Proxied.proxy(schema);
        PooledConnectionProvider provider = Proxied.provider(schema, proxy).build()) {
      proxy.acceptSilently();
      Background<Boolean> caller =
          Background.run(
              () -> {
                assertThatThrownBy(provider::get)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("Interrupted");
                return Thread.currentThread().isInterrupted();
              });
      await().until(() -> proxy.connections() == 1);
      caller.thread().interrupt();
      assertThat(caller.join()).isTrue();
      assertThat(provider.stats().active()).isZero();
    }
  }

  @Test
  void an_interrupt_during_a_query_does_not_break_the_connection(ConnectionProvider provider)
      throws Exception {
    try (Connection connection = provider.get()) {
      Thread.currentThread().interrupt();
      assertThat(Sql.string(connection, "SELECT SLEEP(0.05)")).isEqualTo("0");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(Sql.string(connection, "SELECT 7")).isEqualTo("7");
    }
  }

  @Test
  void closing_the_provider_ends_a_get_that_is_connecting(TestSchema schema) throws Exception {
    try (FaultProxy proxy = Proxied.proxy(schema)) {
      PooledConnectionProvider provider = Proxied.provider(schema, proxy).build();
      proxy.acceptSilently();
      Background<Connection> get = Background.run(provider::get);
      await().until(() -> proxy.connections() == 1);
      provider.close();
      assertThat(get.failure()).hasMessageContaining("The connection provider is closed");
    }
  }
}
