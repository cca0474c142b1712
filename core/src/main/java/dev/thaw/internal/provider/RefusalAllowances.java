package dev.thaw.internal.provider;

import dev.thaw.credentials.DatabaseCredentials;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many more logins of each user the server may refuse: {@value #BURST} at once, then one every
 * ten seconds. A success gives all back, as it resets the server's own count.
 *
 * <p>The last one is kept for credentials that were never refused, so that a password that has just
 * been put right is not kept waiting by the wrong one before it.
 *
 * <p>Not thread-safe.
 */
final class RefusalAllowances {
  private static final int BURST = 3;
  private static final int KEPT_FOR_OTHERS = 1;
  private static final Duration REFILL = Duration.ofSeconds(10);
  // A source knows two or three users; those beyond this share one allowance, so that a source that
  // makes up users is bounded too.
  private static final int MOST_USERS = 8;
  private static final String FURTHER_USERS = "";

  private final LongSupplier nanoClock;
  private final Map<String, Allowance> users = new HashMap<>();

  RefusalAllowances(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * Records a refusal.
   *
   * @param refusedBefore whether the server had refused these credentials already
   */
  void refused(DatabaseCredentials credentials, SQLException refusal, boolean refusedBefore) {
    Allowance allowance = find(credentials.username());
    if (allowance == null) {
      allowance = add(credentials.username());
    }
    allowance.take(credentials, refusal, refusedBefore);
  }

  private Allowance add(String username) {
    if (users.size() >= MOST_USERS) {
      users.values().removeIf(Allowance::isFull);
    }
    return users.computeIfAbsent(
        users.size() < MOST_USERS ? username : FURTHER_USERS, key -> new Allowance());
  }

  void accepted(DatabaseCredentials credentials) {
    Allowance allowance = find(credentials.username());
    if (allowance != null) {
      allowance.accepted(credentials);
    }
  }

  /**
   * Returns the user's last refusal if a login must not be tried now.
   *
   * @param refusedBefore whether the server has refused these credentials already
   */
  @Nullable SQLException withheld(DatabaseCredentials credentials, boolean refusedBefore) {
    Allowance allowance = find(credentials.username());
    return allowance == null ? null : allowance.withheld(credentials, refusedBefore);
  }

  private @Nullable Allowance find(String username) {
    Allowance own = users.get(username);
    return own != null || users.size() < MOST_USERS ? own : users.get(FURTHER_USERS);
  }

  void clear() {
    users.clear();
  }

  private final class Allowance {
    private double left = BURST;
    private long leftAt = nanoClock.getAsLong();
    private @Nullable SQLException last;
    private @Nullable DatabaseCredentials accepted;

    void take(DatabaseCredentials credentials, SQLException refusal, boolean refusedBefore) {
      refill();
      // Threads that lost their patience at the gate are refused together, with one password: this
      // must not use up what is kept for the one that a rotation has just set.
      double kept = refusedBefore ? KEPT_FOR_OTHERS : 0;
      left = Math.min(left, Math.max(kept, left - 1));
      last = refusal;
      if (accepted != null && accepted.sameLogin(credentials)) {
        accepted = null;
      }
    }

    void accepted(DatabaseCredentials credentials) {
      left = BURST;
      accepted = credentials;
    }

    @Nullable SQLException withheld(DatabaseCredentials credentials, boolean refusedBefore) {
      if (accepted != null && accepted.sameLogin(credentials)) {
        return null;
      }
      refill();
      return left >= (refusedBefore ? 1 + KEPT_FOR_OTHERS : 1) ? null : last;
    }

    boolean isFull() {
      refill();
      return left >= BURST;
    }

    private void refill() {
      long now = nanoClock.getAsLong();
      left = Math.min(BURST, left + (double) (now - leftAt) / REFILL.toNanos());
      leftAt = now;
    }
  }
}
