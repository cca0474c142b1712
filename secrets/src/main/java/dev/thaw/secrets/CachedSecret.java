package dev.thaw.secrets;

import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.secrets.SecretState.Candidate;
import dev.thaw.secrets.SecretState.Freshness;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials of one secret: fetched when needed, kept for a time, and looked for anew when the
 * server refuses a login.
 *
 * <p>All work is done on the caller's thread, by one thread for all as long as its requests are
 * answered; see {@link SingleFlight}. Thread-safe.
 */
final class CachedSecret {
  private static final Logger LOG = LoggerFactory.getLogger(CachedSecret.class);
  private static final Duration LONGEST_REFRESH = Duration.ofSeconds(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);
  // A rotation that keeps no AWSPENDING, or removes the label when it is through, leaves a moment
  // in which no version works. It ends with one call of UpdateSecretVersionStage.
  private static final Duration ROTATION_WAIT = Duration.ofSeconds(1);
  private static final Duration ROTATION_STEP = Duration.ofMillis(100);

  private final String description;
  private final SecretReader reader;
  private final SecretParser parser;
  private final boolean tryPending;
  private final ElapsedClock clock;
  private final SecretState state;
  private volatile Flights flights;
  private volatile boolean closed;

  /** What is under way; replaced when all is forgotten, so that nothing older is waited for. */
  private record Flights(
      int era, SingleFlight<HeldSecret> fetches, SingleFlight<Answer> refusals) {}

  /** What to use instead of a refused login. */
  private record Answer(DatabaseCredentials refused, @Nullable HeldSecret found) {}

  /**
   * Makes an empty cache; reads nothing.
   *
   * @param description names the secret in messages, such as {@code Secret 'prod/db'}
   */
  CachedSecret(String description, SecretReader reader, SecretParser parser, CachePolicy policy) {
    this.description = description;
    this.reader = reader;
    this.parser = parser;
    this.tryPending = policy.tryPending();
    this.clock = policy.clock();
    this.state = new SecretState(policy, clock);
    this.flights = newFlights();
  }

  private Flights newFlights() {
    return new Flights(
        state.era(), new SingleFlight<>(description), new SingleFlight<>(description));
  }

  /** Returns the credentials to log in with now. */
  DatabaseCredentials credentials(Deadline deadline) throws SQLException {
    while (true) {
      requireOpen();
      Flights now = flights;
      // While another thread looks for what to use instead of what is held: a login with that
      // would be refused.
      DatabaseCredentials doubtful = now.refusals().isRunning() ? state.inDoubt() : null;
      if (doubtful != null) {
        Optional<DatabaseCredentials> other = insteadOfDoubtful(doubtful, deadline);
        if (other.isPresent()) {
          return other.get();
        }
      }
      Candidate candidate = state.candidate();
      if (candidate != null) {
        Candidate refreshed =
            candidate.freshness() == Freshness.FRESH
                ? candidate
                : refreshed(candidate, deadline, now);
        state.served(refreshed.secret());
        return refreshed.credentials();
      }
      SourceFailures.requireTime(description, deadline);
      Optional<HeldSecret> fetched = fetch(deadline, now, true);
      if (fetched.isPresent()) {
        state.served(fetched.get());
        return fetched.get().credentials();
      }
    }
  }

  /** Returns others, after the server refused a login with these. */
  Optional<DatabaseCredentials> refused(DatabaseCredentials refused, Deadline deadline)
      throws SQLException {
    requireOpen();
    return insteadOf(refused, state.refused(refused), deadline);
  }

  private Optional<DatabaseCredentials> insteadOfDoubtful(
      DatabaseCredentials doubtful, Deadline deadline) throws SQLException {
    try {
      return insteadOf(doubtful, false, deadline);
    } catch (SQLException e) {
      if (e instanceof SQLTimeoutException || Thread.currentThread().isInterrupted()) {
        throw e;
      }
      // The server may have changed its mind; if not, its refusal says more than this failure.
      LOG.debug("{}: no other version could be read: {}", description, e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<DatabaseCredentials> insteadOf(
      DatabaseCredentials refused, boolean rotationLikely, Deadline deadline) throws SQLException {
    while (true) {
      Flights now = flights;
      Optional<HeldSecret> held = state.alternative(refused);
      if (held.isPresent()) {
        state.served(held.get());
        return Optional.of(held.get().credentials());
      }
      SourceFailures.requireTime(description, deadline);
      Optional<Answer> answer =
          now.refusals().run(deadline, () -> lookForOther(refused, rotationLikely, deadline, now));
      if (answer.isPresent() && answer.get().refused().sameConnect(refused)) {
        HeldSecret found = answer.get().found();
        if (found != null) {
          state.served(found);
        }
        return Optional.ofNullable(found).map(HeldSecret::credentials);
      }
    }
  }

  /** Forgets all; what is being fetched at this moment will not be kept. */
  synchronized void invalidate() {
    state.clear();
    reader.forget();
    flights = newFlights();
  }

  void close() {
    closed = true;
    invalidate();
    reader.close();
  }

  private void requireOpen() throws SQLException {
    if (closed) {
      throw SourceFailures.closed(description);
    }
  }

  /** Tries to refresh within a part of the deadline; returns what can be served after that. */
  private Candidate refreshed(Candidate held, Deadline deadline, Flights now) {
    boolean expired = held.freshness() == Freshness.EXPIRED;
    if (!state.fetchPause().isZero() || (!expired && now.fetches().isRunning())) {
      return held;
    }
    boolean done = false;
    try {
      done = fetch(part(deadline), now, false).isPresent();
    } catch (SQLException e) {
      if (expired && state.reportStale()) {
        LOG.warn(
            "{} could not be refreshed; version {}, out of date since {}, stays in use: {}",
            description,
            held.secret().version(),
            held.outdated(),
            e.getMessage());
      } else {
        LOG.debug("{} could not be refreshed: {}", description, e.getMessage());
      }
    }
    Candidate candidate = state.candidate();
    if (candidate == null) {
      return held;
    }
    // Confirmed a moment ago, even if the request took longer than the time to live.
    return done
        ? new Candidate(candidate.secret(), Freshness.FRESH, candidate.outdated())
        : candidate;
  }

  private static Deadline part(Deadline deadline) {
    Duration quarter = deadline.remaining().dividedBy(4);
    return Deadline.after(quarter.compareTo(LONGEST_REFRESH) < 0 ? quarter : LONGEST_REFRESH);
  }

  private Optional<HeldSecret> fetch(Deadline deadline, Flights now, boolean first)
      throws SQLException {
    return now.fetches()
        .run(
            deadline,
            () -> {
              Candidate candidate = state.candidate();
              if (candidate != null && candidate.freshness() == Freshness.FRESH) {
                return candidate.secret();
              }
              if (first) {
                pause(shorter(state.fetchPause(), LONGEST_PAUSE), deadline);
              }
              return current(false, deadline, now.era());
            });
  }

  private Answer lookForOther(
      DatabaseCredentials refused, boolean rotationLikely, Deadline deadline, Flights now)
      throws SQLException {
    Optional<HeldSecret> held = state.alternative(refused);
    if (held.isPresent()) {
      return new Answer(refused, held.get());
    }
    if (!state.mayLookForOther()) {
      LOG.debug("{}: not read again so soon after other refused logins", description);
      return new Answer(refused, null);
    }
    Deadline patience = Deadline.after(shorter(deadline.remaining().dividedBy(2), ROTATION_WAIT));
    HeldSecret found = other(refused, deadline, now.era());
    while (found == null
        && rotationLikely
        && patience.remaining().compareTo(ROTATION_STEP) > 0
        && !closed) {
      // The service answers: others need not ask it as well.
      now.refusals().progress();
      pause(ROTATION_STEP, deadline);
      found = other(refused, deadline, now.era());
    }
    state.lookedForOther(found);
    return new Answer(refused, found);
  }

  private @Nullable HeldSecret other(DatabaseCredentials refused, Deadline deadline, int era)
      throws SQLException {
    HeldSecret current = current(true, deadline, era);
    if (!current.sameConnect(refused) && !state.isRefused(current)) {
      LOG.debug("{}: version {} is current", description, current.version());
      return current;
    }
    HeldSecret pending = tryPending ? pending(deadline) : null;
    if (pending == null
        || pending.sameConnect(refused)
        || pending.sameConnect(current.credentials())) {
      return null;
    }
    LOG.debug("{}: version {} is pending, and tried", description, pending.version());
    state.adopt(pending, era);
    return pending;
  }

  private HeldSecret current(boolean pastCaches, Deadline deadline, int era) throws SQLException {
    try {
      HeldSecret fetched = read(SecretStage.CURRENT, pastCaches, deadline);
      if (fetched == null) {
        throw SourceFailures.none(description + " has no version AWSCURRENT", null);
      }
      state.current(fetched, era);
      return fetched;
    } catch (SQLException e) {
      if (!Thread.currentThread().isInterrupted()) {
        state.fetchFailed(era);
      }
      throw e;
    }
  }

  private @Nullable HeldSecret pending(Deadline deadline) throws SQLException {
    try {
      return read(SecretStage.PENDING, true, deadline);
    } catch (SQLNonTransientConnectionException e) {
      // A policy may allow AWSCURRENT only (the condition key secretsmanager:VersionStage), and a
      // version under construction may be malformed. Neither says anything about the login.
      LOG.debug("{}: no pending version can be used: {}", description, e.getMessage());
      return null;
    }
  }

  private @Nullable HeldSecret read(SecretStage stage, boolean pastCaches, Deadline deadline)
      throws SQLException {
    requireOpen();
    SourceFailures.requireTime(description, deadline);
    long order = state.nextOrder();
    long began = clock.nanos();
    SecretValue value = reader.read(stage, pastCaches, deadline);
    return value == null ? null : new HeldSecret(parser.parse(value, clock.now()), order, began);
  }

  private void pause(Duration time, Deadline deadline) throws SQLException {
    Duration allowed = shorter(time, deadline.remaining());
    try {
      if (!allowed.isZero()) {
        new CountDownLatch(1).await(allowed.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SourceFailures.passing(description + ": interrupted", e);
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
