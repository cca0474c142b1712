package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The logins of a pool that are under way. Each has the room of a connection: that of the get that
 * waits for it, or its own once it was left behind. One may go on without, so that one that hangs
 * can be replaced. Thread-safe.
 */
final class PendingLogins {
  // A login ends at once, but for the loading of the driver's classes, and knows the password.
  private static final Duration END_LIMIT = Duration.ofSeconds(1);

  private final Set<PendingLogin> all = ConcurrentHashMap.newKeySet();
  private final Queue<PendingLogin> left = new ConcurrentLinkedQueue<>();
  private final Queue<PendingLogin> awaited = new ConcurrentLinkedQueue<>();
  private final Set<LoginResult> completing = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable PendingLogin> replaced = new AtomicReference<>();

  /** Adds a login that begins. */
  void begin(PendingLogin login) {
    all.add(login);
  }

  /** Removes a login whose thread ends, and whose connection has another owner. */
  void over(PendingLogin login) {
    all.remove(login);
    replaced.compareAndSet(login, null);
  }

  /** Adds a login that has the room of the get that waited for it. */
  void leave(PendingLogin login) {
    left.add(login);
  }

  /** Removes a login that was left behind; false if a get has taken it before. */
  boolean unleave(PendingLogin login) {
    return left.remove(login);
  }

  /** Takes a login that was left behind, with its room. */
  @Nullable PendingLogin take() {
    PendingLogin login = left.poll();
    if (login != null) {
      login.take();
    }
    return login;
  }

  /** Takes the room of a login to the same server that was left behind, for one that is done. */
  boolean takeRoom(PendingLogin done) {
    for (PendingLogin login : List.copyOf(left)) {
      if (done.target().leadsWhere(login.target()) && left.remove(login)) {
        if (!login.letGo(done)) {
          login.abandon();
        }
        return true;
      }
    }
    return false;
  }

  /**
   * Lets a login go on without room, in the place of one that is done, or hangs and ends now; false
   * if there is another one.
   *
   * @param done {@code null} for none
   */
  boolean replace(@Nullable PendingLogin done, PendingLogin login) {
    PendingLogin other = replaced.get();
    if (other == null || other == done) {
      return replaced.compareAndSet(other, login);
    }
    boolean ends = other.hangs() && replaced.compareAndSet(other, login);
    if (ends) {
      other.endHung();
    }
    return ends;
  }

  /** Adds a login that a get waits for. */
  void awaited(PendingLogin login) {
    awaited.add(login);
  }

  /** Removes a login that no get waits for any more. */
  void notAwaited(PendingLogin login) {
    awaited.remove(login);
  }

  /** Gives a connection to a get that waits for one; false if none does. */
  boolean deliver(PendingLogin from, LoginResult done) {
    for (PendingLogin login : awaited) {
      if (login.deliver(from, done)) {
        return true;
      }
    }
    return false;
  }

  /** Completes a connection. If that takes long, as a listener waits, {@link #end} closes it. */
  Connector.Opened complete(LoginResult result) {
    completing.add(result);
    try {
      return result.opened();
    } finally {
      completing.remove(result);
    }
  }

  /**
   * Ends all, those that gets wait for too, and waits until none is under way: each knows a
   * password. An interrupt does not end the wait.
   */
  void end() {
    for (PendingLogin login = left.poll(); login != null; login = left.poll()) {
      login.abandonWithRoom();
    }
    List<PendingLogin> present = List.copyOf(all);
    present.forEach(PendingLogin::close);
    completing.forEach(LoginResult::close);
    Deadline limit = Deadline.after(END_LIMIT);
    boolean interrupted = false;
    for (PendingLogin login : present) {
      interrupted |= awaitEnd(login, limit);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the end of a login; returns whether the calling thread was interrupted meanwhile. */
  private static boolean awaitEnd(PendingLogin login, Deadline limit) {
    boolean interrupted = false;
    while (true) {
      try {
        login.awaitEnd(limit);
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
