package dev.thaw.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.ConnectionProvider;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.fault.FaultProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What is left of a test that JUnit's timeout has ended. */
class AfterTimeoutTest {
  private static final List<TestSchema> SCHEMAS = new CopyOnWriteArrayList<>();
  private static final List<ConnectionProvider> PROVIDERS = new CopyOnWriteArrayList<>();

  @BeforeEach
  void forget() {
    SCHEMAS.clear();
    PROVIDERS.clear();
  }

  @Test
  void a_test_that_waits_is_interrupted_and_everything_is_closed_and_dropped() throws Exception {
    assertTimeoutWithLeak(EngineRun.of(Waits.class).failure());

    assertNothingIsLeft();
  }

  /** A test whose transaction begins before its timeout does. */
  abstract static class InTransaction {
    Connection connection;

    @BeforeEach
    void begin(ConnectionProvider provider, TestSchema schema) throws SQLException {
      remember(provider, schema);
      connection = provider.get();
      insert(connection);
    }
  }

  @DatabaseTest(schema = "assets.sql")
  static class Waits extends InTransaction {
    @Test
    @Timeout(value = 500, unit = TimeUnit.MILLISECONDS)
    void waits_in_a_transaction() throws InterruptedException {
      new CountDownLatch(1).await();
    }
  }

  @Test
  void a_query_that_still_runs_on_another_thread_does_not_keep_the_schema() throws Exception {
    assertTimeoutWithLeak(EngineRun.of(Queries.class).failure());

    assertNothingIsLeft();
  }

  @DatabaseTest(schema = "assets.sql")
  static class Queries extends InTransaction {
    /** Longer than any test may run: only the clean-up ends it. */
    private static final String ENDLESS = "SELECT SLEEP(3600)";

    @Test
    @Timeout(value = 500, unit = TimeUnit.MILLISECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
    void hangs_in_a_query() throws SQLException {
      Sql.execute(connection, ENDLESS);
    }
  }

  @Test
  void a_connection_of_the_test_s_own_that_hangs_does_not_keep_the_schema() throws Exception {
    assertThat(EngineRun.of(QueriesOnParameter.class).failure())
        .isInstanceOf(TimeoutException.class);

    assertNothingIsLeft();
  }

  @DatabaseTest(schema = "assets.sql")
  static class QueriesOnParameter {
    @Test
    @Timeout(value = 500, unit = TimeUnit.MILLISECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
    void hangs_in_a_query(ConnectionProvider provider, Connection connection, TestSchema schema)
        throws SQLException {
      remember(provider, schema);
      insert(connection);
      Sql.execute(connection, Queries.ENDLESS);
    }
  }

  @Test
  void with_rollback_a_query_that_still_runs_does_not_keep_the_schema() throws Exception {
    assertThat(EngineRun.of(QueriesWithRollback.class).failure())
        .isInstanceOf(TimeoutException.class);

    assertNothingIsLeft();
  }

  @DatabaseTest(schema = "assets.sql", isolation = Isolation.ROLLBACK)
  static class QueriesWithRollback {
    @Test
    @Timeout(value = 500, unit = TimeUnit.MILLISECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
    void hangs_in_a_query(ConnectionProvider provider, TestSchema schema) throws SQLException {
      remember(provider, schema);
      Sql.execute(provider::get, "INSERT INTO assets (name) VALUES ('lost')", Queries.ENDLESS);
    }
  }

  @Test
  void a_silent_network_does_not_keep_the_schema() throws Exception {
    assertTimeoutWithLeak(EngineRun.of(Silent.class).failure());

    assertNothingIsLeft();
  }

  @DatabaseTest(schema = "assets.sql")
  static class Silent {
    @Test
    @Timeout(value = 2, threadMode = ThreadMode.SEPARATE_THREAD)
    void asks_a_server_that_does_not_answer(
        ConnectionProvider provider, FaultProxy proxy, TestSchema schema) throws SQLException {
      remember(provider, schema);
      Connection connection = provider.get();
      insert(connection);
      proxy.silence();
      Sql.execute(connection, "SELECT 1");
    }
  }

  private static void remember(ConnectionProvider provider, TestSchema schema) {
    PROVIDERS.add(provider);
    SCHEMAS.add(schema);
  }

  private static void insert(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    Sql.execute(connection, "INSERT INTO assets (name) VALUES ('lost')");
  }

  private static void assertTimeoutWithLeak(Throwable failure) {
    assertThat(failure).isInstanceOf(TimeoutException.class);
    assertThat(failure.getSuppressed())
        .anySatisfy(leak -> assertThat(leak).hasMessageContaining("was not closed"));
  }

  private static void assertNothingIsLeft() throws SQLException {
    TestSchema schema = SCHEMAS.get(0);
    try (Connection admin = DatabaseServer.shared().connect()) {
      assertThat(Sql.strings(admin, "SHOW DATABASES")).doesNotContain(schema.name());
      assertThat(Sql.strings(admin, "SELECT user FROM mysql.user"))
          .doesNotContain(schema.credentials().username());
    }
    assertThat(schema.connectionIds()).isEmpty();
    assertThat(PROVIDERS).allSatisfy(provider -> assertThat(provider.isActive()).isFalse());
  }
}
