package dev.thaw.secrets;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks several sources in their order, stays with the first that answers, and asks those before it
 * again from time to time. Thread-safe.
 */
final class FirstAvailable implements CredentialsSource {
  private static final Logger LOG = LoggerFactory.getLogger(FirstAvailable.class);
  // A source that is not there costs one caller up to a second each time.
  private static final Duration LONGEST_SECOND_LOOK = Duration.ofSeconds(1);

  private final List<CredentialsSource> sources;
  private final Choice choice;

  /** Asks the sources in the order given; the clock says when one is asked again. */
  FirstAvailable(List<CredentialsSource> sources, ElapsedClock clock, Jitter jitter) {
    this.sources = sources;
    this.choice = new Choice(sources, clock, jitter);
  }

  @Override
  public DatabaseCredentials credentials(Deadline deadline) throws SQLException {
    int era = choice.era();
    int current = choice.current();
    if (current > 0 && choice.mayLookAgain()) {
      Optional<DatabaseCredentials> preferred = preferred(current, deadline, era);
      if (preferred.isPresent()) {
        return preferred.get();
      }
    }
    List<SQLException> failures = new ArrayList<>();
    List<String> said = new ArrayList<>();
    for (int index : choice.order()) {
      CredentialsSource source = sources.get(index);
      boolean last = failures.size() == sources.size() - 1;
      try {
        DatabaseCredentials credentials = source.credentials(last ? deadline : half(deadline));
        choice.answered(index, credentials, said, era);
        return credentials;
      } catch (SQLException e) {
        requirePassable(e);
        failures.add(e);
        said.add(source + ": " + e.getMessage());
      }
    }
    throw combined("No source has credentials: " + String.join(" | ", said), failures);
  }

  /** Asks the sources before the one that is in use. */
  private Optional<DatabaseCredentials> preferred(int current, Deadline deadline, int era)
      throws SQLException {
    for (int index = 0; index < current; index++) {
      CredentialsSource source = sources.get(index);
      try {
        DatabaseCredentials credentials = source.credentials(secondLook(deadline));
        choice.answered(index, credentials, List.of(), era);
        return Optional.of(credentials);
      } catch (SQLException e) {
        requirePassable(e);
        LOG.debug("{} still has no credentials: {}", source, e.getMessage());
      }
    }
    return Optional.empty();
  }

  /**
   * Fails unless the failure means that there are no credentials, or that they cannot be had at the
   * moment. A caller that is denied a secret, or has one that is malformed, must hear of it: the
   * next source may hold an old password.
   */
  private static void requirePassable(SQLException failure) throws SQLException {
    boolean passable = failure instanceof SQLTransientException || SourceFailures.isNone(failure);
    if (!passable || Thread.currentThread().isInterrupted()) {
      throw failure;
    }
  }

  /** One source that does not answer must leave time to those after it. */
  private static Deadline half(Deadline deadline) {
    return Deadline.after(deadline.remaining().dividedBy(2));
  }

  private static Deadline secondLook(Deadline deadline) {
    Duration quarter = deadline.remaining().dividedBy(4);
    return Deadline.after(
        quarter.compareTo(LONGEST_SECOND_LOOK) < 0 ? quarter : LONGEST_SECOND_LOOK);
  }

  /** Of the kind that leaves most hope: one source that may answer later is enough. */
  private static SQLException combined(String message, List<SQLException> failures) {
    SQLException combined;
    if (failures.stream().allMatch(SourceFailures::isNone)) {
      combined = SourceFailures.none(message, failures.get(0));
    } else if (failures.stream().anyMatch(SQLTimeoutException.class::isInstance)) {
      combined = SourceFailures.timeout(message, failures.get(0));
    } else {
      combined = SourceFailures.passing(message, failures.get(0));
    }
    failures.stream().skip(1).forEach(combined::addSuppressed);
    return combined;
  }

  @Override
  public Optional<DatabaseCredentials> refused(DatabaseCredentials refused, Deadline deadline)
      throws SQLException {
    int era = choice.era();
    int index = choice.sourceOf(refused);
    if (index < 0) {
      return Optional.empty();
    }
    Optional<DatabaseCredentials> other =
        sources.get(index).refused(refused, index == 0 ? deadline : half(deadline));
    if (other.isPresent()) {
      choice.answered(index, other.get(), List.of(), era);
    } else if (index > 0 && choice.mayLookAgainAfterRefusal()) {
      // What was not to be had a moment ago may be the right one.
      other = preferred(index, deadline, era).filter(found -> !found.sameConnect(refused));
    }
    return other;
  }

  @Override
  public String refusalAdvice() {
    int current = choice.current();
    return current < 0
        ? CredentialsSource.super.refusalAdvice()
        : sources.get(current).refusalAdvice();
  }

  /** Returns whether any does: which one will answer is not known beforehand. */
  @Override
  public boolean needsVerifiedTls() {
    return sources.stream().anyMatch(CredentialsSource::needsVerifiedTls);
  }

  @Override
  public void invalidate() {
    choice.forget();
    sources.forEach(CredentialsSource::invalidate);
  }

  @Override
  public void close() {
    choice.forget();
    RuntimeException failure = null;
    for (CredentialsSource source : sources) {
      try {
        source.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public String toString() {
    return "FirstAvailable" + sources;
  }
}
