package dev.thaw.internal.mysql;

import org.jspecify.annotations.Nullable;

/**
 * A connection as the server knows it.
 *
 * @param id the id in the server's greeting
 * @param clientPort the port of this side
 */
public record ServerThread(long id, int clientPort) {

  /**
   * Returns whether a connection that a server has under this id is this one.
   *
   * @param client the address of its client, as the server's list of processes has it; {@code null}
   *     if it has no such connection
   */
  boolean isOf(@Nullable String client) {
    return client != null && client.endsWith(":" + clientPort);
  }
}
