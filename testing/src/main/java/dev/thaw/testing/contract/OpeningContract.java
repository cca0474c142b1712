package dev.thaw.testing.contract;

import static dev.thaw.testing.contract.ContractFixture.COLD_STARTS;
import static dev.thaw.testing.contract.ContractFixture.await;
import static dev.thaw.testing.contract.ContractFixture.id;
import static dev.thaw.testing.contract.ContractFixture.query;
import static dev.thaw.testing.contract.ContractFixture.use;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.ConnectionProvider;
import dev.thaw.ProviderStats;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How connections are opened and reused. */
public interface OpeningContract extends ProviderUnderTest {

  /** Building a provider does no I/O: nothing is connected, and nothing is counted or active. */
  @Test
  default void building_opens_nothing(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(2);

      assertEquals(0, fixture.proxy.connections(), "connections to the server");
      assertFalse(provider.isActive(), "active");
      assertEquals(0, provider.stats().total(), "open connections");
      assertEquals(0, provider.stats().opened(), "opened connections");
    }
  }

  /** The first get opens one server connection, with the login and the schema of the settings. */
  @Test
  default void the_first_get_opens_one_connection(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(5);

      try (Connection connection = provider.get()) {
        assertEquals(1, fixture.proxy.connections(), "connections to the server");
        assertEquals(
            fixture.schema.credentials().username() + "@%",
            query(connection, "SELECT CURRENT_USER()"));
        assertEquals(fixture.schema.name(), query(connection, "SELECT DATABASE()"));
        assertEquals(
            List.of(id(connection)), fixture.schema.connectionIds(), "the server's connections");
      }
    }
  }

  /**
   * Any number of threads may make the first call at once, and one pool results: eight threads that
   * want one connection after the other cause one login.
   */
  @Test
  default void simultaneous_first_calls_make_one_pool(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);

      Set<Long> ids = new HashSet<>(fixture.runAtOnce(() -> use(provider)));

      assertEquals(1, ids.size(), "connections given out");
      assertEquals(1, fixture.proxy.connections(), "connections to the server");
    }
  }

  /** However many callers there are, the server never sees more than the most connections. */
  @Test
  default void the_most_connections_are_never_exceeded(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      int maxSize = 3;
      // What goes wrong here does so while connections are opened and given back at once, and
      // seldom.
      for (int i = 0; i < COLD_STARTS; i++) {
        ConnectionProvider provider = fixture.provider(maxSize);
        long most = mostOpenOf(fixture, provider);
        assertTrue(most <= maxSize, () -> "open connections: " + most + ", allowed: " + maxSize);
        provider.close();
        await("every connection is closed", () -> fixture.proxy.openConnections() == 0);
      }
    }
  }

  /** A connection that was given back is given out again: same {@code CONNECTION_ID()}. */
  @Test
  default void a_connection_is_reused(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(5);

      long first = use(provider);

      assertEquals(first, use(provider));
      assertEquals(first, use(provider));
      assertEquals(1, fixture.proxy.connections(), "connections to the server");
    }
  }

  /** Two callers at the same time have two connections. */
  @Test
  default void a_connection_is_lent_to_one_caller_at_a_time(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(2);

      try (Connection one = provider.get();
          Connection two = provider.get()) {
        assertNotEquals(id(one), id(two));
      }
    }
  }

  /** {@code isActive()} is false before the first connection, then true, and false after close. */
  @Test
  default void active_means_connected_and_not_closed(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
      assertFalse(provider.isActive(), "before the first connection");

      use(provider);

      assertTrue(provider.isActive(), "after the first connection");
      provider.close();
      assertFalse(provider.isActive(), "after close");
    }
  }

  /** {@code stats()} counts what is taken, idle, opened and reused. */
  @Test
  default void stats_count_what_happened(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(4);
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
  }

  /** {@code asDataSource()} is always the same, and lends from the same pool. */
  @Test
  default void the_data_source_is_a_view_of_the_provider(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(2);
      assertSame(provider.asDataSource(), provider.asDataSource());
      assertEquals(0, fixture.proxy.connections(), "connections to the server");
      long id = use(provider);

      try (Connection connection = provider.asDataSource().getConnection()) {
        assertEquals(id, id(connection));
        assertEquals(1, provider.stats().active(), "active");
      }
      assertEquals(0, provider.stats().active(), "active");
    }
  }

  /** {@code warmUp()} opens the connection that the next get takes, so that one opens none. */
  @Test
  default void warming_up_opens_what_the_next_get_takes(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(2);

      provider.warmUp();

      assertEquals(1, fixture.proxy.connections(), "connections to the server");
      assertTrue(provider.isActive(), "active");
      use(provider);
      assertEquals(1, fixture.proxy.connections(), "connections to the server");
    }
  }

  private static long mostOpenOf(ContractFixture fixture, ConnectionProvider provider)
      throws Exception {
    List<Long> open =
        fixture.runAtOnce(
            () -> {
              long most = 0;
              for (int round = 0; round < 5; round++) {
                try (Connection connection = provider.get()) {
                  query(connection, "SELECT 1");
                  most = Math.max(most, fixture.proxy.openConnections());
                }
              }
              return most;
            });
    return Collections.max(open);
  }
}
