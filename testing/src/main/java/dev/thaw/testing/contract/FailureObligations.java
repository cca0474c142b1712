package dev.thaw.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.ConnectionProvider;
import dev.thaw.HealthReport;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** What happens when the server refuses, cannot be reached, or ends connections. */
final class FailureObligations extends ContractFixture {
  private static final String WRONG = "Wrong-Password-1";
  private static final Duration MOMENT = Duration.ofMillis(20);

  private FailureObligations(ConnectionProviderContract contract, TestSchema schema) {
    super(contract, schema);
  }

  static void run(
      ConnectionProviderContract contract,
      TestSchema schema,
      Obligation<FailureObligations> obligation)
      throws Exception {
    try (FailureObligations fixture = new FailureObligations(contract, schema)) {
      obligation.run(fixture);
    }
  }

  /** Returns a provider whose time runs out soon. */
  private ConnectionProvider impatient(int maxSize) {
    DatabaseCredentials right = schema.credentials();
    return provider(
        maxSize, SHORT, () -> DatabaseCredentials.of(right.username(), right.password()));
  }

  void unreachableServerIsTriedAgain() throws SQLException {
    ConnectionProvider provider = impatient(2);
    proxy.refuseConnections();
    assertThrows(SQLTransientException.class, provider::get);
    assertFalse(provider.isActive(), "active");

    proxy.resume();

    useAll(provider, 2);
  }

  void warmingUpWithoutServerIsNoError() throws SQLException {
    ConnectionProvider provider = impatient(1);
    proxy.refuseConnections();

    provider.warmUp();

    proxy.resume();
    use(provider);
  }

  void refusedLoginSaysSo() throws SQLException {
    DatabaseCredentials right = schema.credentials();
    AtomicBoolean cured = new AtomicBoolean();
    ConnectionProvider provider =
        provider(
            1,
            AMPLE,
            () -> DatabaseCredentials.of(right.username(), cured.get() ? right.password() : WRONG));

    SQLInvalidAuthorizationSpecException refusal =
        assertTimeout(
            AMPLE.dividedBy(2),
            () -> assertThrows(SQLInvalidAuthorizationSpecException.class, provider::get));

    assertEquals("28000", refusal.getSQLState());
    assertEquals(1045, refusal.getErrorCode(), "ER_ACCESS_DENIED_ERROR");
    for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
      assertFalse(String.valueOf(cause).contains(WRONG), "the message shows the password");
    }
    assertFalse(provider.isActive(), "active");
    cured.set(true);
    use(provider);
  }

  void refusedLoginIsNotRepeated() {
    String user = schema.credentials().username();
    ConnectionProvider provider = provider(1, AMPLE, () -> DatabaseCredentials.of(user, WRONG));

    assertThrows(SQLException.class, provider::get);

    long logins = proxy.connections();
    assertTrue(logins <= 3, () -> "logins: " + logins + ", allowed: 3");
  }

  void failedConnectsLoseNoSlot() throws SQLException {
    int maxSize = 2;
    ConnectionProvider provider = impatient(maxSize);
    proxy.refuseConnections();
    for (int i = 0; i <= maxSize; i++) {
      assertThrows(SQLException.class, provider::get);
    }

    proxy.resume();

    useAll(provider, maxSize);
  }

  void checkNeverThrows() {
    ConnectionProvider provider = impatient(1);
    proxy.refuseConnections();
    HealthReport unreachable = provider.check();
    assertFalse(unreachable.success(), "success without a server");
    assertTrue(unreachable.failureKind().isPresent(), "kind of the failure");
    assertFalse(unreachable.message().isBlank(), "message");
    assertFalse(unreachable.message().contains(schema.credentials().password()), "password");

    proxy.resume();
    HealthReport reachable = provider.check();
    assertTrue(reachable.success(), reachable::message);
    assertTrue(reachable.failureKind().isEmpty(), "kind of the failure");
    assertEquals(0, provider.stats().active(), "active");

    provider.close();
    assertFalse(provider.check().success(), "success after close");
  }

  void killedConnectionsAreNotGivenOut() throws SQLException {
    int maxSize = 2;
    ConnectionProvider provider = provider(maxSize);
    useAll(provider, maxSize);

    assertEquals(maxSize, proxy.disconnect(), "connections closed with a FIN");
    letAMomentPass();
    useAll(provider, maxSize);

    assertEquals(maxSize, proxy.reset(), "connections closed with a RST");
    letAMomentPass();
    useAll(provider, maxSize);
  }

  /** A provider may trust a connection for the next few milliseconds after its use. */
  private static void letAMomentPass() {
    long end = System.nanoTime() + MOMENT.toNanos();
    await("a moment passes", () -> System.nanoTime() >= end);
  }

  void brokenConnectionIsNotGivenOutAgain() throws SQLException {
    ConnectionProvider provider = provider(1);
    long broken;
    try (Connection connection = provider.get()) {
      broken = id(connection);
      schema.killConnections();
      assertThrows(SQLException.class, () -> query(connection, "SELECT 1"));
    }

    assertNotEquals(broken, use(provider));
  }
}
