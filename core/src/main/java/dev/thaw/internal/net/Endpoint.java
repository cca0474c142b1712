package dev.thaw.internal.net;

import static java.util.Objects.requireNonNull;

import dev.thaw.credentials.DatabaseCredentials;
import java.util.regex.Pattern;
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

  // Letters, digits, hyphens and dots for a name or an IPv4 address; colons, brackets and a zone
  // for an IPv6 one. RFC 1123 limits a name to 253 characters.
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_.:%\\[\\]-]{1,253}");
  // MySQL, "Schema Object Names": at most 64 characters, no U+0000, no trailing space.
  private static final Pattern DATABASE = Pattern.compile("[^\\x00-\\x1f]{0,64}(?<! )");

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one of them cannot be what it is called
   */
  public Endpoint {
    checkHost(host);
    checkPort(port);
    checkDatabase(database);
  }

  /** Rejects what is no host name or address, without repeating it. */
  public static String checkHost(String host) {
    if (!HOST.matcher(requireNonNull(host, "host")).matches()) {
      throw new IllegalArgumentException(
          "host is not a host name or an IP address (letters, digits, '.', '-', '_', ':')");
    }
    return host;
  }

  /** Rejects what is no TCP port. */
  public static int checkPort(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port is " + port + ", allowed are 1 to 65535");
    }
    return port;
  }

  /** Rejects what is no schema name, without repeating it. */
  public static String checkDatabase(String database) {
    if (!DATABASE.matcher(requireNonNull(database, "database")).matches()) {
      throw new IllegalArgumentException(
          "database is not a schema name (at most 64 characters, no control characters)");
    }
    return database;
  }

  /**
   * Returns the endpoint that credentials name, completed by defaults.
   *
   * @throws IllegalArgumentException if neither names a host
   */
  public static Endpoint of(
      DatabaseCredentials credentials,
      @Nullable String defaultHost,
      int defaultPort,
      @Nullable String defaultDatabase) {
    String host = credentials.host().orElse(defaultHost);
    if (host == null) {
      throw new IllegalArgumentException(
          "host is neither in the credentials nor set in the builder (DB_HOST)");
    }
    String database = credentials.database().orElse(defaultDatabase);
    return new Endpoint(
        host, credentials.port().orElse(defaultPort), database == null ? "" : database);
  }

  /** Returns {@code host:port/database}, an IPv6 address in brackets, for messages. */
  @Override
  public String toString() {
    boolean bare = host.indexOf(':') >= 0 && !host.startsWith("[");
    return (bare ? "[" + host + "]" : host)
        + ":"
        + port
        + (database.isEmpty() ? "" : "/" + database);
  }
}
