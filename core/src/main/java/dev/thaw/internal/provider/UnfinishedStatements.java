package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.mysql.ServerThread;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Connections that were closed at this side while the server may still run a statement of theirs:
 * until it ends it holds its locks and takes one of the server's connections. They are ended over
 * another connection before that one is used. Thread-safe.
 */
final class UnfinishedStatements {
  // For the last answer, and for all before it: a round trip inside one region takes a millisecond,
  // and a caller has little time left by then.
  private static final Duration LIMIT = Duration.ofMillis(50);
  // More than a pool closes at once; the oldest have most likely ended.
  private static final int MOST = 100;

  private final Queue<ServerThread> sessions = new ConcurrentLinkedQueue<>();

  void add(PhysicalConnection closed) {
    ServerThread thread = closed.thread();
    if (thread != null && sessions.size() < MOST) {
      sessions.add(thread);
    }
  }

  boolean isEmpty() {
    return sessions.isEmpty();
  }

  /**
   * Ends them over a connection of the same user. Those at another server are left to end by
   * themselves.
   *
   * @param deadline bounds it, beside a limit of its own
   * @throws SQLException if the connection has failed
   */
  void end(PhysicalConnection over, Deadline deadline) throws SQLException {
    // One that is sent with little time left would cost the connection; the rest is for the next.
    Deadline start = limited(deadline);
    try {
      ServerThread next = sessions.poll();
      while (next != null) {
        over.deadline(limited(deadline));
        over.kill(next, true);
        next = start.hasPassed() ? null : sessions.poll();
      }
    } finally {
      over.deadline(null);
    }
  }

  private static Deadline limited(Deadline deadline) {
    return deadline.remaining().compareTo(LIMIT) < 0 ? deadline : Deadline.after(LIMIT);
  }

  /** Leaves all of them to end by themselves. */
  void forget() {
    sessions.clear();
  }
}
