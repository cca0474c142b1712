package dev.thaw.testing.internal.server;

import java.util.Optional;

/** One of the places that a database server for tests can come from. */
interface ServerSource {

  /** Returns which kind of server this is. */
  ServerKind kind();

  /**
   * Finds out, quickly and silently, whether a server can be had from here.
   *
   * @param options what it is to be started with
   * @return what stands against it, or empty
   */
  Optional<Obstacle> obstacle(ServerOptions options);

  /**
   * Starts the server, or logs in to the one that runs.
   *
   * @throws IllegalStateException if that fails; the message says why and what to do
   */
  RunningServer start(ServerOptions options);

  /**
   * What stands against a server.
   *
   * @param reason what it is, as the part of a sentence
   * @param cure what to do about it, as a sentence
   * @param absolute whether trying is in vain; otherwise it is only not worth it while there are
   *     other servers
   */
  record Obstacle(String reason, String cure, boolean absolute) {}
}
