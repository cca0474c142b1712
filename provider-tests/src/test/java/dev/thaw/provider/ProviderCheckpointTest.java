package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.ConnectionListener;
import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.RetireReason;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.HeapDump;
import dev.thaw.fixture.Sql;
import dev.thaw.provider.crac.Core;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.FaultProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider before a snapshot of its process and after the restore. */
@DatabaseTest
class ProviderCheckpointTest {

  /**
   * Obtains the password anew from the database's side each time, and holds it until told not to.
   */
  private static final class HoldingSource implements CredentialsSource {
    private final TestSchema schema;
    private final AtomicInteger fetches = new AtomicInteger();
    private String held = "";

    HoldingSource(TestSchema schema) {
      this.schema = schema;
    }

    @Override
    public synchronized DatabaseCredentials credentials(Deadline deadline) {
      if (held.isEmpty()) {
        fetches.incrementAndGet();
        held = schema.credentials().password();
      }
      return DatabaseCredentials.of(schema.credentials().username(), held);
    }

    @Override
    public synchronized void invalidate() {
      held = "";
    }

    synchronized boolean isEmpty() {
      return held.isEmpty();
    }
  }

  private static PooledConnectionProvider.Builder provider(TestSchema schema) {
    return PooledConnectionProvider.builder()
        .host(schema.credentials().host().orElseThrow())
        .port(schema.credentials().port().orElseThrow())
        .database(schema.name());
  }

  private static Connection query(PooledConnectionProvider provider) throws SQLException {
    Connection connection = provider.get(Deadline.after(Duration.ofSeconds(10)));
    assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
    return connection;
  }

  @Test
  void before_the_snapshot_no_connection_is_open_and_after_it_the_next_get_starts_anew(
      TestSchema schema) throws Exception {
    HoldingSource source = new HoldingSource(schema);
    List<String> events = new CopyOnWriteArrayList<>();
    ConnectionListener listener =
        new ConnectionListener() {
          @Override
          public void checkpoint(String pool) {
            events.add("checkpoint");
          }

          @Override
          public void restored(String pool) {
            events.add("restored");
          }
        };
    try (PooledConnectionProvider provider =
        provider(schema).credentials(source).listener(listener).build()) {
      query(provider).close();
      Connection taken = query(provider);

      Core.beforeCheckpoint();
      await().until(() -> schema.connectionIds().isEmpty());
      assertThat(provider.isActive()).isFalse();
      assertThat(provider.stats().total()).isZero();
      assertThat(provider.stats().retired(RetireReason.CHECKPOINT)).isOne();
      assertThatThrownBy(provider::get)
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessageContaining("snapshot");
      assertThatThrownBy(() -> Sql.string(taken, "SELECT 1")).isInstanceOf(SQLException.class);
      taken.close();

      Core.afterRestore();
      query(provider).close();
      assertThat(source.fetches).hasValue(2);
      assertThat(provider.isActive()).isTrue();
      assertThat(provider.stats().opened()).isEqualTo(2);
      assertThat(events).containsExactly("checkpoint", "restored");
    }
  }

  @Test
  void a_get_in_flight_at_the_snapshot_ends_with_an_error(TestSchema schema) throws Exception {
    try (FaultProxy proxy = Proxied.proxy(schema);
        PooledConnectionProvider provider = Proxied.provider(schema, proxy).build()) {
      proxy.acceptSilently();
      Background<Connection> caller = Background.run(provider::get);
      await().until(() -> proxy.connections() == 1);
      Core.beforeCheckpoint();
      assertThat(caller.failure())
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessageContaining("snapshot");
      proxy.resume();
      Core.afterRestore();
      query(provider).close();
    }
  }

  @Test
  void gets_and_uses_under_way_leave_no_connection_in_the_snapshot(TestSchema schema)
      throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Queue<Throwable> unexpected = new ConcurrentLinkedQueue<>();
    HoldingSource source = new HoldingSource(schema);
    try (PooledConnectionProvider provider =
        provider(schema).credentials(source).maxSize(4).build()) {
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Thread caller =
            new Thread(
                () -> {
                  while (!over.get()) {
                    useOnce(provider, unexpected);
                  }
                });
        caller.start();
        callers.add(caller);
      }
      for (int round = 0; round < 6; round++) {
        long opened = provider.stats().opened();
        await().until(() -> provider.stats().opened() > opened);
        Core.beforeCheckpoint();
        await().until(() -> provider.stats().total() == 0);
        await().until(() -> schema.connectionIds().isEmpty());
        assertThat(source.isEmpty()).isTrue();
        assertThat(provider.isActive()).isFalse();
        Core.afterRestore();
      }
      over.set(true);
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(unexpected).isEmpty();
      List<Connection> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(query(provider));
      }
      assertThat(provider.stats().active()).isEqualTo(4);
      for (Connection connection : all) {
        connection.close();
      }
    }
  }

  private static void useOnce(PooledConnectionProvider provider, Queue<Throwable> unexpected) {
    try (Connection connection = provider.get(Deadline.after(Duration.ofSeconds(10)))) {
      connection.setAutoCommit(false);
      Sql.execute(connection, "SELECT 1");
    } catch (SQLException e) {
      // Cut off by the checkpoint, or not begun because of it.
      Thread.onSpinWait();
    } catch (RuntimeException e) {
      unexpected.add(e);
    }
  }

  @Test
  void the_heap_holds_no_secret_at_the_snapshot(TestSchema schema, @TempDir Path folder)
      throws Exception {
    // A marker that the test itself holds only in another form.
    String reversed =
        new StringBuilder("heap-" + System.nanoTime() + "-secret").reverse().toString();
    DatabaseCredentials user = schema.createUser();
    schema.setPassword(user.username(), forward(reversed));
    CredentialsSource source =
        deadline -> DatabaseCredentials.of(user.username(), forward(reversed));
    try (PooledConnectionProvider provider = provider(schema).credentials(source).build()) {
      query(provider).close();
      assertThat(dumpHolds(folder.resolve("before.hprof"), reversed))
          .as("the dump shows the password while a connection is open")
          .isTrue();
      Core.beforeCheckpoint();
      assertThat(dumpHolds(folder.resolve("at.hprof"), reversed)).isFalse();
      Core.afterRestore();
      query(provider).close();
    }
  }

  private static String forward(String reversed) {
    return new StringBuilder(reversed).reverse().toString();
  }

  private static boolean dumpHolds(Path file, String reversed)
      throws IOException, InterruptedException {
    HeapDump.write(file);
    return HeapDump.contains(file, forward(reversed));
  }
}
