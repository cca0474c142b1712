package dev.thaw.internal.provider;

import dev.thaw.ConnectionListener;
import dev.thaw.SessionReset;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.internal.net.TlsSettings;
import dev.thaw.internal.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a provider was built with, checked by its builder.
 *
 * @param name the pool's name
 * @param source where credentials come from
 * @param server the server, and how it is connected to
 * @param pool the limits of the pool
 * @param listeners receive the events
 * @param clock the clocks that age and idleness are judged by
 */
public record ProviderSettings(
    String name,
    CredentialsSource source,
    Server server,
    Pool pool,
    List<ConnectionListener> listeners,
    Clock clock) {

  /**
   * The server, and how it is connected to.
   *
   * @param host the host for credentials that name none
   * @param port the port for credentials that name none
   * @param database the schema for credentials that name none
   * @param tls how TLS is used
   * @param giveBackWhenFull whether the server is asked how full it is
   */
  public record Server(
      @Nullable String host,
      int port,
      @Nullable String database,
      TlsSettings tls,
      boolean giveBackWhenFull) {}

  /**
   * The limits of the pool.
   *
   * @param maxSize the most connections
   * @param minIdle how many idle connections the idle timeout leaves open
   * @param acquireTimeout the bound of a get without a deadline
   * @param idleTimeout how long a surplus connection stays open unused; zero for no limit
   * @param maxLifetime how long a connection may be open; zero for no limit
   * @param use what holds for each use of a connection
   */
  public record Pool(
      int maxSize,
      int minIdle,
      Duration acquireTimeout,
      Duration idleTimeout,
      Duration maxLifetime,
      Use use) {}

  /**
   * What holds for each use of a connection.
   *
   * @param sessionReset when a session is reset for its next borrower
   * @param queryTimeout the query timeout of statements that have none of their own; zero for none
   * @param driverProperties the application's own properties of the driver
   */
  public record Use(
      SessionReset sessionReset, Duration queryTimeout, Map<String, String> driverProperties) {}
}
