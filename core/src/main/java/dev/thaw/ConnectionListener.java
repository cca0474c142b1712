package dev.thaw;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Receives the events of a connection provider; every method does nothing by default.
 *
 * <p>A method is called on the thread on which the event occurs, so it should return quickly. An
 * exception or error from it is logged and ignored. The first argument is always the pool's name.
 * The same events are recorded by Java Flight Recorder, under the names {@code dev.thaw.*}.
 * Implementations must be thread-safe.
 */
public interface ConnectionListener {

  /**
   * A provider was built.
   *
   * @param pool the pool's name
   * @param stats returns the provider's present statistics; does no I/O
   */
  default void started(String pool, Supplier<ProviderStats> stats) {}

  /**
   * A provider was closed.
   *
   * @param pool the pool's name
   */
  default void stopped(String pool) {}

  /**
   * A call for a connection returned one.
   *
   * @param pool the pool's name
   * @param waited the duration of the call
   */
  default void acquired(String pool, Duration waited) {}

  /**
   * A connection was given back.
   *
   * @param pool the pool's name
   * @param used the time since it was lent out
   */
  default void returned(String pool, Duration used) {}

  /**
   * A connection was opened.
   *
   * @param pool the pool's name
   * @param server host, port and schema
   * @param took the time that it took, including the fetch of the credentials
   */
  default void connected(String pool, String server, Duration took) {}

  /**
   * An open connection was lent out again.
   *
   * @param pool the pool's name
   */
  default void reused(String pool) {}

  /**
   * A connection was closed instead of being kept for reuse.
   *
   * @param pool the pool's name
   * @param reason the reason for closing it
   */
  default void retired(String pool, RetireReason reason) {}

  /**
   * A login with new credentials succeeded.
   *
   * @param pool the pool's name
   * @param version the version of the new credentials, if the source names one
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
   * A login used credentials that are past their time to live, because a refresh failed.
   *
   * @param pool the pool's name
   * @param since the end of their time to live
   */
  default void staleCredentialsServed(String pool, Instant since) {}

  /**
   * A call for a connection failed because its deadline passed, or a connection was given back
   * whose use the deadline has ended: a query was cut off, or came too late to be sent. Told once
   * for each use, before {@link #retired} and {@link #returned}. A query timeout and a network
   * timeout are no deadlines.
   *
   * @param pool the pool's name
   * @param waited the duration of the call; for a use, the time since the connection was lent out
   * @param phases the time spent in each phase that was entered, by its name as in messages: {@code
   *     pool}, {@code credentials}, {@code driver}, {@code DNS}, {@code TCP}, {@code TLS}, {@code
   *     login}, {@code validation}, {@code back-off}; for a use, {@code use} alone; together no
   *     longer than the call
   */
  default void deadlineMissed(String pool, Duration waited, Map<String, Duration> phases) {}

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
