package dev.thaw.testing.contract;

import static dev.thaw.testing.contract.ContractFixture.BOUND;
import static dev.thaw.testing.contract.ContractFixture.CALLERS;
import static dev.thaw.testing.contract.ContractFixture.SHORT;
import static dev.thaw.testing.contract.ContractFixture.await;
import static dev.thaw.testing.contract.ContractFixture.id;
import static dev.thaw.testing.contract.ContractFixture.query;
import static dev.thaw.testing.contract.ContractFixture.result;
import static dev.thaw.testing.contract.ContractFixture.use;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What callers get that have to wait. */
public interface WaitingContract extends ProviderUnderTest {

  /** A caller for whom there is no connection gives up when its deadline has passed. */
  @Test
  default void a_waiting_caller_gives_up_at_its_deadline(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);

      try (Connection taken = provider.get()) {
        assertTimesOut(() -> provider.get(Deadline.after(SHORT)));
        assertEquals("1", query(taken, "SELECT 1"), "the connection of the other");
      }
    }
  }

  /** Without a deadline the acquire timeout of the settings bounds the wait. */
  @Test
  default void a_waiting_caller_gives_up_at_the_acquire_timeout(TestSchema schema)
      throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1, SHORT);

      try (Connection taken = provider.get()) {
        assertTimesOut(provider::get);
        assertEquals("1", query(taken, "SELECT 1"), "the connection of the other");
      }
    }
  }

  /** A deadline that has passed fails at once with {@code SQLTimeoutException}, without a login. */
  @Test
  default void a_deadline_that_has_passed_opens_nothing(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);

      assertTimesOut(() -> provider.get(Deadline.after(Duration.ZERO)));

      assertEquals(0, fixture.proxy.connections(), "connections to the server");
      use(provider);
    }
  }

  /** A server that accepts the connection and never answers costs no more than the deadline. */
  @Test
  default void a_silent_server_costs_no_more_than_the_deadline(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
      fixture.proxy.acceptSilently();

      assertTimesOut(() -> provider.get(Deadline.after(SHORT)));

      fixture.proxy.resume();
      use(provider);
    }
  }

  /** A caller that waits gets the connection that another one gives back. */
  @Test
  default void a_waiting_caller_gets_what_another_gives_back(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
      Future<Long> waiting;
      long id;
      try (Connection taken = provider.get()) {
        id = id(taken);
        waiting = fixture.start(() -> use(provider));
        await("a caller waits", () -> provider.stats().waiting() == 1);
      }

      assertEquals(id, result(waiting));
    }
  }

  /** A caller that gave up at its deadline takes no connection away from the others. */
  @Test
  default void a_caller_that_gave_up_loses_no_slot(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
      try (Connection taken = provider.get()) {
        assertTimesOut(() -> provider.get(Deadline.after(SHORT)));
        assertEquals(0, provider.stats().waiting(), "waiting callers");
        assertEquals("1", query(taken, "SELECT 1"), "the connection of the other");
      }

      use(provider);
    }
  }

  /** Callers that wait are served in the order in which they came. */
  @Test
  default void waiting_callers_are_served_in_order(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
      List<Integer> served = Collections.synchronizedList(new ArrayList<>());
      List<Future<Boolean>> callers = new ArrayList<>();
      try (Connection taken = provider.get()) {
        assertEquals("1", query(taken, "SELECT 1"));
        for (int i = 0; i < CALLERS; i++) {
          int caller = i;
          callers.add(
              fixture.start(
                  () -> {
                    try (Connection connection = provider.get()) {
                      served.add(caller);
                      return id(connection) > 0;
                    }
                  }));
          int waiting = i + 1;
          await("callers wait: " + waiting, () -> provider.stats().waiting() == waiting);
        }
      }
      for (Future<Boolean> caller : callers) {
        result(caller);
      }

      assertEquals(IntStream.range(0, CALLERS).boxed().toList(), served, "order of the callers");
    }
  }

  /** A query that hangs ends with {@code SQLTimeoutException} when the deadline comes. */
  @Test
  default void a_query_that_hangs_ends_with_the_deadline(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);

      try (Connection connection = provider.get(Deadline.after(SHORT))) {
        assertTimesOut(() -> query(connection, "SELECT SLEEP(3)"));
      }

      use(provider);
    }
  }

  /** An interrupt ends the wait with an exception and keeps the thread's flag. */
  @Test
  default void an_interrupted_caller_keeps_its_flag(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
      try (Connection taken = provider.get()) {
        assertTrue(interrupt(fixture, provider), "the thread is still interrupted");
        assertEquals("1", query(taken, "SELECT 1"), "the connection of the other");
      }
    }
  }

  /** A caller that was interrupted takes no connection away from the others. */
  @Test
  default void an_interrupted_caller_loses_no_slot(TestSchema schema) throws Exception {
    try (ContractFixture fixture = new ContractFixture(this, schema)) {
      ConnectionProvider provider = fixture.provider(1);
      try (Connection taken = provider.get()) {
        interrupt(fixture, provider);
        assertEquals("1", query(taken, "SELECT 1"), "the connection of the other");
      }

      use(provider);
    }
  }

  private static void assertTimesOut(Executable call) {
    assertTimeout(BOUND, () -> assertThrows(SQLTimeoutException.class, call));
  }

  /** Interrupts a caller that waits; returns whether its thread is interrupted afterwards. */
  private static boolean interrupt(ContractFixture fixture, ConnectionProvider provider)
      throws Exception {
    CompletableFuture<Thread> caller = new CompletableFuture<>();
    Future<Boolean> interrupted =
        fixture.start(
            () -> {
              caller.complete(Thread.currentThread());
              assertThrows(SQLException.class, provider::get);
              return Thread.currentThread().isInterrupted();
            });
    await("a caller waits", () -> provider.stats().waiting() == 1);
    caller.join().interrupt();
    return result(interrupted);
  }
}
