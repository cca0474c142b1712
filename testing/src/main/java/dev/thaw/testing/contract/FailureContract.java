package dev.thaw.testing.contract;

import static dev.thaw.testing.contract.ContractFixture.AMPLE;
import static dev.thaw.testing.contract.ContractFixture.MOMENT;
import static dev.thaw.testing.contract.ContractFixture.SHORT;
import static dev.thaw.testing.contract.ContractFixture.WRONG;
import static dev.thaw.testing.contract.ContractFixture.await;
import static dev.thaw.testing.contract.ContractFixture.id;
import static dev.thaw.testing.contract.ContractFixture.query;
import static dev.thaw.testing.contract.ContractFixture.use;
import static dev.thaw.testing.contract.ContractFixture.useAll;
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
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What happens when the server refuses, cannot be reached, or ends connections. */
public interface FailureContract extends ProviderUnderTest {

  /** A server out of reach is a transient failure, and leaves nothing broken behind. */
  @Test
  default void an_unreachable_server_is_tried_again_by_the_next_get(TestSchema schema)
      throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(2, SHORT);
      fixture.proxy.refuseConnections();
      assertThrows(SQLTransientException.class, provider::get);
      assertFalse(provider.isActive(), "active");

      fixture.proxy.resume();

      useAll(provider, 2);
    }
  }

  /** {@code warmUp()} throws nothing when the server is out of reach, and get works later. */
  @Test
  default void warming_up_without_a_server_is_no_error(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1, SHORT);
      fixture.proxy.refuseConnections();

      provider.warmUp();

      fixture.proxy.resume();
      use(provider);
    }
  }

  /**
   * A refused login is a {@code SQLInvalidAuthorizationSpecException} with SQLState 28000 and the
   * server's error number; it comes at once and shows no password. With the right credentials the
   * next get works.
   */
  @Test
  default void a_refused_login_says_so_and_is_cured_by_the_next_get(TestSchema schema)
      throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      DatabaseCredentials right = fixture.schema.credentials();
      AtomicBoolean cured = new AtomicBoolean();
      ConnectionProvider provider =
          fixture.provider(
              1,
              AMPLE,
              () ->
                  DatabaseCredentials.of(right.username(), cured.get() ? right.password() : WRONG));

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
  }

  /** One get causes at most three logins, whatever the server answers: accounts get locked. */
  @Test
  default void a_refused_login_is_not_repeated_many_times(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      String user = fixture.schema.credentials().username();
      ConnectionProvider provider =
          fixture.provider(1, AMPLE, () -> DatabaseCredentials.of(user, WRONG));

      assertThrows(SQLException.class, provider::get);

      long logins = fixture.proxy.connections();
      assertTrue(logins <= 3, () -> "logins: " + logins + ", allowed: 3");
    }
  }

  /**
   * A failed connect gives back the room it took: afterwards all connections can be had at once.
   */
  @Test
  default void failed_connects_lose_no_slot(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      int maxSize = 2;
      ConnectionProvider provider = fixture.provider(maxSize, SHORT);
      fixture.proxy.refuseConnections();
      for (int i = 0; i <= maxSize; i++) {
        assertThrows(SQLException.class, provider::get);
      }

      fixture.proxy.resume();

      useAll(provider, maxSize);
    }
  }

  /** {@code check()} never throws: before the first get, without a server, after close. */
  @Test
  default void check_never_throws(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1, SHORT);
      fixture.proxy.refuseConnections();
      HealthReport unreachable = provider.check();
      assertFalse(unreachable.success(), "success without a server");
      assertTrue(unreachable.failureKind().isPresent(), "kind of the failure");
      assertFalse(unreachable.message().isBlank(), "message");
      assertFalse(
          unreachable.message().contains(fixture.schema.credentials().password()), "password");

      fixture.proxy.resume();
      HealthReport reachable = provider.check();
      assertTrue(reachable.success(), reachable::message);
      assertTrue(reachable.failureKind().isEmpty(), "kind of the failure");
      assertEquals(0, provider.stats().active(), "active");

      provider.close();
      assertFalse(provider.check().success(), "success after close");
    }
  }

  /**
   * Idle connections that the server has closed are not given out, however they were closed. Those
   * that were in use within the last few milliseconds may be trusted.
   */
  @Test
  default void connections_that_were_killed_are_not_given_out(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      int maxSize = 2;
      ConnectionProvider provider = fixture.provider(maxSize);
      useAll(provider, maxSize);

      assertEquals(maxSize, fixture.proxy.disconnect(), "connections closed with a FIN");
      letAMomentPass();
      useAll(provider, maxSize);

      assertEquals(maxSize, fixture.proxy.reset(), "connections closed with a RST");
      letAMomentPass();
      useAll(provider, maxSize);
    }
  }

  /** A connection that broke in its user's hands is not given to the next one. */
  @Test
  default void a_connection_that_broke_in_use_is_not_given_out_again(TestSchema schema)
      throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
      long broken;
      try (Connection connection = provider.get()) {
        broken = id(connection);
        fixture.schema.killConnections();
        assertThrows(SQLException.class, () -> query(connection, "SELECT 1"));
      }

      assertNotEquals(broken, use(provider));
    }
  }

  /** A provider may trust a connection for the next few milliseconds after its use. */
  private static void letAMomentPass() {
    long end = System.nanoTime() + MOMENT.toNanos();
    await("a moment passes", () -> System.nanoTime() >= end);
  }
}
