package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.internal.net.Phases;
import dev.thaw.internal.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The logins of a pool that are under way, awaited by a get or left behind by one. Thread-safe. */
final class PendingLogins {
  // A login ends at once, but for the loading of the driver's classes, and knows the password.
  private static final Duration END_LIMIT = Duration.ofSeconds(1);

  private final Queue<PendingLogin> left = new ConcurrentLinkedQueue<>();
  private final Queue<PendingLogin> awaited = new ConcurrentLinkedQueue<>();

  /** Adds a login that goes on without a get. */
  void add(PendingLogin login) {
    left.add(login);
  }

  /** Removes a login that is over. */
  void remove(PendingLogin login) {
    left.remove(login);
  }

  /** Adds a login that a get waits for. */
  void awaited(PendingLogin login) {
    awaited.add(login);
  }

  /** Removes a login that no get waits for any more. */
  void notAwaited(PendingLogin login) {
    awaited.remove(login);
  }

  /**
   * Returns one that was left behind, and that the calling get waits for from now on.
   *
   * @param times the times of that get
   * @param end the end of that get, for any thread to ask
   */
  @Nullable PendingLogin claim(LoginTarget target, Moment now, Phases times, Deadline end) {
    for (PendingLogin login : List.copyOf(left)) {
      if (login.isTooOld(now)) {
        left.remove(login);
        login.abandon();
      } else if (login.claim(target, times, end)) {
        left.remove(login);
        return login;
      }
    }
    return null;
  }

  /** Gives a connection to a get that waits for one; false if none does. */
  boolean deliver(LoginTarget target, Connector.Opened opened) {
    for (PendingLogin login : awaited) {
      if (login.deliver(target, opened)) {
        return true;
      }
    }
    return false;
  }

  /** Ends those that were left behind but for the last, before another one begins. */
  void endOldest() {
    while (left.size() > 1) {
      PendingLogin oldest = left.poll();
      if (oldest != null) {
        oldest.abandon();
      }
    }
  }

  /** Ends all that were left behind, and waits for that. */
  void end() {
    List<PendingLogin> all = List.copyOf(left);
    all.forEach(PendingLogin::abandon);
    Deadline limit = Deadline.after(END_LIMIT);
    try {
      for (PendingLogin login : all) {
        login.awaitEnd(limit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
