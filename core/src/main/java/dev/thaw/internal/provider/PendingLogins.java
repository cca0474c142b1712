package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.internal.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The logins of a pool that are under way, awaited by a get or left behind by one. Thread-safe. */
final class PendingLogins {
  // A login ends at once, but for the loading of the driver's classes, and knows the password.
  private static final Duration END_LIMIT = Duration.ofSeconds(1);

  // A login beyond the pool's size, so that one that hangs can be replaced.
  private static final int BEYOND = 1;

  private final int most;
  private final Set<PendingLogin> underWay = ConcurrentHashMap.newKeySet();
  private final Queue<PendingLogin> left = new ConcurrentLinkedQueue<>();
  private final Queue<PendingLogin> awaited = new ConcurrentLinkedQueue<>();

  /**
   * Creates an empty set.
   *
   * @param maxSize the most connections of the pool
   */
  PendingLogins(int maxSize) {
    this.most = maxSize + BEYOND;
  }

  /**
   * Adds a login that begins. Where there are more than may be, the oldest that was left behind
   * ends.
   */
  void begin(PendingLogin login) {
    underWay.add(login);
    if (underWay.size() > most) {
      PendingLogin oldest = left.poll();
      if (oldest != null) {
        oldest.abandon();
      }
    }
  }

  /** Returns whether another login may begin beside those that gets can wait for. */
  boolean mayBegin() {
    return underWay.size() < most;
  }

  /** Adds a login that goes on without a get. */
  void add(PendingLogin login) {
    left.add(login);
  }

  /** Removes a login whose thread ends. */
  void over(PendingLogin login) {
    left.remove(login);
    underWay.remove(login);
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
   * Returns one that was left behind, and that the calling get waits for from now on: with the same
   * credentials, or with others of the same user where no more may begin, as of a source that has
   * new ones each time.
   *
   * @param get that get
   */
  @Nullable PendingLogin claim(LoginTarget target, Moment now, PendingLogin.Get get) {
    if (left.isEmpty()) {
      return null;
    }
    for (PendingLogin login : List.copyOf(left)) {
      if (login.isTooOld(now) && left.remove(login)) {
        login.abandon();
      }
    }
    PendingLogin same = claim(target::isSame, get);
    return same != null || mayBegin() ? same : claim(target::leadsWhere, get);
  }

  private @Nullable PendingLogin claim(Predicate<LoginTarget> fits, PendingLogin.Get get) {
    for (PendingLogin login : List.copyOf(left)) {
      // Only one get removes it, and each login that is left behind is in here once.
      if (fits.test(login.target()) && left.remove(login) && login.claim(get)) {
        return login;
      }
    }
    return null;
  }

  /** Gives a connection to a get that waits for one; false if none does. */
  boolean deliver(LoginTarget target, PendingLogin.Done done) {
    for (PendingLogin login : awaited) {
      if (login.deliver(target, done)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Ends all, those that gets wait for too, and waits until none is under way: each knows a
   * password. An interrupt does not end the wait.
   */
  void end() {
    for (PendingLogin login = left.poll(); login != null; login = left.poll()) {
      login.abandon();
    }
    List<PendingLogin> all = List.copyOf(underWay);
    all.forEach(PendingLogin::stop);
    Deadline limit = Deadline.after(END_LIMIT);
    boolean interrupted = false;
    for (PendingLogin login : all) {
      interrupted |= login.awaitEnd(limit);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
