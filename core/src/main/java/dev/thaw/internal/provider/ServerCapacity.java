package dev.thaw.internal.provider;

import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.mysql.ServerLoad;
import dev.thaw.internal.time.Clock;
import dev.thaw.internal.time.Moment;
import java.sql.SQLException;

/**
 * How full the server is, and what follows from it: when to connect, and whether to keep a
 * connection.
 *
 * <p>Thread-safe.
 */
final class ServerCapacity {
  private final boolean asking;
  private final Congestion congestion;
  private final Pressure pressure;

  ServerCapacity(Clock clock, boolean asking) {
    this.asking = asking;
    this.congestion = new Congestion(clock);
    this.pressure = new Pressure(clock, asking);
  }

  /**
   * Returns how long to wait before the first connect of a get, in milliseconds.
   *
   * @param remainingMillis what is left of the deadline
   */
  long beforeConnect(long remainingMillis) {
    return congestion.beforeFirst(remainingMillis);
  }

  /**
   * Records a refusal and returns how long to wait before the next connect, in milliseconds.
   *
   * @param remainingMillis what is left of the deadline
   * @param tries how often this get has tried
   * @return as much as is left, or more, if another try makes no sense
   */
  long afterRefusal(long remainingMillis, int tries) {
    pressure.refused();
    return congestion.afterRefusal(remainingMillis, tries);
  }

  /**
   * Records a connect.
   *
   * @param tries how many it took
   */
  void connected(int tries) {
    if (tries == 1) {
      congestion.succeeded();
    }
  }

  /** Returns whether connections should be closed that are not in use, for others to connect. */
  boolean isShort() {
    return pressure.isHigh();
  }

  /** Returns whether the server should be asked how full it is. */
  boolean isDue(Moment now) {
    return pressure.isDue(now) || (asking && congestion.isWide());
  }

  /** Asks the server how full it is, over a connection that is in no transaction. */
  void ask(PhysicalConnection connection, Moment now) throws SQLException {
    boolean due = pressure.isDue(now);
    ServerLoad load = ServerLoad.UNKNOWN;
    try {
      load = connection.load();
      congestion.answered(load);
    } finally {
      if (due) {
        pressure.answered(load, now);
      }
    }
  }

  /** Forgets it: another server may follow. */
  void forget() {
    congestion.forget();
    pressure.forget();
  }
}
