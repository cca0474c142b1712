package dev.thaw.secrets;

import dev.thaw.credentials.DatabaseCredentials;
import java.time.Instant;

/**
 * Credentials with what their source needs to know about their age.
 *
 * @param credentials what was fetched
 * @param order which fetch it came from: the greater, the later it was begun
 * @param fetchedAt when that fetch was begun, on the source's {@link ElapsedClock}
 */
record HeldSecret(DatabaseCredentials credentials, long order, long fetchedAt) {

  boolean sameConnect(DatabaseCredentials other) {
    return credentials.sameConnect(other);
  }

  /** Returns the credentials, marked as out of date since a time. */
  DatabaseCredentials staleSince(Instant since) {
    DatabaseCredentials.Builder copy =
        DatabaseCredentials.builder(credentials.username(), credentials.password())
            .staleSince(since);
    credentials.host().ifPresent(copy::host);
    credentials.port().ifPresent(copy::port);
    credentials.database().ifPresent(copy::database);
    credentials.version().ifPresent(copy::version);
    credentials.retrievedAt().ifPresent(copy::retrievedAt);
    return copy.build();
  }

  /** Returns the version, for a log line. */
  String version() {
    return credentials.version().orElse("unknown");
  }

  @Override
  public String toString() {
    return "HeldSecret[" + credentials + ", order=" + order + "]";
  }
}
