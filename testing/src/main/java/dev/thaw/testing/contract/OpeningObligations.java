package dev.thaw.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.ConnectionProvider;
import dev.thaw.ProviderStats;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** How connections are opened and reused. */
final class OpeningObligations extends ContractFixture {
  private static final int THREADS = 8;
  private static final int COLD_STARTS = 20;

  private OpeningObligations(ConnectionProviderContract contract, TestSchema schema) {
    super(contract, schema);
  }

  static void run(
      ConnectionProviderContract contract,
      TestSchema schema,
      Obligation<OpeningObligations> obligation)
      throws Exception {
    try (OpeningObligations fixture = new OpeningObligations(contract, schema)) {
      obligation.run(fixture);
    }
  }

  void buildingOpensNothing() {
    ConnectionProvider provider = provider(2);

    assertEquals(0, proxy.connections(), "connections to the server");
    assertFalse(provider.isActive(), "active");
    assertEquals(0, provider.stats().total(), "open connections");
    assertEquals(0, provider.stats().opened(), "opened connections");
  }

  void firstGetOpensOneConnection() throws SQLException {
    ConnectionProvider provider = provider(5);

    try (Connection connection = provider.get()) {
      assertEquals(1, proxy.connections(), "connections to the server");
      assertEquals(
          schema.credentials().username() + "@%", query(connection, "SELECT CURRENT_USER()"));
      assertEquals(schema.name(), query(connection, "SELECT DATABASE()"));
      assertEquals(List.of(id(connection)), schema.connectionIds(), "the server's connections");
    }
  }

  void simultaneousFirstCallsMakeOnePool() throws Exception {
    ConnectionProvider provider = provider(1);
    CyclicBarrier barrier = new CyclicBarrier(THREADS);
    List<Future<Long>> calls = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      calls.add(
          start(
              () -> {
                barrier.await(AMPLE.toSeconds(), TimeUnit.SECONDS);
                return use(provider);
              }));
    }

    Set<Long> ids = new HashSet<>();
    for (Future<Long> call : calls) {
      ids.add(result(call));
    }

    assertEquals(1, ids.size(), "connections given out");
    assertEquals(1, proxy.connections(), "connections to the server");
  }

  void mostConnectionsAreNeverExceeded() throws Exception {
    int maxSize = 3;
    // What goes wrong here does so while connections are opened and given back at once, and seldom.
    for (int i = 0; i < COLD_STARTS; i++) {
      ConnectionProvider provider = provider(maxSize);
      long most = mostOpenOf(provider);
      assertTrue(most <= maxSize, () -> "open connections: " + most + ", allowed: " + maxSize);
      provider.close();
      await("every connection is closed", () -> proxy.openConnections() == 0);
    }
  }

  private long mostOpenOf(ConnectionProvider provider) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(THREADS);
    List<Future<Long>> calls = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      calls.add(
          start(
              () -> {
                barrier.await(AMPLE.toSeconds(), TimeUnit.SECONDS);
                long most = 0;
                for (int round = 0; round < 5; round++) {
                  try (Connection connection = provider.get()) {
                    query(connection, "SELECT 1");
                    most = Math.max(most, proxy.openConnections());
                  }
                }
                return most;
              }));
    }
    long most = 0;
    for (Future<Long> call : calls) {
      most = Math.max(most, result(call));
    }
    return most;
  }

  void connectionIsReused() throws SQLException {
    ConnectionProvider provider = provider(5);

    long first = use(provider);

    assertEquals(first, use(provider));
    assertEquals(first, use(provider));
    assertEquals(1, proxy.connections(), "connections to the server");
  }

  void connectionIsLentToOneCallerAtATime() throws SQLException {
    ConnectionProvider provider = provider(2);

    try (Connection one = provider.get();
        Connection two = provider.get()) {
      assertNotEquals(id(one), id(two));
    }
  }

  void activeMeansConnectedAndNotClosed() throws SQLException {
    ConnectionProvider provider = provider(1);
    assertFalse(provider.isActive(), "before the first connection");

    use(provider);

    assertTrue(provider.isActive(), "after the first connection");
    provider.close();
    assertFalse(provider.isActive(), "after close");
  }

  void statsCountWhatHappened() throws SQLException {
    ConnectionProvider provider = provider(4);
    use(provider);
    Connection one = provider.get();
    Connection two = provider.get();
    two.close();

    ProviderStats stats = provider.stats();
    one.close();

    assertEquals(4, stats.maxSize(), "maxSize");
    assertEquals(1, stats.active(), "active");
    assertEquals(1, stats.idle(), "idle");
    assertEquals(2, stats.opened(), "opened");
    assertEquals(1, stats.reused(), "reused");
  }

  void dataSourceIsViewOfTheProvider() throws SQLException {
    ConnectionProvider provider = provider(2);
    assertSame(provider.asDataSource(), provider.asDataSource());
    assertEquals(0, proxy.connections(), "connections to the server");
    long id = use(provider);

    try (Connection connection = provider.asDataSource().getConnection()) {
      assertEquals(id, id(connection));
      assertEquals(1, provider.stats().active(), "active");
    }
    assertEquals(0, provider.stats().active(), "active");
  }

  void warmingUpOpensWhatTheNextGetTakes() throws SQLException {
    ConnectionProvider provider = provider(2);

    provider.warmUp();

    assertEquals(1, proxy.connections(), "connections to the server");
    assertTrue(provider.isActive(), "active");
    use(provider);
    assertEquals(1, proxy.connections(), "connections to the server");
  }
}
