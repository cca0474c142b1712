package dev.thaw.testing.internal.connection;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A provider that remembers where its connections were taken, until they are given back.
 *
 * <p>Thread-safe.
 */
public final class TrackedProvider extends ForwardingProvider {
  private final ConnectionProvider provider;
  private final DataSource dataSource = new SimpleDataSource(this::get);
  private final boolean checksTransactions;
  private final Set<Tracked> borrowed = ConcurrentHashMap.newKeySet();
  private final Set<Tracked> lentToTest = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<Leak> unfinished = new ConcurrentLinkedQueue<>();

  /**
   * Creates a tracker of the given provider.
   *
   * @param checksTransactions whether an open transaction counts as left open, too
   */
  public TrackedProvider(ConnectionProvider provider, boolean checksTransactions) {
    this.provider = provider;
    this.checksTransactions = checksTransactions;
  }

  @Override
  protected ConnectionProvider delegate() {
    return provider;
  }

  /** Something that was left open; thrown as the cause of a test's failure, with the stack. */
  public static final class Leak extends Exception {
    private static final long serialVersionUID = 1;

    Leak(String what) {
      super(what);
    }

    /** Returns the same place with something else to say of it. */
    Leak saying(String what) {
      Leak other = new Leak(what);
      other.setStackTrace(getStackTrace());
      return other;
    }
  }

  /** Returns what is open now or was given back within a transaction, and forgets it. */
  public List<Leak> takeLeaks() throws SQLException {
    List<Leak> leaks = new ArrayList<>();
    for (Leak leak = unfinished.poll(); leak != null; leak = unfinished.poll()) {
      leaks.add(leak);
    }
    for (Tracked connection : List.copyOf(borrowed)) {
      if (borrowed.remove(connection)) {
        leaks.add(connection.taken);
      }
    }
    for (Tracked connection : List.copyOf(lentToTest)) {
      if (lentToTest.remove(connection) && isInTransaction(connection)) {
        leaks.add(new Leak("the test's connection was left within a transaction"));
      }
    }
    return leaks;
  }

  /** Returns a connection that another party will give back, as one that is injected. */
  public Connection lend() throws SQLException {
    Tracked connection = new Tracked(provider.get());
    lentToTest.add(connection);
    return connection.proxy();
  }

  private boolean isInTransaction(Tracked connection) throws SQLException {
    return checksTransactions && Transactions.isOpen(connection.target());
  }

  @Override
  public Connection get() throws SQLException {
    return track(provider.get());
  }

  @Override
  public Connection get(Deadline deadline) throws SQLException {
    return track(provider.get(deadline));
  }

  private Connection track(Connection connection) {
    Tracked tracked = new Tracked(connection);
    borrowed.add(tracked);
    return tracked.proxy();
  }

  @Override
  public DataSource asDataSource() {
    return dataSource;
  }

  /** Closes, and rolls nothing back where {@link #close()} would. */
  public void closeAtOnce() {
    if (provider instanceof RollbackProvider rollback) {
      rollback.closeAtOnce();
    } else {
      provider.close();
    }
  }

  private final class Tracked extends ConnectionProxy {
    private final Leak taken = new Leak("a connection that was not closed was taken here");

    Tracked(Connection target) {
      super(target);
    }

    @Override
    @Nullable Object call(Method method, @Nullable Object[] arguments) throws Throwable {
      switch (method.getName()) {
        case "close" -> {
          boolean first = borrowed.remove(this) || lentToTest.remove(this);
          if (first && isInTransaction(this)) {
            Leak leak =
                new Leak("a connection was closed here within a transaction: commit or roll back");
            leak.addSuppressed(taken.saying("the connection was taken here"));
            unfinished.add(leak);
          }
        }
        case "abort" -> {
          borrowed.remove(this);
          lentToTest.remove(this);
        }
        default -> {}
      }
      return passOn(method, arguments);
    }
  }
}
