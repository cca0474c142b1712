package dev.thaw.secrets;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks several sources in their order and stays with the first that answers. */
final class FirstAvailable implements CredentialsSource {
  private static final Logger LOG = LoggerFactory.getLogger(FirstAvailable.class);

  private final List<CredentialsSource> sources;
  private volatile @Nullable CredentialsSource chosen;

  FirstAvailable(List<CredentialsSource> sources) {
    this.sources = sources;
  }

  @Override
  public DatabaseCredentials credentials(Deadline deadline) throws SQLException {
    CredentialsSource current = chosen;
    if (current != null) {
      try {
        return current.credentials(deadline);
      } catch (SQLNonTransientConnectionException e) {
        LOG.debug("{} has no credentials any more: {}", current, e.getMessage());
      }
    }
    List<SQLException> failures = new ArrayList<>();
    List<String> said = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      CredentialsSource source = sources.get(i);
      boolean last = i == sources.size() - 1;
      try {
        DatabaseCredentials credentials = source.credentials(last ? deadline : half(deadline));
        chosen = source;
        return credentials;
      } catch (SQLException e) {
        failures.add(e);
        said.add(source + ": " + e.getMessage());
      }
    }
    throw combined("No source has credentials: " + String.join(" | ", said), failures);
  }

  /** One source that does not answer must leave time to those after it. */
  private static Deadline half(Deadline deadline) {
    return Deadline.after(deadline.remaining().dividedBy(2));
  }

  /** Of the kind that leaves most hope: one source that may answer later is enough. */
  private static SQLException combined(String message, List<SQLException> failures) {
    SQLException combined;
    if (failures.stream().allMatch(SQLNonTransientConnectionException.class::isInstance)) {
      combined = SourceFailures.lasting(message, failures.get(0));
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
    CredentialsSource current = chosen;
    return current == null ? Optional.empty() : current.refused(refused, deadline);
  }

  @Override
  public void invalidate() {
    chosen = null;
    sources.forEach(CredentialsSource::invalidate);
  }

  @Override
  public void close() {
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
