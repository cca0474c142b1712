package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.ProviderStats;
import dev.thaw.SslMode;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.fault.MovableClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Many threads on one pool: no connection too many, none lost, no error that is none. */
@DatabaseTest
class ProviderPoolTest {
  private static final int USES = 800;

  private final TestSchema schema;
  private final DatabaseServer server;

  ProviderPoolTest(TestSchema schema, DatabaseServer server) {
    this.schema = schema;
    this.server = server;
  }

  /** Lets threads borrow at the same time, so many times in all, and returns what failed. */
  private static Queue<Throwable> use(PooledConnectionProvider provider, int threads, int uses)
      throws InterruptedException {
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    AtomicLong left = new AtomicLong(uses);
    inParallel(
        threads,
        () -> {
          while (left.getAndDecrement() > 0) {
            try (Connection connection = provider.get()) {
              assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
            } catch (SQLException | RuntimeException e) {
              failures.add(e);
            }
          }
        });
    return failures;
  }

  private static void inParallel(int threads, Runnable task) throws InterruptedException {
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread thread = new Thread(task);
      thread.start();
      running.add(thread);
    }
    for (Thread thread : running) {
      thread.join(TimeUnit.SECONDS.toMillis(30));
      assertThat(thread.isAlive()).isFalse();
    }
  }

  @Test
  void after_each_failover_as_many_connections_are_opened_as_are_kept() throws Exception {
    int size = 5;
    try (PooledConnectionProvider provider = schema.provider().maxSize(size).build()) {
      for (int round = 1; round <= 8; round++) {
        assertThat(use(provider, 16, USES / 2)).isEmpty();
        ProviderStats stats = provider.stats();
        assertThat(stats.active()).as("%s", stats).isZero();
        assertThat(stats.idle()).as("%s", stats).isBetween(1, size);
        assertThat(stats.opened()).as("%s", stats).isLessThanOrEqualTo((long) size * round);
        assertThat(stats.opened() - stats.retired().values().stream().mapToLong(n -> n).sum())
            .as("%s", stats)
            .isEqualTo(stats.idle());
        // A KILL is done when the server has closed the socket; a login that its get has left for
        // an
        // idle connection may be done later.
        await()
            .until(
                () -> {
                  schema.killConnections();
                  return schema.connectionIds().isEmpty();
                });
      }
    }
  }

  @Test
  void threads_that_go_on_after_a_refusal_do_not_connect_for_each_use() throws Exception {
    MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    String user = "'" + schema.credentials().username() + "'@'%'";
    try (PooledConnectionProvider provider =
            schema.provider().maxSize(4).wallClock(clock).nanoClock(clock::nanoTime).build();
        Connection admin = server.connect()) {
      Sql.execute(admin, "ALTER USER " + user + " WITH MAX_USER_CONNECTIONS 1");
      try (Connection taken = provider.get()) {
        assertThat(taken.isClosed()).isFalse();
        assertThatThrownBy(() -> provider.get(Deadline.after(Duration.ofMillis(300))))
            .isInstanceOf(SQLException.class);
      } finally {
        Sql.execute(admin, "ALTER USER " + user + " WITH MAX_USER_CONNECTIONS 0");
      }
      // Less than what a refusal lets the server count as full for.
      clock.advance(Duration.ofSeconds(20));
      assertThat(use(provider, 4, USES)).isEmpty();
      assertThat(provider.stats().opened()).isLessThan(USES / 10);
    }
  }

  @Test
  void a_caller_that_waits_gets_the_connection_that_comes_back_from_a_full_server()
      throws Exception {
    String user = "'" + schema.credentials().username() + "'@'%'";
    try (PooledConnectionProvider provider = schema.provider().maxSize(1).build();
        Connection admin = server.connect()) {
      Sql.execute(admin, "ALTER USER " + user + " WITH MAX_USER_CONNECTIONS 1");
      Connection taken = provider.get();
      Background<Void> next =
          Background.perform(() -> provider.get(Deadline.after(Duration.ofSeconds(10))).close());
      await().until(() -> provider.stats().waiting() == 1);
      taken.close();
      next.join();
      assertThat(provider.stats().opened()).isOne();
    } finally {
      Sql.execute(server::connect, "ALTER USER " + user + " WITH MAX_USER_CONNECTIONS 0");
    }
  }

  @Test
  void closing_the_provider_amid_uses_throws_nothing_but_an_sql_exception() throws Exception {
    for (int round = 0; round < 25; round++) {
      PooledConnectionProvider provider =
          schema.provider().maxSize(4).acquireTimeout(Duration.ofSeconds(5)).build();
      CountDownLatch begun = new CountDownLatch(4);
      Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
      Background<Void> closer =
          Background.perform(
              () -> {
                assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
                provider.close();
              });
      inParallel(4, () -> useUntilClosed(provider, begun, failures));
      closer.join();
      assertThat(failures).isEmpty();
      assertThat(provider.stats().total()).isZero();
    }
    await().until(() -> schema.connectionIds().isEmpty());
  }

  private static void useUntilClosed(
      PooledConnectionProvider provider, CountDownLatch begun, Queue<Throwable> failures) {
    int uses = 0;
    while (true) {
      try (Connection connection = provider.get()) {
        if (++uses == 5) {
          begun.countDown();
        }
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      } catch (SQLException e) {
        if (String.valueOf(e.getMessage()).contains("provider is closed")) {
          return;
        }
      } catch (RuntimeException e) {
        failures.add(e);
        begun.countDown();
      }
    }
  }

  @Test
  void interrupts_and_aborts_and_kills_lose_no_permit() throws Exception {
    try (PooledConnectionProvider provider =
        schema.provider().maxSize(3).sslMode(SslMode.REQUIRED).build()) {
      AtomicLong number = new AtomicLong();
      inParallel(8, () -> disturb(provider, number));
      List<Connection> all = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        all.add(provider.get(Deadline.after(Duration.ofSeconds(5))));
      }
      assertThat(provider.stats().active()).isEqualTo(3);
      for (Connection connection : all) {
        assertThat(Sql.string(connection, "SELECT @@autocommit")).isEqualTo("1");
        connection.close();
      }
    }
  }

  private void disturb(PooledConnectionProvider provider, AtomicLong number) {
    for (int n = 0; n < 40; n++) {
      int kind = (int) (number.getAndIncrement() % 8);
      if (kind == 0) {
        Thread.currentThread().interrupt();
      }
      try (Connection connection = provider.get(Deadline.after(Duration.ofSeconds(5)))) {
        Sql.execute(connection, kind == 1 ? "SET autocommit = 0" : "SELECT 1");
        if (kind == 2) {
          connection.abort(Runnable::run);
        } else if (kind == 3) {
          schema.killConnections();
        }
      } catch (SQLException e) {
        // Others' kills are seen here.
        assertThat(e.getSQLState()).isNotNull();
      }
      Thread.interrupted();
    }
  }

  @Test
  void many_providers_need_neither_a_thread_nor_a_socket_until_they_are_used() throws Exception {
    List<PooledConnectionProvider> providers = new ArrayList<>();
    try (FaultProxy proxy = FaultProxy.to(server.host(), server.port())) {
      int threads = Thread.activeCount();
      for (int i = 0; i < 200; i++) {
        providers.add(Proxied.provider(schema, proxy).build());
      }
      assertThat(proxy.connections()).isZero();
      assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 2);
      for (PooledConnectionProvider provider : providers.subList(0, 20)) {
        provider.get().close();
      }
      assertThat(proxy.openConnections()).isEqualTo(20);
      providers.forEach(PooledConnectionProvider::close);
      await().until(() -> proxy.openConnections() == 0);
    }
  }
}
