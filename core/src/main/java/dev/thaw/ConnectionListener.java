package dev.thaw;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Is told what a connection provider does; every method does nothing by default.
 *
 * <p>Called on the thread that the event happens on, so an implementation should return soon; what
 * it throws is logged and otherwise ignored. The first argument is always the pool's name. The same
 * facts are Java Flight Recorder events, named {@code dev.thaw.*}. Implementations must be safe for
 * use by several threads.
 */
public interface ConnectionListener {

  /**
   * A connection was opened.
   *
   * @param pool the pool's name
   * @param server host, port and schema
   * @param took how long it took, obtaining the credentials included
   */
  default void connected(String pool, String server, Duration took) {}

  /**
   * A connection was given out that had been open before.
   *
   * @param pool the pool's name
   */
  default void reused(String pool) {}

  /**
   * A connection was closed instead of being kept.
   *
   * @param pool the pool's name
   * @param reason why
   */
  default void retired(String pool, RetireReason reason) {}

  /**
   * Credentials other than those before have worked.
   *
   * @param pool the pool's name
   * @param version the new version, if the source names one
   */
  default void credentialsRefreshed(String pool, Optional<String> version) {}

  /**
   * The server refused a login.
   *
   * @param pool the pool's name
   * @param version the version of the credentials, if the source names one
   */
  default void loginRefused(String pool, Optional<String> version) {}

  /**
   * A login used credentials beyond their time to live, because a refresh failed.
   *
   * @param pool the pool's name
   * @param since when their time to live ended
   */
  default void staleCredentialsServed(String pool, Instant since) {}

  /**
   * A call for a connection ended because its time was over.
   *
   * @param pool the pool's name
   * @param waited how long the call had taken
   */
  default void deadlineMissed(String pool, Duration waited) {}

  /**
   * A snapshot is about to be taken: every connection is closed and every secret forgotten.
   *
   * @param pool the pool's name
   */
  default void checkpoint(String pool) {}

  /**
   * The process was restored from a snapshot.
   *
   * @param pool the pool's name
   */
  default void restored(String pool) {}
}
