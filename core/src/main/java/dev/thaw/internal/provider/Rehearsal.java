package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.RetireReason;
import dev.thaw.internal.provider.Acquisition.Purpose;
import dev.thaw.internal.time.Clock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the first use after a restore does, done before the snapshot until it is compiled: the
 * credentials are read anew, a connection is opened, queried, given back and closed.
 *
 * <p>Each time has a pool of its own, so connections that are in use meanwhile stay open. For one
 * thread, but for {@link #closeAll}.
 */
final class Rehearsal {
  // HotSpot looks at a method's counter after every 128 calls in the interpreter and compiles it
  // from 200 on (Tier0InvokeNotifyFreqLog, Tier3InvocationThreshold), so after 256. What a connect
  // calls c times is compiled in the connect 256 / c: many methods at once in the 52nd, and in the
  // 64th. The first after the restore is the 58th, far from both. Its processor time in pairs, JDK
  // 17: 33 ms after 10, 45 after 30 (the 32nd), 34 after 50 (the 52nd), 23 after 45 and after 56.
  private static final int TIMES = 56;

  private static final String QUERY = "SELECT 1";

  private final Clock clock;
  private final Supplier<ConnectionPool> pools;
  private final Runnable forget;
  private volatile @Nullable ConnectionPool present;

  /**
   * Creates one.
   *
   * @param pools returns a new pool
   * @param forget lets the source of the credentials forget what it holds
   */
  Rehearsal(Clock clock, Supplier<ConnectionPool> pools, Runnable forget) {
    this.clock = clock;
    this.pools = pools;
    this.forget = forget;
  }

  /**
   * Runs until it has been done often enough or the time is over.
   *
   * @throws SQLException the first failure; nothing is sent after it
   */
  void run(Deadline deadline) throws SQLException {
    for (int i = 0; i < TIMES && !deadline.hasPassed(); i++) {
      forget.run();
      ConnectionPool pool = pools.get();
      present = pool;
      try (Connection connection =
          pool.get(clock.now(), new Bounds(deadline, deadline), Purpose.CHECK)) {
        query(connection);
      } finally {
        pool.closeAll(RetireReason.CHECKPOINT);
        present = null; // It knows credentials.
      }
    }
  }

  /** Closes what is open now, from another thread. */
  void closeAll(RetireReason reason) {
    ConnectionPool open = present;
    if (open != null) {
      open.closeAll(reason);
    }
  }

  private static void query(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(QUERY)) {
      read(row);
    }
    try (PreparedStatement statement = connection.prepareStatement(QUERY);
        ResultSet row = statement.executeQuery()) {
      read(row);
    }
  }

  private static void read(ResultSet row) throws SQLException {
    if (!row.next() || row.getInt(1) != 1) {
      throw new SQLException("the server has not answered " + QUERY);
    }
  }
}
