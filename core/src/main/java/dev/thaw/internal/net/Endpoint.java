package dev.thaw.internal.net;

import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.util.FlawException;
import dev.thaw.internal.util.ServerAddress;
import org.jspecify.annotations.Nullable;

/**
 * A database server's address and the default schema, checked.
 *
 * @param host a host name or address
 * @param port a TCP port
 * @param database the default schema, or empty for none
 */
public record Endpoint(String host, int port, String database) {
  /** MySQL's registered port. */
  public static final int DEFAULT_PORT = 3306;

  /**
   * Checks the values.
   *
   * @throws FlawException if one of them cannot be what it is called
   */
  public Endpoint {
    host = ServerAddress.host(host);
    ServerAddress.port(port);
    database = ServerAddress.schema(database);
  }

  /** Returns the endpoint that credentials name, completed by defaults; {@code null} if no host. */
  public static @Nullable Endpoint of(
      DatabaseCredentials credentials,
      @Nullable String defaultHost,
      int defaultPort,
      @Nullable String defaultDatabase) {
    String host = credentials.host().orElse(defaultHost);
    if (host == null) {
      return null;
    }
    String database = credentials.database().orElse(defaultDatabase);
    return new Endpoint(
        host, credentials.port().orElse(defaultPort), database == null ? "" : database);
  }

  /** Returns {@code host:port/database}, an IPv6 address in brackets, for messages. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
        + ":"
        + port
        + (database.isEmpty() ? "" : "/" + database);
  }
}
