package dev.thaw.internal.mysql;

/**
 * A connection as the server knows it.
 *
 * @param host the name that the server has for its host
 * @param id the connection's id there
 * @param connectedNanos when it was connected, on the monotonic clock of this JVM
 */
public record ServerThread(String host, long id, long connectedNanos) {

  /**
   * Returns whether both are connections of one run of one server. Its ids grow, so after a restart
   * a later connection has a lower one, and a KILL could hit a connection of another client.
   */
  boolean isAtServerOf(ServerThread other) {
    return host.equals(other.host)
        && Long.signum(id - other.id) == Long.signum(connectedNanos - other.connectedNanos);
  }
}
