package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.mysql.LoginGate;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps refused logins few, over all threads: accounts get locked ({@code FAILED_LOGIN_ATTEMPTS},
 * the connection_control plugin).
 *
 * <p>One login is under way at a time. So when a password has been rotated, one thread finds out,
 * and those behind it are told before they try. The same credentials refused again and again are
 * held back: {@value #BURST} logins at once, then one every ten seconds.
 */
final class LoginControl {
  private static final int BURST = 3;
  private static final Duration REFILL = Duration.ofSeconds(10);

  private final ReentrantLock oneLogin = new ReentrantLock(true);
  private final LongSupplier nanoClock;
  private @Nullable DatabaseCredentials refused;
  private @Nullable SQLException refusal;
  private long refusals;
  private double tokens = BURST;
  private long tokensAt;

  LoginControl(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Thrown by the gate in the place of a login that another thread has just seen refused. */
  static final class SupersededException extends IOException {
    private static final long serialVersionUID = 1;

    SupersededException() {
      super("The server has just refused the same credentials to another thread");
    }
  }

  /** Returns how many logins have been refused so far, to make a gate from. */
  synchronized long refusals() {
    return refusals;
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
    if (refused == null || !refused.sameLogin(credentials)) {
      tokens = BURST;
      tokensAt = nanoClock.getAsLong();
    }
    refused = credentials;
    refusal = exception;
    refusals++;
    tokens = Math.max(0, tokens - 1);
  }

  synchronized void accepted(DatabaseCredentials credentials) {
    if (refused != null && refused.sameLogin(credentials)) {
      forget();
    }
  }

  /** Forgets what was refused, since it holds a secret. */
  synchronized void forget() {
    refused = null;
    refusal = null;
    tokens = BURST;
  }

  /** Returns the last refusal if a login with these credentials must not be tried now. */
  synchronized @Nullable SQLException withheld(DatabaseCredentials credentials) {
    if (refused == null || !refused.sameLogin(credentials)) {
      return null;
    }
    long now = nanoClock.getAsLong();
    tokens = Math.min(BURST, tokens + (double) (now - tokensAt) / REFILL.toNanos());
    tokensAt = now;
    return tokens < 1 ? refusal : null;
  }

  /** Returns the last refusal of these credentials, if they were the last ones refused. */
  synchronized @Nullable SQLException refusalOf(DatabaseCredentials credentials) {
    return refused != null && refused.sameLogin(credentials) ? refusal : null;
  }

  private synchronized boolean isSuperseded(DatabaseCredentials credentials, long refusalsBefore) {
    return refusals > refusalsBefore && refused != null && refused.sameLogin(credentials);
  }

  private final class Gate implements LoginGate {
    private final DatabaseCredentials credentials;
    private final long refusalsBefore;
    private final Deadline deadline;
    private boolean inside;

    Gate(DatabaseCredentials credentials, long refusalsBefore, Deadline deadline) {
      this.credentials = credentials;
      this.refusalsBefore = refusalsBefore;
      this.deadline = deadline;
    }

    @Override
    public void enter() throws IOException {
      if (inside) {
        return;
      }
      try {
        if (!oneLogin.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
          throw new SocketTimeoutException("Another thread's login was not answered in time");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("Interrupted while another thread logged in");
      }
      inside = true;
      if (isSuperseded(credentials, refusalsBefore)) {
        leave();
        throw new SupersededException();
      }
    }

    @Override
    public void leave() {
      if (inside) {
        inside = false;
        oneLogin.unlock();
      }
    }
  }
}
