package dev.thaw.internal.provider;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.mysql.ServerLoad;
import dev.thaw.internal.time.Clock;
import dev.thaw.internal.time.Moment;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How full the server is, and what follows from it: when to connect, and whether to keep a
 * connection.
 *
 * <p>Thread-safe.
 */
final class ServerCapacity {
  // A connection that was closed too early costs one connect; at most a twentieth of the time goes
  // into such connects.
  private static final int KEEP_FACTOR = 20;

  // Connects that follow a close at once tell that threads go on here, once there are some in a
  // row. Of 40 environments on 15 connections, each with 5 short uses in a row, those that kept
  // theirs at the last return kept it from 25 others.
  private static final int IN_A_ROW = 8;

  // While connects are put off. An environment that goes on with its connection spent two thirds of
  // its time on questions at each return.
  private static final long ASK_AGAIN_MILLIS = 100;

  private final Clock clock;
  private final boolean asking;
  private final Congestion congestion;
  private final Pressure pressure;
  private final AtomicInteger missed = new AtomicInteger();
  private volatile @Nullable Moment asked;
  private volatile boolean gaveUp;
  private volatile long gaveUpNanos;
  private volatile long keepUntilNanos;

  ServerCapacity(Clock clock, boolean asking) {
    this.clock = clock;
    this.asking = asking;
    this.congestion = new Congestion(clock);
    this.pressure = new Pressure(clock, asking);
    this.keepUntilNanos = clock.nanos();
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
   * @param backoff how a get waits where nothing is known
   * @return as much as is left of the deadline, or more, if another try makes no sense
   */
  long afterRefusal(Refusal refusal, Backoff backoff) {
    if (isShared()) {
      // A proxy has let this connect wait among the others already.
      return backoff.nextMillis();
    }
    pressure.refused();
    return congestion.afterRefusal(refusal);
  }

  /** Returns whether a proxy lets its clients share the server's connections. */
  boolean isShared() {
    return pressure.isShared();
  }

  /** Returns whether another thread has heard meanwhile that the server has room. */
  boolean hasRoom() {
    return !isShared() && !congestion.isOpen();
  }

  /**
   * Records a connect.
   *
   * @param tries how many it took
   * @param nanos how long the last one took
   * @param at when it was done
   */
  void connected(int tries, long nanos, Moment at) {
    congestion.succeeded(tries, NANOSECONDS.toMillis(nanos));
    long now = at.nanos();
    // Connections that were closed for others were needed here before new ones could be opened:
    // this environment was not about to be frozen.
    boolean inVain = gaveUp && now - nanos - gaveUpNanos < nanos;
    if (!inVain) {
      missed.set(0);
    } else if (missed.incrementAndGet() >= IN_A_ROW) {
      keepUntilNanos = now + KEEP_FACTOR * nanos;
    }
  }

  /** Returns whether connections that are not in use should be closed, for others to connect. */
  boolean isShort() {
    return pressure.isHigh() && clock.nanos() - keepUntilNanos >= 0;
  }

  /** Records that connections were closed for others. */
  void gaveUp() {
    gaveUpNanos = clock.nanos();
    gaveUp = true;
  }

  /** Returns whether the server should be asked how full it is. */
  boolean isDue(Moment now) {
    Moment last = asked;
    return pressure.isDue(now)
        || (asking
            && congestion.isOpen()
            && (last == null || now.millisSince(last) >= ASK_AGAIN_MILLIS));
  }

  /** Asks the server how full it is, over a connection that is in no transaction. */
  void ask(PhysicalConnection connection, Moment now) throws SQLException {
    boolean due = pressure.isDue(now);
    asked = now;
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
