package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.internal.net.Phases;
import dev.thaw.internal.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The logins that go on after the get that began them has ended. Thread-safe. */
final class PendingLogins {
  // A login ends at once, but for the loading of the driver's classes, and knows the password.
  private static final Duration END_LIMIT = Duration.ofSeconds(1);

  private final Queue<PendingLogin> logins = new ConcurrentLinkedQueue<>();

  void add(PendingLogin login) {
    logins.add(login);
  }

  void remove(PendingLogin login) {
    logins.remove(login);
  }

  /**
   * Returns one that the calling get waits for from now on, and ends those that are of no use to
   * it.
   *
   * @param times the times of that get
   */
  @Nullable PendingLogin claim(LoginTarget target, Moment now, Phases times) {
    for (PendingLogin login = logins.poll(); login != null; login = logins.poll()) {
      if (login.claim(target, now, times)) {
        return login;
      }
      login.abandon();
    }
    return null;
  }

  /** Ends all of them, and waits for that. */
  void end() {
    List<PendingLogin> all = List.copyOf(logins);
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
