package dev.thaw.internal.mysql;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A connection as the server knows it.
 *
 * @param id the id in the server's greeting
 * @param clientPort the port of this side
 * @param tag the value of its connection attribute {@code thaw_connection}, which no other
 *     connection has
 */
public record ServerThread(long id, int clientPort, String tag) {
  // Names with an underscore in front are reserved: MySQL, "Performance Schema Connection Attribute
  // Tables".
  private static final String ATTRIBUTE = "thaw_connection";

  /** Returns a new tag. */
  static String newTag() {
    return UUID.randomUUID().toString();
  }

  /** Returns the driver's {@code connectionAttributes} for a connection with a tag. */
  static String attributes(String tag) {
    return ATTRIBUTE + ":" + tag;
  }

  /** Returns a query for client and tag of the connection that a server has under this id. */
  String query() {
    return "SELECT HOST, (SELECT ATTR_VALUE FROM performance_schema.session_account_connect_attrs"
        + (" WHERE PROCESSLIST_ID = " + id + " AND ATTR_NAME = '" + ATTRIBUTE + "')")
        + (" FROM information_schema.PROCESSLIST WHERE ID = " + id);
  }

  /** Returns a query for the client alone, for a server that does not let the other be asked. */
  String queryClient() {
    return "SELECT HOST, NULL FROM information_schema.PROCESSLIST WHERE ID = " + id;
  }

  /**
   * Returns whether the connection that a server has under this id is this one.
   *
   * @param client the address of its client, as the server's list of processes has it; {@code null}
   *     if that has none
   * @param found its tag; {@code null} if it has none, or the server keeps no attributes, as
   *     without its performance schema
   */
  boolean isOf(@Nullable String client, @Nullable String found) {
    return found == null ? client != null && client.endsWith(":" + clientPort) : found.equals(tag);
  }
}
