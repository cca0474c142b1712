package dev.thaw.provider;

import static java.util.Locale.ROOT;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.SslMode;
import dev.thaw.fixture.Elapsed;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.fault.MovableClock;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;

/**
 * Each fault of the network at each moment of a connection's life: the outcome is a working
 * connection or an error in time, and the network's recovery is enough for the next call.
 */
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProviderFaultMatrixTest {
  private static final Duration LIMIT = Duration.ofSeconds(1);
  // For what is no fault's: a busy machine takes its time.
  private static final Duration AMPLE = Duration.ofSeconds(20);
  // Long enough for the test to act between two packets of a login.
  private static final Duration SLOW = Duration.ofMillis(40);

  // A third of the cells wait until a deadline has passed, and no two share anything.
  private final ExecutorService sideBySide = Executors.newFixedThreadPool(3);
  private final Map<Cell, String> table = new ConcurrentHashMap<>();

  record Cell(Fault fault, Moment moment) {}

  enum Fault {
    REFUSE_CONNECTIONS,
    DISCONNECT,
    RESET,
    SILENCE,
    LOSE_FIN,
    HALF_OPEN,
    ACCEPT_SILENTLY,
    BLACK_HOLE;

    void strike(FaultProxy proxy) {
      switch (this) {
        case REFUSE_CONNECTIONS -> proxy.refuseConnections();
        case DISCONNECT -> proxy.disconnect();
        case RESET -> proxy.reset();
        case SILENCE -> proxy.silence();
        case LOSE_FIN -> proxy.loseFin();
        case HALF_OPEN -> proxy.halfOpen();
        case ACCEPT_SILENTLY -> proxy.acceptSilently();
        case BLACK_HOLE -> proxy.blackHole();
      }
    }
  }

  enum Moment {
    BEFORE_CONNECT,
    IN_TLS,
    IN_LOGIN,
    IDLE,
    IN_USE,
    ON_RETURN
  }

  @Test
  void no_fault_is_left_out() {
    Set<String> others =
        Set.of(
            "to",
            "host",
            "port",
            "upstream",
            "latency",
            "resume",
            "connections",
            "openConnections",
            "bytesToServer",
            "bytesToClient",
            "exchanges",
            "close",
            "toString");

    assertThat(FaultProxy.class.getDeclaredMethods())
        .filteredOn(method -> Modifier.isPublic(method.getModifiers()))
        .extracting(Method::getName)
        .filteredOn(name -> !others.contains(name))
        .extracting(name -> Fault.valueOf(name.replaceAll("([A-Z])", "_$1").toUpperCase(ROOT)))
        .containsExactlyInAnyOrder(Fault.values());
  }

  @TestFactory
  Stream<DynamicTest> every_fault_at_every_moment_ends_in_a_connection_or_an_error_in_time(
      TestSchema schema) {
    List<DynamicTest> tests = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      for (Moment moment : Moment.values()) {
        Future<?> cell = sideBySide.submit(() -> run(schema, fault, moment));
        tests.add(dynamicTest(fault + " " + moment, () -> outcome(cell)));
      }
    }
    return tests.stream();
  }

  private static void outcome(Future<?> cell) throws Throwable {
    try {
      cell.get();
    } catch (ExecutionException e) {
      throw requireNonNull(e.getCause());
    }
  }

  private @Nullable Void run(TestSchema schema, Fault fault, Moment moment) throws Exception {
    MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    try (FaultProxy proxy = Proxied.proxy(schema);
        PooledConnectionProvider provider =
            Proxied.provider(schema, proxy)
                .sslMode(SslMode.REQUIRED)
                .wallClock(clock)
                .nanoClock(clock::nanoTime)
                .build()) {
      String outcome =
          switch (moment) {
            case BEFORE_CONNECT -> {
              fault.strike(proxy);
              yield get(provider, LIMIT);
            }
            case IN_TLS -> whileConnecting(proxy, provider, fault, 1);
            case IN_LOGIN -> whileConnecting(proxy, provider, fault, 3);
            case IDLE -> idle(proxy, provider, fault, clock);
            case IN_USE -> inUse(proxy, provider, fault);
            case ON_RETURN -> onReturn(proxy, provider, fault);
          };
      table.put(new Cell(fault, moment), outcome);
      proxy.latency(Duration.ZERO);
      proxy.resume();
      // Nothing that the fault has broken is left over.
      clock.advance(Duration.ofMinutes(1));
      try (Connection connection = provider.get(Deadline.after(AMPLE))) {
        assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
      }
      assertThat(provider.stats().active()).isZero();
    }
    return null;
  }

  /** Returns what came of the work, which must end within the limit. */
  private static String within(Duration limit, Callable<String> work) {
    AtomicReference<String> outcome = new AtomicReference<>();
    Elapsed.assertTakesAtMost(limit, () -> outcome.set(work.call()));
    return requireNonNull(outcome.get());
  }

  private static String get(PooledConnectionProvider provider, Duration limit) {
    return within(
        limit,
        () -> {
          try (Connection connection = provider.get(Deadline.after(limit))) {
            assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
            return "connection";
          } catch (SQLException e) {
            return describe(e);
          }
        });
  }

  private static String describe(SQLException e) {
    assertThat((Throwable) e)
        .isInstanceOfAny(SQLTimeoutException.class, SQLTransientConnectionException.class);
    // A get tells where its time went; one that took nearly all of it leaves none for the query.
    assertThat(e.getMessage()).containsAnyOf(" ms", "The deadline passed");
    return e instanceof SQLTimeoutException ? "timeout" : FailureKind.of(e) + " error";
  }

  private static String whileConnecting(
      FaultProxy proxy, PooledConnectionProvider provider, Fault fault, int exchanges)
      throws Exception {
    proxy.latency(SLOW);
    CompletableFuture<String> outcome =
        CompletableFuture.supplyAsync(() -> get(provider, LIMIT), task -> new Thread(task).start());
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> proxy.exchanges() >= exchanges || outcome.isDone());
    fault.strike(proxy);
    return outcome.get(10, TimeUnit.SECONDS);
  }

  private static String idle(
      FaultProxy proxy, PooledConnectionProvider provider, Fault fault, MovableClock clock)
      throws SQLException {
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      connections.add(provider.get());
    }
    for (Connection connection : connections) {
      connection.close();
    }
    fault.strike(proxy);
    clock.advance(Duration.ofSeconds(30));
    // Whatever does not hinder new connections must not be noticed.
    return switch (fault) {
      case REFUSE_CONNECTIONS, ACCEPT_SILENTLY, BLACK_HOLE -> get(provider, LIMIT);
      case DISCONNECT, RESET, SILENCE, LOSE_FIN, HALF_OPEN -> {
        String outcome = get(provider, AMPLE);
        assertThat(outcome).isEqualTo("connection");
        yield outcome;
      }
    };
  }

  private static String inUse(FaultProxy proxy, PooledConnectionProvider provider, Fault fault)
      throws SQLException {
    MovableClock clock = MovableClock.running();
    Connection connection = provider.get(Deadline.after(AMPLE, clock::nanoTime));
    fault.strike(proxy);
    clock.advance(AMPLE.minus(LIMIT));
    return within(
        LIMIT,
        () -> {
          try (connection) {
            assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
            return "connection";
          } catch (SQLException e) {
            FailureKind kind = FailureKind.of(e);
            assertThat(kind).isIn(FailureKind.BROKEN, FailureKind.TIMEOUT);
            return kind == FailureKind.TIMEOUT ? "timeout" : "BROKEN error";
          }
        });
  }

  private static String onReturn(FaultProxy proxy, PooledConnectionProvider provider, Fault fault)
      throws SQLException {
    MovableClock clock = MovableClock.running();
    Connection connection = provider.get(Deadline.after(AMPLE, clock::nanoTime));
    connection.setAutoCommit(false);
    assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
    fault.strike(proxy);
    clock.advance(AMPLE.minus(LIMIT));
    return within(
        LIMIT,
        () -> {
          try {
            connection.close();
            return "closed";
          } catch (SQLException e) {
            return "error at close";
          }
        });
  }

  @AfterAll
  void show_the_table(TestReporter reporter) {
    sideBySide.shutdownNow();
    StringBuilder text = new StringBuilder("fault \\ moment");
    for (Moment moment : Moment.values()) {
      text.append(" | ").append(moment);
    }
    for (Fault fault : Fault.values()) {
      text.append('\n').append(fault);
      for (Moment moment : Moment.values()) {
        text.append(" | ").append(table.getOrDefault(new Cell(fault, moment), "not run"));
      }
    }
    reporter.publishEntry("fault matrix", text.toString());
    assertThat(table).hasSize(Fault.values().length * Moment.values().length);
  }
}
