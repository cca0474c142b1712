package dev.thaw.internal.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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

  /**
   * Returns a query for what the server knows of the connection under this id, and of the one that
   * asks: the clients of the two, and the tags of the two.
   */
  String query() {
    return query(tagOf("t.ID") + ", " + tagOf("o.ID"));
  }

  private static String tagOf(String id) {
    return "(SELECT ATTR_VALUE FROM performance_schema.session_account_connect_attrs"
        + (" WHERE PROCESSLIST_ID = " + id + " AND ATTR_NAME = '" + ATTRIBUTE + "')");
  }

  /** Returns the same for a server that does not let the tags be asked for. */
  String queryClients() {
    return query("NULL, NULL");
  }

  private String query(String tags) {
    return "SELECT t.HOST, o.HOST, "
        + tags
        + " FROM information_schema.PROCESSLIST t JOIN information_schema.PROCESSLIST o"
        + (" ON o.ID = CONNECTION_ID() WHERE t.ID = " + id);
  }

  /**
   * Returns whether the connection that a server has under this id is this one.
   *
   * @param found what the server knows of it
   * @param asking what the server knows of the connection that asks, from the same client
   */
  boolean isOf(Known found, Known asking) {
    if (found.tag() != null || asking.tag() != null) {
      return tag.equals(found.tag());
    }
    // The address, too: a port and an id may come together again at another client.
    return found.client() != null
        && found.client().endsWith(":" + clientPort)
        && host(found.client()).equals(host(asking.client()));
  }

  /** Asks another connection's server, by one of this thread's queries, whether it is there. */
  boolean isFound(Connection asking, String query) throws SQLException {
    try (Statement statement = asking.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next()
          && isOf(
              new Known(rows.getString(1), rows.getString(3)),
              new Known(rows.getString(2), rows.getString(4)));
    }
  }

  private static String host(@Nullable String client) {
    return client == null ? "" : client.substring(0, client.lastIndexOf(':') + 1);
  }

  /**
   * What a server knows of a connection.
   *
   * @param client the address of its client, as the list of processes has it
   * @param tag its tag; {@code null} if it has none, or the server keeps no attributes, as without
   *     its performance schema
   */
  record Known(@Nullable String client, @Nullable String tag) {}
}
