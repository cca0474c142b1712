package dev.thaw.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.FaultProxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What the tests of {@link ConnectionProviderContract} share: provider, proxy, threads. */
final class ContractFixture implements AutoCloseable {
  /** A bound for what should take moments, with room for a machine that is busy. */
  static final Duration AMPLE = Duration.ofSeconds(20);

  /** A time limit that a test lets pass. */
  static final Duration SHORT = Duration.ofMillis(500);

  /** A bound that only a caller passes who does not keep to {@link #SHORT}. */
  static final Duration BOUND = Duration.ofSeconds(10);

  /** How long a provider may trust a connection after its use. */
  static final Duration MOMENT = Duration.ofMillis(20);

  static final String WRONG = "Wrong-Password-1";
  private static final int THREADS = 8;
  static final int COLD_STARTS = 20;
  static final int CALLERS = 4;

  private static final long POLL_NANOS = 5_000_000;

  final TestSchema schema;
  final FaultProxy proxy;
  final AtomicInteger sourceCloses = new AtomicInteger();
  private final ProviderUnderTest contract;
  private final ExecutorService threads = Executors.newCachedThreadPool(ContractFixture::thread);
  private final List<ConnectionProvider> providers = new ArrayList<>();

  ContractFixture(ProviderUnderTest contract, TestSchema schema) {
    this.contract = contract;
    this.schema = schema;
    DatabaseCredentials server = schema.credentials();
    this.proxy = FaultProxy.to(server.host().orElseThrow(), server.port().orElseThrow());
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "thaw-contract");
    thread.setDaemon(true);
    return thread;
  }

  /** Returns a provider with the right login. */
  ConnectionProvider provider(int maxSize) {
    return provider(maxSize, AMPLE);
  }

  /** Returns a provider with the right login. */
  ConnectionProvider provider(int maxSize, Duration acquireTimeout) {
    DatabaseCredentials right = schema.credentials();
    return provider(
        maxSize, acquireTimeout, () -> DatabaseCredentials.of(right.username(), right.password()));
  }

  ConnectionProvider provider(
      int maxSize, Duration acquireTimeout, Callable<DatabaseCredentials> credentials) {
    ConnectionProvider provider =
        contract.provider(
            new ConnectionProviderContract.Settings(
                proxy.host(),
                proxy.port(),
                schema.name(),
                new CountedSource(credentials, sourceCloses),
                maxSize,
                acquireTimeout));
    providers.add(provider);
    return provider;
  }

  private record CountedSource(Callable<DatabaseCredentials> credentials, AtomicInteger closes)
      implements CredentialsSource {
    @Override
    public DatabaseCredentials credentials(Deadline deadline) throws SQLException {
      try {
        return credentials.call();
      } catch (SQLException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      closes.incrementAndGet();
    }
  }

  /** Runs a task on several threads at once; returns what each returns. */
  <T> List<T> runAtOnce(Callable<T> task) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(THREADS);
    List<Future<T>> calls = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      calls.add(
          start(
              () -> {
                barrier.await(AMPLE.toSeconds(), TimeUnit.SECONDS);
                return task.call();
              }));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> call : calls) {
      results.add(result(call));
    }
    return results;
  }

  /** Runs a task on another thread. */
  <T> Future<T> start(Callable<T> task) {
    return threads.submit(task);
  }

  /** Returns what a task returns, or throws what it throws. */
  static <T> T result(Future<T> task) throws Exception {
    try {
      return task.get(AMPLE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    } catch (TimeoutException e) {
      throw new AssertionError("a call has not returned within " + AMPLE, e);
    }
  }

  /** Waits until a condition holds. */
  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + AMPLE.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, () -> "not within " + AMPLE + ": " + what);
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Returns the server's id of a connection. */
  static long id(Connection connection) throws SQLException {
    return Long.parseLong(query(connection, "SELECT CONNECTION_ID()"));
  }

  static String query(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertTrue(row.next(), sql);
      return String.valueOf(row.getString(1));
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Takes a connection and gives it back; returns its id. */
  static long use(ConnectionProvider provider) throws SQLException {
    try (Connection connection = provider.get()) {
      return id(connection);
    }
  }

  /** Takes all connections at once, which works only if none is lost. */
  static void useAll(ConnectionProvider provider, int maxSize) throws SQLException {
    List<Connection> all = new ArrayList<>();
    try {
      List<Long> ids = new ArrayList<>();
      for (int i = 0; i < maxSize; i++) {
        Connection connection = provider.get();
        all.add(connection);
        ids.add(id(connection));
      }
      assertEquals(maxSize, ids.stream().distinct().count(), "different connections");
    } finally {
      for (Connection connection : all) {
        connection.close();
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    for (ConnectionProvider provider : providers) {
      provider.close();
    }
    proxy.close();
  }
}
