package dev.thaw.internal.provider;

import static dev.thaw.internal.settings.BuilderSettings.DATABASE;
import static dev.thaw.internal.settings.BuilderSettings.HOST;
import static dev.thaw.internal.settings.BuilderSettings.MAX_STALE;
import static dev.thaw.internal.settings.BuilderSettings.PORT;
import static java.util.Objects.requireNonNull;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.net.Endpoint;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Asks the source of the credentials for one get, on its thread, and refuses what the provider does
 * not allow. Each failure is ready for the application.
 */
final class CredentialsRequests {
  private final CredentialsSource source;
  private final ProviderSettings settings;
  private final Failures failures;
  private final Deadline deadline;

  CredentialsRequests(ProviderSettings settings, Failures failures, Deadline deadline) {
    this.source = settings.source();
    this.settings = settings;
    this.failures = failures;
    this.deadline = deadline;
  }

  /** Returns what to check after a refused login. */
  String advice() throws SQLException {
    try {
      return requireNonNull(source.refusalAdvice(), "the source returned null for an advice");
    } catch (Exception e) {
      throw failed(e);
    }
  }

  /** Returns what to throw for what a source has thrown; one in Kotlin may throw any exception. */
  private SQLException failed(Exception e) {
    return e instanceof SQLException known ? known : failures.source(e);
  }

  /** Returns the credentials to log in with. */
  DatabaseCredentials obtain() throws SQLException {
    DatabaseCredentials obtained;
    try {
      obtained = source.credentials(deadline);
    } catch (Exception e) {
      throw failed(e);
    }
    if (obtained == null) {
      throw failures.credentials("the source returned null", null);
    }
    requireFresh(obtained);
    return obtained;
  }

  /** Refuses what is staler than this provider allows; the source may have another limit. */
  private void requireFresh(DatabaseCredentials credentials) throws SQLException {
    Duration most = settings.find(MAX_STALE);
    Instant since = credentials.staleSince().orElse(null);
    if (most == null || since == null) {
      return;
    }
    Duration stale = Duration.between(since, settings.clock().wall().instant());
    if (stale.compareTo(most) > 0) {
      throw failures.credentials(
          "they have been stale for "
              + stale.toSeconds()
              + " s, allowed are "
              + most.toSeconds()
              + " s (maxStale, DB_MAX_STALE); their source cannot get newer ones",
          null);
    }
  }

  /** Returns other credentials than refused ones, if the source has any. */
  Optional<DatabaseCredentials> other(DatabaseCredentials refused) throws SQLException {
    Optional<DatabaseCredentials> others;
    try {
      others = source.refused(refused, deadline);
    } catch (Exception e) {
      throw failed(e);
    }
    if (others == null) {
      throw failures.credentials("the source returned null for refused credentials", null);
    }
    if (others.isPresent()) {
      requireFresh(others.get());
    }
    return others;
  }

  /** Returns where these credentials lead. */
  Endpoint endpoint(DatabaseCredentials credentials) throws SQLException {
    Endpoint endpoint =
        Endpoint.of(credentials, settings.find(HOST), settings.get(PORT), settings.find(DATABASE));
    if (endpoint == null) {
      throw failures.credentials(
          "host is neither in the credentials nor set in the builder (DB_HOST)", null);
    }
    return endpoint;
  }
}
