package dev.thaw.testing.contract;

import static dev.thaw.testing.contract.ContractFixture.AMPLE;
import static dev.thaw.testing.contract.ContractFixture.await;
import static dev.thaw.testing.contract.ContractFixture.query;
import static dev.thaw.testing.contract.ContractFixture.result;
import static dev.thaw.testing.contract.ContractFixture.use;
import static dev.thaw.testing.contract.ContractFixture.useAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What the end of a provider means. */
public interface ClosingContract extends ProviderUnderTest {

  /**
   * {@code close()} closes every socket, idle and borrowed, and the source; again, it does nothing.
   */
  @Test
  default void closing_closes_every_socket_and_the_source(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(3);
      useAll(provider, 2);
      Connection borrowed = provider.get();
      assertEquals(2, fixture.proxy.openConnections(), "open connections");

      provider.close();
      provider.close();

      await("every connection is closed", () -> fixture.proxy.openConnections() == 0);
      assertEquals(1, fixture.sourceCloses.get(), "how often the source was closed");
      assertThrows(SQLException.class, () -> query(borrowed, "SELECT 1"));
    }
  }

  /** A provider that was never used can be closed. */
  @Test
  default void closing_an_unused_provider_does_no_io(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);

      provider.close();

      assertEquals(0, fixture.proxy.connections(), "connections to the server");
      assertEquals(1, fixture.sourceCloses.get(), "how often the source was closed");
      assertThrows(SQLNonTransientConnectionException.class, provider::get);
    }
  }

  /** After close, get fails at once with {@code SQLNonTransientConnectionException}. */
  @Test
  default void a_closed_provider_says_so_at_once(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
      use(provider);
      provider.close();
      long before = fixture.proxy.connections();

      assertThrows(SQLNonTransientConnectionException.class, provider::get);
      assertThrows(
          SQLNonTransientConnectionException.class, () -> provider.get(Deadline.after(AMPLE)));
      assertThrows(
          SQLNonTransientConnectionException.class, () -> provider.asDataSource().getConnection());

      assertEquals(before, fixture.proxy.connections(), "connections to the server");
      assertFalse(provider.isActive(), "active");
    }
  }

  /** Callers that wait when the provider is closed are told then, not at their deadline. */
  @Test
  default void closing_ends_the_wait_of_callers(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
      provider.get();
      Future<Connection> waiting = fixture.start(provider::get);
      await("a caller waits", () -> provider.stats().waiting() == 1);

      provider.close();

      assertThrows(SQLNonTransientConnectionException.class, () -> result(waiting));
    }
  }

  /** Giving a connection back to a closed provider is no error. */
  @Test
  default void a_connection_may_be_given_back_after_close(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
      Connection borrowed = provider.get();

      provider.close();
      borrowed.close();

      await("every connection is closed", () -> fixture.proxy.openConnections() == 0);
    }
  }
}
