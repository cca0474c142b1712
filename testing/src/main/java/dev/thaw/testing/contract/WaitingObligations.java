package dev.thaw.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
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
import org.junit.jupiter.api.function.Executable;

/** What callers get that have to wait. */
final class WaitingObligations extends ContractFixture {
  /** A bound that only a caller passes who does not keep to {@link #SHORT}. */
  private static final Duration BOUND = Duration.ofSeconds(10);

  private static final int CALLERS = 4;

  private WaitingObligations(ConnectionProviderContract contract, TestSchema schema) {
    super(contract, schema);
  }

  static void run(
      ConnectionProviderContract contract,
      TestSchema schema,
      Obligation<WaitingObligations> obligation)
      throws Exception {
    try (WaitingObligations fixture = new WaitingObligations(contract, schema)) {
      obligation.run(fixture);
    }
  }

  void waitingCallerGivesUpAtItsDeadline() throws SQLException {
    ConnectionProvider provider = provider(1);

    try (Connection taken = provider.get()) {
      assertTimesOut(() -> provider.get(Deadline.after(SHORT)));
      assertEquals("1", query(taken, "SELECT 1"), "the connection of the other");
    }
  }

  void waitingCallerGivesUpAtAcquireTimeout() throws SQLException {
    DatabaseCredentials right = schema.credentials();
    ConnectionProvider provider =
        provider(1, SHORT, () -> DatabaseCredentials.of(right.username(), right.password()));

    try (Connection taken = provider.get()) {
      assertTimesOut(provider::get);
      assertEquals("1", query(taken, "SELECT 1"), "the connection of the other");
    }
  }

  void passedDeadlineOpensNothing() throws SQLException {
    ConnectionProvider provider = provider(1);

    assertTimesOut(() -> provider.get(Deadline.after(Duration.ZERO)));

    assertEquals(0, proxy.connections(), "connections to the server");
    use(provider);
  }

  void silentServerCostsNoMoreThanDeadline() throws SQLException {
    ConnectionProvider provider = provider(1);
    proxy.acceptSilently();

    assertTimesOut(() -> provider.get(Deadline.after(SHORT)));

    proxy.resume();
    use(provider);
  }

  private static void assertTimesOut(Executable call) {
    assertTimeout(BOUND, () -> assertThrows(SQLTimeoutException.class, call));
  }

  void waitingCallerGetsWhatIsGivenBack() throws Exception {
    ConnectionProvider provider = provider(1);
    Future<Long> waiting;
    long id;
    try (Connection taken = provider.get()) {
      id = id(taken);
      waiting = start(() -> use(provider));
      await("a caller waits", () -> provider.stats().waiting() == 1);
    }

    assertEquals(id, result(waiting));
  }

  void callerThatGaveUpLosesNoSlot() throws SQLException {
    ConnectionProvider provider = provider(1);
    try (Connection taken = provider.get()) {
      assertTimesOut(() -> provider.get(Deadline.after(SHORT)));
      assertEquals(0, provider.stats().waiting(), "waiting callers");
      assertEquals("1", query(taken, "SELECT 1"), "the connection of the other");
    }

    use(provider);
  }

  void waitingCallersAreServedInOrder() throws Exception {
    ConnectionProvider provider = provider(1);
    List<Integer> served = Collections.synchronizedList(new ArrayList<>());
    List<Future<Boolean>> callers = new ArrayList<>();
    try (Connection taken = provider.get()) {
      assertEquals("1", query(taken, "SELECT 1"));
      for (int i = 0; i < CALLERS; i++) {
        int caller = i;
        callers.add(
            start(
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

  void hangingQueryEndsWithDeadline() throws SQLException {
    ConnectionProvider provider = provider(1);

    try (Connection connection = provider.get(Deadline.after(SHORT))) {
      assertTimesOut(() -> query(connection, "SELECT SLEEP(3)"));
    }

    use(provider);
  }

  void interruptedCallerKeepsItsFlag() throws Exception {
    ConnectionProvider provider = provider(1);
    try (Connection taken = provider.get()) {
      assertTrue(interrupt(provider), "the thread is still interrupted");
      assertEquals("1", query(taken, "SELECT 1"), "the connection of the other");
    }
  }

  void interruptedCallerLosesNoSlot() throws Exception {
    ConnectionProvider provider = provider(1);
    try (Connection taken = provider.get()) {
      interrupt(provider);
      assertEquals("1", query(taken, "SELECT 1"), "the connection of the other");
    }

    use(provider);
  }

  /** Interrupts a caller that waits; returns whether its thread is interrupted afterwards. */
  private boolean interrupt(ConnectionProvider provider) throws Exception {
    CompletableFuture<Thread> caller = new CompletableFuture<>();
    Future<Boolean> interrupted =
        start(
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
