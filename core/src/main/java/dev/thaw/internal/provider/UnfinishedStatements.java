package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.mysql.ServerThread;
import dev.thaw.internal.util.Line;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
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

  private final Queue<ServerThread> sessions = new ConcurrentLinkedQueue<>();

  void add(PhysicalConnection closed) {
    if (sessions.size() < MOST) {
      sessions.add(closed.thread());
    }
  }

  boolean isEmpty() {
    return sessions.isEmpty();
  }

  /**
   * Ends them over a connection of the same user, which records it if it fails. Those at another
   * server are left to end by themselves.
   *
   * @param deadline bounds it, beside a limit of its own; or {@code null}
   */
  void end(PhysicalConnection over, @Nullable Deadline deadline) {
    // One that is sent with little time left would cost the connection; the rest is for the next.
    Deadline start = limited(deadline);
    try {
      ServerThread next = sessions.poll();
      while (next != null) {
        over.deadline(limited(deadline));
        over.kill(next, true);
        next = start.hasPassed() ? null : sessions.poll();
      }
    } catch (SQLException e) {
      LOG.debug("Statements that have outlived their deadline cannot be ended", Line.of(e));
    } finally {
      over.deadline(null);
    }
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
}
