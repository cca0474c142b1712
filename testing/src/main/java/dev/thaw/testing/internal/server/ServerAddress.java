package dev.thaw.testing.internal.server;

import dev.thaw.credentials.DatabaseCredentials;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Host and port of a server.
 *
 * @param host a host name, an IPv4 address, or an IPv6 address without brackets
 * @param port the TCP port
 */
record ServerAddress(String host, int port) {
  // The driver's URL gives a meaning to , ( ) @ / ? and more; none of them is part of a host.
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+");
  private static final Pattern SCHEMA = Pattern.compile("[A-Za-z0-9_]+");

  ServerAddress {
    if (!HOST.matcher(host).matches()) {
      throw new IllegalArgumentException(
          "host is \"" + host + "\", allowed are a host name and an IP address");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port is " + port + ", allowed are 1 to 65535");
    }
  }

  Connection connect(DatabaseCredentials user, @Nullable String schema, Properties driverProperties)
      throws SQLException {
    if (schema != null && !SCHEMA.matcher(schema).matches()) {
      throw new IllegalArgumentException(
          "schema is \"" + schema + "\", allowed are letters, digits and underscores");
    }
    Properties properties = new Properties();
    properties.putAll(driverProperties);
    properties.setProperty("user", user.username());
    properties.setProperty("password", user.password());
    String url = "jdbc:mysql://" + this + "/" + (schema == null ? "" : schema);
    return DriverManager.getConnection(url, properties);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
