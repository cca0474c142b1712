package dev.thaw.internal.pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.pool.HikariPool;
import dev.thaw.FailureKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A HikariCP pool that keeps connections and resets their state at return, and decides nothing
 * else: who waits, what is opened, what is trusted and how long anything lives is the provider's.
 *
 * <p>Safe for use by several threads.
 */
public final class HikariConnections {
  private final OfferedConnections source = new OfferedConnections();
  private final AtomicInteger adopting = new AtomicInteger();
  private final String name;
  private final int maxSize;
  private volatile @Nullable HikariPool pool;
  private boolean closed;

  /**
   * Creates an empty pool; opens nothing, and loads HikariCP when it is needed.
   *
   * @param name the pool's name in log lines and thread names
   * @param maxSize the most connections in it
   */
  public HikariConnections(String name, int maxSize) {
    this.name = name;
    this.maxSize = maxSize;
  }

  /** Loads what the first claim needs; from any thread. Does nothing after {@link #close()}. */
  public synchronized void prepare() {
    if (!closed) {
      pool();
    }
  }

  private HikariPool pool() {
    HikariPool present = pool;
    return present == null ? newPool() : present;
  }

  private synchronized HikariPool newPool() {
    HikariPool present = pool;
    if (present != null) {
      return present;
    }
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setDataSource(source);
    config.setMaximumPoolSize(maxSize);
    config.setMinimumIdle(0);
    // The fail-fast check opens a connection and closes it again when minimumIdle is zero.
    config.setInitializationFailTimeout(-1);
    // Age and idleness are judged on the caller's thread, by the wall clock too.
    config.setKeepaliveTime(0);
    config.setIdleTimeout(0);
    config.setMaxLifetime(0);
    config.setScheduledExecutor(new NoScheduler());
    config.setExceptionOverride(new EvictByKind());
    config.validate();
    // Not HikariDataSource: it only adds a timeout that cannot be set for each call, and two INFO
    // lines.
    present = new HikariPool(config);
    if (closed) {
      shutdown(present);
    }
    pool = present;
    return present;
  }

  /**
   * Returns a proxy of an idle connection, or {@code null} if there is none.
   *
   * @param takers how many callers have a connection or are about to, this one included
   */
  public @Nullable Connection takeIdle(int takers) throws SQLException {
    HikariPool present = pool;
    if (present == null) {
      return null;
    }
    // What is being adopted passes through the pool as idle, but somebody waits for it.
    int awaited = adopting.get();
    // Idle are at least those that the other takers cannot have; mostly that is enough, and the
    // pool need not count them one by one.
    return present.getTotalConnections() - (takers - 1) > awaited
            || present.getIdleConnections() > awaited
        ? poll(0)
        : null;
  }

  /**
   * Offers an open connection to the pool, for one that is claimed in return. To be followed by
   * {@link #handedOver()}.
   */
  public void offer(Connection opened) {
    adopting.incrementAndGet();
    source.offer(opened);
  }

  /**
   * Waits for a connection.
   *
   * @param millis how long to wait for it, 1 or more
   * @return a proxy of one that was offered, by this caller or by another one, or of an idle one;
   *     {@code null} if the time passed
   */
  public @Nullable Connection claim(long millis) throws SQLException {
    return poll(millis);
  }

  /** Tells whether the pool has not yet taken up all that was offered. */
  public boolean hasOffers() {
    return source.hasOffers();
  }

  /**
   * Takes an offer back that nobody needs any more.
   *
   * @param preferred the caller's own offer
   * @return that one, or another caller's if the pool gave the preferred one to them; {@code null}
   *     if the pool has all that was offered
   */
  public @Nullable Connection takeBack(Connection preferred) {
    return source.takeBack(preferred);
  }

  /** Ends what {@link #offer} began. */
  public void handedOver() {
    adopting.decrementAndGet();
  }

  private @Nullable Connection poll(long millis) throws SQLException {
    try {
      return pool().getConnection(millis);
    } catch (SQLTransientConnectionException e) {
      return null;
    }
  }

  /** Removes the connection behind a taken proxy, which must not be closed afterwards. */
  public void evict(Connection proxy) {
    pool().evictConnection(proxy);
  }

  /** Ends the pool and closes what is in it. */
  public void close() {
    HikariPool present;
    synchronized (this) {
      closed = true;
      present = pool;
    }
    if (present != null) {
      shutdown(present);
    }
  }

  private static void shutdown(HikariPool present) {
    boolean interrupted = Thread.interrupted();
    try {
      present.shutdown();
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * A former writer stays connected after a failover, but is of no use. Other errors that say
   * nothing of the connection do not end it; HikariCP takes SQLState 0A000 and error 1105 for
   * broken ones.
   */
  private static final class EvictByKind implements SQLExceptionOverride {
    // The annotation's simple name is taken by the enum inside the interface.
    @java.lang.Override
    public Override adjudicate(SQLException exception) {
      return switch (FailureKind.of(exception)) {
        case READ_ONLY -> Override.MUST_EVICT;
        case OTHER -> Override.DO_NOT_EVICT;
        default -> Override.CONTINUE_EVICT;
      };
    }
  }
}
