package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.mysql.LoginGate;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits failed logins across threads: accounts get locked ({@code FAILED_LOGIN_ATTEMPTS}, the
 * connection_control plugin).
 *
 * <p>One login is under way at a time. So when a password has been rotated, one thread finds out,
 * and those behind it are told before they try. A login that is not answered promptly holds up no
 * other: its answer may be lost. How often a user may be refused is limited too, whether the
 * credentials are the same or new ones each time; see {@link RefusalAllowances}.
 *
 * <p>Thread-safe.
 */
final class LoginControl {
  // A source knows two or three credentials at a time; their old passwords need not be kept.
  private static final int REMEMBERED = 8;

  // A login takes a round trip or two, so one that takes longer than this has lost its answer.
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final int PATIENCE_SHARE = 4;

  private final Semaphore oneLogin = new Semaphore(1, true);
  private final RefusalAllowances allowances;
  private final Deque<Refused> latest = new ArrayDeque<>();
  private long refusals;

  /** The login that is under way; {@code null} before it is known since when. */
  private volatile @Nullable Gate underWay;

  private final long patienceNanos;

  LoginControl(LongSupplier nanoClock) {
    this(nanoClock, PATIENCE);
  }

  /** Creates it with another patience than is right for a server. */
  LoginControl(LongSupplier nanoClock, Duration patience) {
    this.allowances = new RefusalAllowances(nanoClock);
    this.patienceNanos = patience.toNanos();
  }

  /** Thrown by the gate in the place of a login, after one of another thread was refused. */
  static final class SupersededException extends IOException {
    private static final long serialVersionUID = 1;

    SupersededException() {
      super("The server has just refused the same user to another thread");
    }
  }

  /** Returns how many logins have been refused so far, to make a gate from. */
  synchronized long refusals() {
    return refusals;
  }

  /** Returns how many threads wait at a gate. */
  int waiting() {
    return oneLogin.getQueueLength();
  }

  /**
   * Returns the gate of one login.
   *
   * @param credentials what it will present
   * @param refusalsBefore {@link #refusals()} from before the credentials were obtained
   * @param deadline bounds the wait for the gate
   */
  LoginGate gate(DatabaseCredentials credentials, long refusalsBefore, Deadline deadline) {
    return new Gate(credentials, refusalsBefore, deadline);
  }

  synchronized void refused(DatabaseCredentials credentials, SQLException exception) {
    allowances.refused(credentials, exception, find(credentials) != null);
    latest.removeIf(known -> known.credentials.sameConnect(credentials));
    latest.addLast(new Refused(credentials, exception, ++refusals));
    if (latest.size() > REMEMBERED) {
      latest.removeFirst();
    }
  }

  synchronized void accepted(DatabaseCredentials credentials) {
    allowances.accepted(credentials);
    latest.removeIf(known -> known.credentials.sameConnect(credentials));
  }

  /** Forgets what was refused, since it holds a secret. */
  synchronized void forget() {
    latest.clear();
    allowances.clear();
  }

  /**
   * Returns the last refusal of these credentials, or of their user if they were never refused, if
   * a login with them must not be tried now.
   */
  synchronized @Nullable SQLException withheld(DatabaseCredentials credentials) {
    Refused known = find(credentials);
    SQLException withheld = allowances.withheld(credentials, known != null);
    return withheld == null || known == null ? withheld : known.refusal;
  }

  /** Returns the last refusal of these credentials. */
  synchronized @Nullable SQLException refusalOf(DatabaseCredentials credentials) {
    Refused known = find(credentials);
    return known == null ? null : known.refusal;
  }

  private synchronized boolean isSuperseded(DatabaseCredentials credentials, long refusalsBefore) {
    Refused known = find(credentials);
    return (known != null && known.number > refusalsBefore) || withheld(credentials) != null;
  }

  private @Nullable Refused find(DatabaseCredentials credentials) {
    for (Refused known : latest) {
      if (known.credentials.sameConnect(credentials)) {
        return known;
      }
    }
    return null;
  }

  /** Credentials that were refused, and how many refusals there had been by then. */
  private record Refused(DatabaseCredentials credentials, SQLException refusal, long number) {}

  private final class Gate implements LoginGate {
    private final DatabaseCredentials credentials;
    private final long refusalsBefore;
    private final Deadline deadline;
    private boolean inside;
    private boolean entered;
    private long enteredNanos;

    Gate(DatabaseCredentials credentials, long refusalsBefore, Deadline deadline) {
      this.credentials = credentials;
      this.refusalsBefore = refusalsBefore;
      this.deadline = deadline;
    }

    @Override
    public void enter() throws IOException {
      if (entered) {
        return;
      }
      entered = true;
      try {
        inside = oneLogin.tryAcquire(patienceNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("Interrupted while another thread logged in");
      }
      if (inside) {
        enteredNanos = System.nanoTime();
        underWay = this;
      }
      if (isSuperseded(credentials, refusalsBefore)) {
        leave();
        throw new SupersededException();
      }
    }

    /** Returns how long to wait for the login that is under way, which may have begun long ago. */
    private long patienceNanos() {
      long share = Math.min(patienceNanos, deadline.remaining().toNanos() / PATIENCE_SHARE);
      Gate other = underWay;
      return other == null
          ? share
          : Math.max(0, Math.min(share, other.enteredNanos + share - System.nanoTime()));
    }

    @Override
    public void leave() {
      if (inside) {
        inside = false;
        underWay = null;
        oneLogin.release();
      }
    }
  }
}
