package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.mysql.ServerThread;
import dev.thaw.internal.time.Clock;
import dev.thaw.internal.time.Moment;
import dev.thaw.internal.util.Line;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that were closed at this side while the server may still run a statement of theirs:
 * until it ends it holds its locks and takes one of the server's connections. They are ended over
 * another connection before that one is used. Thread-safe.
 */
final class UnfinishedStatements {
  private static final Logger LOG = LoggerFactory.getLogger("dev.thaw.ConnectionProvider");
  // A round trip inside one region takes a millisecond; a connection that takes longer is of no
  // use.
  private static final Duration LIMIT = Duration.ofMillis(250);
  // More than a pool closes at once; the oldest have most likely ended.
  private static final int MOST = 100;
  private static final long LONGEST_MILLIS = Duration.ofMinutes(10).toMillis();
  // One that is not answered costs a connection and a quarter of a second.
  private static final int TRIES = 3;
  private static final long PAUSE_MILLIS = 1_000;

  private final Queue<Session> sessions = new ConcurrentLinkedQueue<>();
  private final Clock clock;
  private final BooleanSupplier shared;
  private volatile @Nullable Moment failedAt;

  /**
   * Creates an empty set.
   *
   * @param shared whether a proxy shares the server's connections, whose sessions have other ids
   */
  UnfinishedStatements(Clock clock, BooleanSupplier shared) {
    this.clock = clock;
    this.shared = shared;
  }

  void add(PhysicalConnection closed) {
    if (shared.getAsBoolean()) {
      return;
    }
    if (sessions.size() >= MOST) {
      sessions.poll();
    }
    sessions.add(new Session(closed.thread(), clock.now(), 0));
  }

  /** Returns how many there may be. */
  int count() {
    return sessions.size();
  }

  /** Returns whether some should be ended, which was not tried in vain a moment ago. */
  boolean isDue() {
    if (sessions.isEmpty()) {
      return false;
    }
    Moment failed = failedAt;
    return failed == null || clock.now().millisSince(failed) >= PAUSE_MILLIS;
  }

  /**
   * Ends them over a connection of the same user, which records it if it fails; then another may
   * try it later. Those at another server, and those that a few tries or minutes have not ended,
   * are left to end by themselves.
   *
   * @param deadline bounds it, beside a limit of its own; or {@code null}
   */
  void end(PhysicalConnection over, @Nullable Deadline deadline) {
    // One that is sent with little time left would cost the connection; the rest is for the next.
    Deadline start = limited(deadline);
    Session next = next();
    try {
      while (next != null) {
        over.deadline(limited(deadline));
        over.kill(next.thread(), true);
        next = start.hasPassed() ? null : next();
      }
    } catch (SQLException e) {
      if (next != null && over.fault() != null && next.tries() + 1 < TRIES) {
        sessions.add(new Session(next.thread(), next.since(), next.tries() + 1));
        failedAt = clock.now();
      }
      LOG.debug("Statements that have outlived their deadline cannot be ended", Line.of(e));
    } finally {
      over.deadline(null);
    }
  }

  private @Nullable Session next() {
    Moment now = clock.now();
    Session next = sessions.poll();
    while (next != null && now.millisSince(next.since()) > LONGEST_MILLIS) {
      next = sessions.poll();
    }
    return next;
  }

  private static Deadline limited(@Nullable Deadline deadline) {
    return deadline != null && deadline.remaining().compareTo(LIMIT) < 0
        ? deadline
        : Deadline.after(LIMIT);
  }

  /** Leaves all of them to end by themselves. */
  void forget() {
    sessions.clear();
  }

  /** A session at the server. */
  private record Session(ServerThread thread, Moment since, int tries) {}
}
