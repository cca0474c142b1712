package dev.thaw.secrets;

import java.util.regex.Pattern;

/**
 * What a host, a port and a database name may look like.
 *
 * <p>These values come from outside and end up in what describes a connection, so they are held to
 * characters that mean nothing in a JDBC URL: no {@code / ? & = # @ ( )}, no quotes, no spaces.
 */
final class Allowed {
  static final String HOST =
      "a host name of letters, digits, '.', '-' and '_', or an IPv4 or IPv6 address";
  static final String PORT = "1 to 65535";
  static final String DATABASE = "up to 64 letters, digits, '_', '-', '.' and '$'";

  // A name has at most 253 characters (RFC 1035, section 2.3.4). '_' is no host name by RFC 952
  // but is common in Docker Compose service names.
  private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,252})");
  // Two colons at least, or a name with a port (db:3306, of which "db" is hexadecimal) would pass.
  private static final Pattern IPV6 =
      Pattern.compile("[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9_.-]+)?");
  // MySQL allows 64 characters: "Identifier Length Limits" in its reference manual.
  private static final Pattern DATABASE_NAME = Pattern.compile("[\\p{L}\\p{N}_$.-]{1,64}");
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,5}");
  private static final int MAX_PORT = 65_535;

  private Allowed() {}

  static boolean isHost(String value) {
    return HOST_NAME.matcher(value).matches()
        || (value.length() <= 100 && IPV6.matcher(value).matches());
  }

  /** Returns whether a text is the decimal number of a TCP port. */
  static boolean isPort(String value) {
    if (!DIGITS.matcher(value).matches()) {
      return false;
    }
    int port = Integer.parseInt(value);
    return port >= 1 && port <= MAX_PORT;
  }

  static boolean isDatabase(String value) {
    return DATABASE_NAME.matcher(value).matches();
  }
}
