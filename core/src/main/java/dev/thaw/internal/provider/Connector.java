package dev.thaw.internal.provider;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.thaw.FailureKind;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.time.Clock;
import dev.thaw.internal.time.Moment;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections on the calling thread, and tries again while the server is full or out of
 * reach, as long as the deadline allows. Thread-safe.
 */
final class Connector {
  // Without a deadline of its own, a caller is not kept for all of the acquire timeout by a port
  // that refuses: the server restarts within seconds, or it is not there.
  private static final Duration UNREACHABLE_LIMIT = Duration.ofSeconds(3);

  /**
   * How often a get that waits looks for another connection, or for room: ten threads waited up to
   * 6 s for a server with room, as one of them had heard from it.
   */
  static final long LOOK_MILLIS = 250;

  /** An open connection and where its credentials stand in the order of those seen. */
  record Opened(
      PhysicalConnection connection, long credentialsSequence, Moment openedAt, boolean rotated) {}

  private final Shared shared;
  private final Logins logins;
  private final Clock clock;

  Connector(Shared shared, Logins logins) {
    this.shared = shared;
    this.logins = logins;
    this.clock = shared.settings().clock();
  }

  /**
   * Opens a connection.
   *
   * @return {@code null} if the get has an idle one by now
   * @throws SQLException ready for the application
   */
  @Nullable Opened open(Opening opening) throws SQLException {
    Acquisition acquisition = opening.acquisition();
    long began = clock.nanos();
    long decided = began;
    // One that a former get has begun is no further load.
    boolean mayWait = acquisition.retry() && !opening.hasFormer();
    long wait = mayWait ? shared.capacity().beforeConnect(acquisition.remainingMillis()) : 0;
    Backoff backoff = new Backoff();
    LoginCount count = new LoginCount();
    SQLException last = null;
    for (int tries = 1; await(wait, opening, last); tries++) {
      long start = System.nanoTime();
      try {
        Opened opened = logins.connect(opening, count);
        if (opened == null) {
          return null;
        }
        shared.capacity().connected(tries, System.nanoTime() - start, opened.openedAt());
        return opened;
      } catch (SQLException e) {
        shared.lifecycle().requireUsable();
        long took = NANOSECONDS.toMillis(System.nanoTime() - start);
        long ago = NANOSECONDS.toMillis(clock.nanos() - decided);
        Refusal refusal = new Refusal(acquisition.remainingMillis(), tries, took, ago);
        wait = beforeNext(e, acquisition, refusal, backoff, began);
        if (acquisition.remainingMillis() > 0 && opening.takesIdle()) {
          return null;
        }
        if (last != null && FailureKind.of(e) == FailureKind.TIMEOUT) {
          // What made the time run out says more than where it did.
          throw shared.failures().afterTries(tries, last);
        }
        if (wait < 0 || acquisition.remainingMillis() <= wait) {
          // What lasts is no less lasting for the tries before it.
          throw tries == 1 || !(e instanceof SQLTransientException)
              ? e
              : shared.failures().afterTries(tries, e);
        }
        decided = clock.nanos();
        last = e;
      }
    }
    return null;
  }

  /** Returns how long to wait before the next try, in milliseconds; negative for none. */
  private long beforeNext(
      SQLException e, Acquisition acquisition, Refusal refusal, Backoff backoff, long began) {
    return switch (FailureKind.of(e)) {
      case TOO_MANY_CONNECTIONS -> {
        long wait = shared.capacity().afterRefusal(refusal, backoff);
        yield acquisition.retry() ? wait : -1;
      }
      case UNREACHABLE -> {
        // Not of the get, which may have waited for the pool before.
        long took = clock.nanos() - began;
        boolean tooLong = !acquisition.bounded() && took > UNREACHABLE_LIMIT.toNanos();
        // A name that cannot be resolved rarely can soon after.
        yield acquisition.retry() && !tooLong && !Failures.isUnknownHost(e)
            ? backoff.nextMillis()
            : -1;
      }
      case CREDENTIALS_REFUSED, SCHEMA_REFUSED, BROKEN, READ_ONLY, TIMEOUT, OTHER -> -1;
    };
  }

  /** Waits; returns whether to try then, and not to take another connection. */
  private boolean await(long millis, Opening opening, @Nullable SQLException failure)
      throws SQLException {
    if (millis <= 0) {
      return true;
    }
    opening.times().enter(ConnectPhase.BACKOFF);
    boolean forRoom =
        failure == null || FailureKind.of(failure) == FailureKind.TOO_MANY_CONNECTIONS;
    long left = millis;
    try {
      while (left > 0 && !(forRoom && shared.capacity().hasRoom())) {
        if (opening.takesIdle()) {
          return false;
        }
        long part = Math.min(left, LOOK_MILLIS);
        shared.lifecycle().awaitClosed(part);
        shared.lifecycle().requireUsable();
        left -= part;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw shared.failures().interrupted(opening.times(), failure);
    }
    return true;
  }

  /** Forgets every secret. */
  void forget() {
    logins.forget();
  }
}
