package dev.thaw.testing.contract;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.HealthReport;
import dev.thaw.ProviderStats;
import dev.thaw.testing.contract.ConnectionProviderContract.Settings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Providers that each break a promise, as one written in a hurry would. */
final class BrokenProviders {
  private BrokenProviders() {}

  /** How a connection is closed. */
  @FunctionalInterface
  private interface Close {
    void run() throws SQLException;
  }

  /** Returns a connection that is closed in another way. */
  private static Connection withClose(Connection connection, Close close) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                close.run();
                return null;
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Connects when it is built. */
  static final class Eager extends StockProvider {
    Eager(Settings settings) {
      super(settings);
      delegate.warmUp();
    }
  }

  /** Opens one connection too many, to see whether it can. */
  static final class ProbesFirst extends StockProvider {
    ProbesFirst(Settings settings) {
      super(settings);
    }

    @Override
    public Connection get() throws SQLException {
      Connection probe = delegate.get();
      try {
        return delegate.get();
      } finally {
        probe.close();
      }
    }
  }

  /** Keeps a pool for each thread. */
  static final class PoolPerThread extends StockProvider {
    private final List<ConnectionProvider> pools = new ArrayList<>();
    private final ThreadLocal<ConnectionProvider> pool = ThreadLocal.withInitial(this::newPool);

    PoolPerThread(Settings settings) {
      super(settings);
    }

    private synchronized ConnectionProvider newPool() {
      ConnectionProvider added = stock(settings);
      pools.add(added);
      return added;
    }

    @Override
    public Connection get() throws SQLException {
      return pool.get().get();
    }

    @Override
    public synchronized void close() {
      pools.forEach(ConnectionProvider::close);
      super.close();
    }
  }

  /** Opens a connection for each call. */
  static final class NoPool extends StockProvider {
    private final List<ConnectionProvider> pools = new ArrayList<>();

    NoPool(Settings settings) {
      super(settings);
    }

    @Override
    public Connection get() throws SQLException {
      ConnectionProvider pool = stock(settings);
      pools.add(pool);
      return pool.get();
    }

    @Override
    public void close() {
      pools.forEach(ConnectionProvider::close);
      super.close();
    }
  }

  /** Opens another connection instead of letting a caller wait, or wait for what it was given. */
  static final class Overflows extends StockProvider {
    private final ConnectionProvider more = stock(settings);

    Overflows(Settings settings) {
      super(settings);
    }

    @Override
    public Connection get() throws SQLException {
      return delegate.stats().active() < settings.maxSize() ? delegate.get() : more.get();
    }

    @Override
    public Connection get(Deadline deadline) throws SQLException {
      return get();
    }

    @Override
    public void close() {
      more.close();
      super.close();
    }
  }

  /** Gives a new connection to a caller that has waited. */
  static final class ReplacesReused extends StockProvider {
    private final ConnectionProvider more = stock(settings);

    ReplacesReused(Settings settings) {
      super(settings);
    }

    @Override
    public Connection get() throws SQLException {
      Connection connection = delegate.get();
      if (delegate.stats().reused() == 0) {
        return connection;
      }
      connection.close();
      return more.get();
    }

    @Override
    public void close() {
      more.close();
      super.close();
    }
  }

  /** Forgets about the slot of a call that failed. */
  static final class LosesSlots extends StockProvider {
    private final AtomicInteger lost = new AtomicInteger();

    LosesSlots(Settings settings) {
      super(settings);
    }

    @Override
    public Connection get() throws SQLException {
      return counted(delegate::get);
    }

    @Override
    public Connection get(Deadline deadline) throws SQLException {
      return counted(() -> delegate.get(deadline));
    }

    private Connection counted(Call call) throws SQLException {
      if (lost.get() >= settings.maxSize()) {
        throw new SQLTransientConnectionException("no connection is free");
      }
      try {
        return call.get();
      } catch (SQLException e) {
        lost.incrementAndGet();
        throw e;
      }
    }
  }

  /** A call that gets a connection. */
  @FunctionalInterface
  private interface Call {
    Connection get() throws SQLException;
  }

  /** Says for each failure that there is no connection, and clears the interrupt. */
  static final class HidesReasons extends StockProvider {
    HidesReasons(Settings settings) {
      super(settings);
    }

    @Override
    public Connection get() throws SQLException {
      return hidden(delegate::get);
    }

    @Override
    public Connection get(Deadline deadline) throws SQLException {
      return hidden(() -> delegate.get(deadline));
    }

    private static Connection hidden(Call call) throws SQLException {
      try {
        return call.get();
      } catch (SQLException e) {
        Thread.interrupted();
        throw new SQLTransientConnectionException("no connection is free", e);
      }
    }
  }

  /** Fails for ever after the first failure. */
  static final class StaysBroken extends StockProvider {
    private volatile boolean broken;

    StaysBroken(Settings settings) {
      super(settings);
    }

    @Override
    public Connection get() throws SQLException {
      if (broken) {
        throw new SQLTransientConnectionException("the pool could not be started");
      }
      try {
        return delegate.get();
      } catch (SQLException e) {
        broken = true;
        throw e;
      }
    }
  }

  /** Starts anew after a refused login, and so forgets that it was refused. */
  static final class RetriesRefused extends StockProvider {
    RetriesRefused(Settings settings) {
      super(settings);
    }

    @Override
    public Connection get() throws SQLException {
      for (int i = 0; i < 4; i++) {
        try {
          return delegate.get();
        } catch (SQLInvalidAuthorizationSpecException e) {
          delegate.close();
          delegate = stock(settings);
        }
      }
      return delegate.get();
    }
  }

  /** Knows no deadline. */
  static final class IgnoresDeadlines extends StockProvider {
    IgnoresDeadlines(Settings settings) {
      super(settings);
    }

    @Override
    public Connection get(Deadline deadline) throws SQLException {
      return delegate.get();
    }
  }

  /** Reports nothing and warms nothing. */
  static final class ReportsNothing extends StockProvider {
    ReportsNothing(Settings settings) {
      super(settings);
    }

    @Override
    public boolean isActive() {
      return true;
    }

    @Override
    public ProviderStats stats() {
      return ProviderStats.builder().maxSize(settings.maxSize()).build();
    }

    @Override
    public DataSource asDataSource() {
      return stock(settings).asDataSource();
    }

    @Override
    public void warmUp() {}
  }

  /** Throws where nothing may be thrown. */
  static final class Throws extends StockProvider {
    Throws(Settings settings) {
      super(settings);
    }

    @Override
    public HealthReport check() {
      HealthReport report = delegate.check();
      if (!report.success()) {
        throw new IllegalStateException(report.message());
      }
      return report;
    }

    @Override
    public void warmUp() {
      if (!check().success()) {
        throw new IllegalStateException("no server");
      }
    }
  }

  /** Keeps what is given back as it is, and trusts it; serves the last caller first. */
  static final class KeepsAll extends StockProvider {
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Deque<CompletableFuture<Connection>> waiting = new ArrayDeque<>();

    KeepsAll(Settings settings) {
      super(settings);
    }

    @Override
    public Connection get() throws SQLException {
      CompletableFuture<Connection> next = new CompletableFuture<>();
      synchronized (idle) {
        if (!idle.isEmpty()) {
          return lent(idle.pop());
        }
        if (delegate.stats().active() < settings.maxSize()) {
          return lent(delegate.get());
        }
        waiting.push(next);
      }
      return lent(next.join());
    }

    @Override
    public Connection get(Deadline deadline) throws SQLException {
      return get();
    }

    @Override
    public ProviderStats stats() {
      synchronized (idle) {
        return ProviderStats.builder()
            .maxSize(settings.maxSize())
            .waiting(waiting.size())
            .active(delegate.stats().active() - idle.size())
            .idle(idle.size())
            .build();
      }
    }

    private Connection lent(Connection connection) {
      return withClose(connection, () -> giveBack(connection));
    }

    private void giveBack(Connection connection) {
      synchronized (idle) {
        if (waiting.isEmpty()) {
          idle.push(connection);
        } else {
          waiting.pop().complete(connection);
        }
      }
    }
  }

  /** Lends one connection to everybody. */
  static final class LendsTwice extends StockProvider {
    private @Nullable Connection only;

    LendsTwice(Settings settings) {
      super(settings);
    }

    @Override
    public synchronized Connection get() throws SQLException {
      Connection lent = only;
      if (lent == null || lent.isClosed()) {
        lent = delegate.get();
        only = lent;
      }
      return lent;
    }
  }

  /** Takes close for a suggestion, and closes the source each time. */
  static final class OutlivesClose extends StockProvider {
    OutlivesClose(Settings settings) {
      super(settings);
    }

    @Override
    public void close() {
      delegate.close();
      settings.credentials().close();
      delegate = stock(settings);
    }
  }

  /** Lets nobody give a connection back after close. */
  static final class RefusesReturn extends StockProvider {
    private volatile boolean closed;

    RefusesReturn(Settings settings) {
      super(settings);
    }

    @Override
    public Connection get() throws SQLException {
      Connection connection = delegate.get();
      return withClose(
          connection,
          () -> {
            if (closed) {
              throw new SQLException("the pool is closed");
            }
            connection.close();
          });
    }

    @Override
    public void close() {
      closed = true;
      super.close();
    }
  }
}
