package dev.thaw.internal.provider;

import dev.thaw.credentials.DatabaseCredentials;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the distinct credentials seen, so that connections of older ones can be retired once
 * newer ones have worked. Thread-safe.
 */
final class CredentialsTracker {
  private @Nullable DatabaseCredentials last;
  private long lastSequence;
  private @Nullable DatabaseCredentials proven;
  private volatile long provenSequence;
  private long era;

  /**
   * Returns the place in the order of credentials that the source has just returned.
   *
   * @param obtained {@link #era()} from before the credentials were obtained
   */
  synchronized long observe(DatabaseCredentials credentials, long obtained) {
    if (obtained != era) {
      // They were forgotten meanwhile, and are not to be in a snapshot.
      return lastSequence;
    }
    if (proven != null && sameTarget(proven, credentials)) {
      return provenSequence;
    }
    if (last == null || !sameTarget(last, credentials)) {
      lastSequence = Math.max(lastSequence, provenSequence) + 1;
    }
    last = credentials;
    return lastSequence;
  }

  /** Returns a number that changes whenever the credentials are forgotten. */
  synchronized long era() {
    return era;
  }

  /**
   * Records that a login with these credentials worked.
   *
   * @param obtained {@link #era()} from before the credentials were obtained
   * @return true if they have replaced others that worked before
   */
  synchronized boolean proven(DatabaseCredentials credentials, long sequence, long obtained) {
    if (sequence < provenSequence || obtained != era) {
      return false;
    }
    boolean replaced = proven != null && !sameTarget(proven, credentials);
    proven = credentials;
    provenSequence = sequence;
    last = null;
    return replaced;
  }

  /** Returns the place in the order below which connections are outdated. */
  long provenSequence() {
    return provenSequence;
  }

  /** Returns the credentials that last worked. */
  synchronized Optional<DatabaseCredentials> current() {
    return Optional.ofNullable(proven);
  }

  /** Forgets the credentials, those of logins under way too, but not the order. */
  synchronized void forget() {
    era++;
    last = null;
    proven = null;
  }

  private static boolean sameTarget(DatabaseCredentials one, DatabaseCredentials other) {
    // Another password of the same version is no rotation: each token of IAM is another password,
    // and says nothing about the connections that former ones have opened.
    boolean sameVersion = one.version().isPresent() && one.version().equals(other.version());
    return one.username().equals(other.username())
        && (sameVersion || one.sameLogin(other))
        && one.host().equals(other.host())
        && one.port().equals(other.port())
        && one.database().equals(other.database());
  }
}
