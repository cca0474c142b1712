package dev.thaw.internal.provider;

import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.net.Endpoint;

/**
 * Where a login goes.
 *
 * @param endpoint the server and the schema
 * @param credentials what it presents
 */
record LoginTarget(Endpoint endpoint, DatabaseCredentials credentials) {
  /** Returns whether another one leads to the same server and schema, as the same user. */
  boolean leadsWhere(LoginTarget other) {
    return endpoint.equals(other.endpoint)
        && credentials.username().equals(other.credentials.username());
  }

  /** Returns whether another one logs in at the same server with the same credentials. */
  boolean isSame(LoginTarget other) {
    return leadsWhere(other) && credentials.sameConnect(other.credentials);
  }
}
