package dev.thaw.testing.contract;

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

/** What the end of a provider means. */
final class ClosingObligations extends ContractFixture {

  private ClosingObligations(ConnectionProviderContract contract, TestSchema schema) {
    super(contract, schema);
  }

  static void run(
      ConnectionProviderContract contract,
      TestSchema schema,
      Obligation<ClosingObligations> obligation)
      throws Exception {
    try (ClosingObligations fixture = new ClosingObligations(contract, schema)) {
      obligation.run(fixture);
    }
  }

  void closingClosesEverySocket() throws SQLException {
    ConnectionProvider provider = provider(3);
    useAll(provider, 2);
    Connection borrowed = provider.get();
    assertEquals(2, proxy.openConnections(), "open connections");

    provider.close();
    provider.close();

    await("every connection is closed", () -> proxy.openConnections() == 0);
    assertEquals(1, sourceCloses.get(), "how often the source was closed");
    assertThrows(SQLException.class, () -> query(borrowed, "SELECT 1"));
  }

  void closingUnusedProviderDoesNoIo() {
    ConnectionProvider provider = provider(1);

    provider.close();

    assertEquals(0, proxy.connections(), "connections to the server");
    assertEquals(1, sourceCloses.get(), "how often the source was closed");
    assertThrows(SQLNonTransientConnectionException.class, provider::get);
  }

  void closedProviderSaysSo() throws SQLException {
    ConnectionProvider provider = provider(1);
    use(provider);
    provider.close();
    long before = proxy.connections();

    assertThrows(SQLNonTransientConnectionException.class, provider::get);
    assertThrows(
        SQLNonTransientConnectionException.class, () -> provider.get(Deadline.after(AMPLE)));
    assertThrows(
        SQLNonTransientConnectionException.class, () -> provider.asDataSource().getConnection());

    assertEquals(before, proxy.connections(), "connections to the server");
    assertFalse(provider.isActive(), "active");
  }

  void closingEndsTheWait() throws Exception {
    ConnectionProvider provider = provider(1);
    provider.get();
    Future<Connection> waiting = start(provider::get);
    await("a caller waits", () -> provider.stats().waiting() == 1);

    provider.close();

    assertThrows(SQLNonTransientConnectionException.class, () -> result(waiting));
  }

  void connectionMayBeGivenBackAfterClose() throws SQLException {
    ConnectionProvider provider = provider(1);
    Connection borrowed = provider.get();

    provider.close();
    borrowed.close();

    await("every connection is closed", () -> proxy.openConnections() == 0);
  }
}
