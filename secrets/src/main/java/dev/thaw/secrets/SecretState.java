package dev.thaw.secrets;

import dev.thaw.credentials.DatabaseCredentials;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one secret: its versions, their age, and which logins the server refused.
 *
 * <p>Does no I/O and never blocks for long. Thread-safe.
 */
final class SecretState {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration FIRST_REFUSAL_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_REFUSAL_PAUSE = Duration.ofSeconds(10);
  private static final long IN_USE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long NOT_DRAWN = -1;
  private static final double LEAST_TTL_PART = 0.9;
  private static final double AGEING_PART = 0.8;

  private final ElapsedClock clock;
  private final Jitter jitter;
  private final Duration ttl;
  private final SecretStore store;
  private final RefusedLogins refusedLogins = new RefusedLogins();
  private final Backoff fetchBackoff;
  private final Backoff refusalBackoff;
  private long ttlNanos = NOT_DRAWN;
  private long orders;
  private int era;
  private boolean staleReported;
  private @Nullable HeldSecret inUse;
  private long inUseSince;
  private int timesServed;

  /** How a secret stands to its time to live. */
  enum Freshness {
    /** To be served. */
    FRESH,
    /** To be served, and to be refreshed if that is cheap. */
    AGEING,
    /** To be refreshed, and served only if that fails. */
    EXPIRED
  }

  /** What can be served, and since when it is or will be out of date. */
  record Candidate(HeldSecret secret, Freshness freshness, Instant outdated) {

    DatabaseCredentials credentials() {
      return freshness == Freshness.EXPIRED ? secret.staleSince(outdated) : secret.credentials();
    }
  }

  SecretState(CachePolicy policy, ElapsedClock clock) {
    this.clock = clock;
    this.jitter = policy.jitter();
    this.ttl = policy.ttl();
    this.store = new SecretStore(clock, ttl.plus(policy.maxStale()));
    this.fetchBackoff = new Backoff(jitter, FIRST_PAUSE, LONGEST_PAUSE);
    this.refusalBackoff = new Backoff(jitter, FIRST_REFUSAL_PAUSE, LONGEST_REFUSAL_PAUSE);
  }

  /** Returns the number of a fetch that begins now. */
  synchronized long nextOrder() {
    return ++orders;
  }

  /** Returns the number that {@link #clear()} changes. */
  synchronized int era() {
    return era;
  }

  /** Returns the version to log in with: a pending one that was adopted, else the current one. */
  synchronized @Nullable Candidate candidate() {
    HeldSecret current = store.get(SecretStage.CURRENT);
    HeldSecret pending = store.get(SecretStage.PENDING);
    HeldSecret chosen = pending == null ? current : pending;
    if (chosen == null) {
      return null;
    }
    // What the service last said counts for both: one request renews, whichever is served.
    HeldSecret confirmed =
        current != null && current.fetchedAt() > chosen.fetchedAt() ? current : chosen;
    long age = clock.nanos() - confirmed.fetchedAt();
    Freshness freshness = Freshness.FRESH;
    if (age >= ttlNanos) {
      freshness = Freshness.EXPIRED;
    } else if (age >= ttlNanos * AGEING_PART) {
      freshness = Freshness.AGEING;
    }
    Instant retrieved = confirmed.credentials().retrievedAt().orElse(clock.now());
    return new Candidate(chosen, freshness, retrieved.plusNanos(ttlNanos));
  }

  /** Returns what would be served if the server has refused it, else {@code null}. */
  synchronized @Nullable DatabaseCredentials inDoubt() {
    HeldSecret pending = store.get(SecretStage.PENDING);
    HeldSecret chosen = pending == null ? store.get(SecretStage.CURRENT) : pending;
    return chosen != null && isRefused(chosen) ? chosen.credentials() : null;
  }

  /** Records that a version is handed out to log in with. */
  synchronized void served(HeldSecret secret) {
    if (inUse == null || !inUse.sameConnect(secret.credentials())) {
      inUse = secret;
      inUseSince = clock.nanos();
      timesServed = 0;
    }
    timesServed++;
  }

  /** Keeps the current version that was fetched, unless all was forgotten since. */
  synchronized void current(HeldSecret fetched, int fetchedInEra) {
    if (fetchedInEra != era) {
      return;
    }
    fetchBackoff.reset();
    staleReported = false;
    HeldSecret held = store.get(SecretStage.CURRENT);
    if (held != null && held.order() > fetched.order()) {
      return;
    }
    if (held != null && !held.sameConnect(fetched.credentials())) {
      // The pending version has become current, or a later rotation has left it behind; and a
      // login refused before its rotation was through is right now.
      store.remove(SecretStage.PENDING);
      refusedLogins.remove(fetched.credentials());
    }
    HeldSecret pending = store.get(SecretStage.PENDING);
    if (pending != null && pending.sameConnect(fetched.credentials())) {
      store.remove(SecretStage.PENDING);
    }
    if (ttlNanos == NOT_DRAWN) {
      ttlNanos = jitter.between(LEAST_TTL_PART, ttl.toNanos());
    }
    store.put(SecretStage.CURRENT, fetched);
  }

  /** Prefers a pending version from now on, unless all was forgotten since it was fetched. */
  synchronized void adopt(HeldSecret pending, int fetchedInEra) {
    if (fetchedInEra == era) {
      store.put(SecretStage.PENDING, pending);
    }
  }

  /** Records that a fetch failed. */
  synchronized void fetchFailed(int fetchedInEra) {
    if (fetchedInEra == era) {
      fetchBackoff.failed(clock.nanos());
    }
  }

  /** Returns how long to leave the service alone. */
  synchronized Duration fetchPause() {
    return Duration.ofNanos(fetchBackoff.left(clock.nanos()));
  }

  /** Returns true once for each time that the secret goes out of date. */
  synchronized boolean reportStale() {
    boolean first = !staleReported;
    staleReported = true;
    return first;
  }

  /**
   * Records that the server refused a login.
   *
   * @return whether the same login has been in use for some time, so that a rotation is the likely
   *     reason
   */
  synchronized boolean refused(DatabaseCredentials credentials) {
    long now = clock.nanos();
    boolean known = refusedLogins.contains(credentials, now);
    boolean worked =
        !known
            && inUse != null
            && inUse.sameConnect(credentials)
            && timesServed > 1
            && now - inUseSince >= IN_USE_NANOS;
    // A refused pending version is kept until the look for others is through: the current one that
    // is held may be older, and another thread would be refused with it in the meantime.
    refusedLogins.add(credentials, now);
    return worked;
  }

  /** Returns a version that is held and that the server has not refused. */
  synchronized Optional<HeldSecret> alternative(DatabaseCredentials refused) {
    Candidate candidate = candidate();
    return Optional.ofNullable(candidate)
        .map(Candidate::secret)
        .filter(secret -> !secret.sameConnect(refused) && !isRefused(secret));
  }

  synchronized boolean isRefused(HeldSecret secret) {
    return refusedLogins.contains(secret.credentials(), clock.nanos());
  }

  /** Returns whether a refused login may cause a fetch now. */
  synchronized boolean mayLookForOther() {
    return refusalBackoff.isOver(clock.nanos());
  }

  /**
   * Records what a look for other credentials has brought.
   *
   * @param found them, or {@code null} for none
   */
  synchronized void lookedForOther(@Nullable HeldSecret found) {
    // Credentials that were refused already do not count as a success: a wrong password with a
    // version that stays pending would otherwise never be slowed down.
    if (found != null && !isRefused(found)) {
      refusalBackoff.reset();
    } else {
      refusalBackoff.failed(clock.nanos());
    }
    HeldSecret pending = store.get(SecretStage.PENDING);
    if (found == null && pending != null && isRefused(pending)) {
      store.remove(SecretStage.PENDING);
    }
  }

  /** Forgets all, the jitter of the time to live included. */
  synchronized void clear() {
    era++;
    store.clear();
    refusedLogins.clear();
    fetchBackoff.reset();
    refusalBackoff.reset();
    staleReported = false;
    inUse = null;
    jitter.renew();
    // Drawn at the next fetch: after the restore, if this is the moment before a snapshot.
    ttlNanos = NOT_DRAWN;
  }
}
