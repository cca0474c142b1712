package dev.thaw.internal.util;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * What a server's host, its port and a schema may look like, wherever they are set: in a builder, a
 * variable or a secret.
 *
 * <p>Each value is taken without the white space around it ({@link #trimmed}), a host without the
 * brackets of an IPv6 address. Characters that mean something in a URL or in JSON are in none of
 * them.
 */
public final class ServerAddress {
  private static final String HOST =
      "a host name of letters, digits, '.', '-' and '_', or an IPv4 or IPv6 address";
  private static final String SCHEMA =
      "up to 64 letters, digits, spaces and '_', '$', '.', '-', '+'";
  private static final String PORT = "1 to 65535";

  // RFC 1035, section 2.3.4. '_' is in no host name by RFC 952, but common in Docker Compose.
  private static final int LONGEST_HOST = 253;
  private static final int LONGEST_LABEL = 63;
  // "Identifier Length Limits" in MySQL's reference manual.
  private static final int LONGEST_SCHEMA = 64;
  private static final int LARGEST_PORT = 65_535;

  private ServerAddress() {}

  /** Returns a value without white space, byte order marks and line ends around it. */
  public static String trimmed(String value) {
    int start = 0;
    int end = value.length();
    while (start < end && isBlank(value.charAt(start))) {
      start++;
    }
    while (start < end && isBlank(value.charAt(end - 1))) {
      end--;
    }
    return value.substring(start, end);
  }

  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || c == '\uFEFF' || c == '\u00A0' || c == '\u200B';
  }

  /**
   * Returns the host that was meant.
   *
   * @throws FlawException if there can be no such host
   */
  public static String host(String value) {
    String host = bareHost(requireNonNull(value, "host"));
    Flaw flaw = hostFlaw(host, "host", "port");
    if (flaw != null) {
      throw flaw.exception("host", host);
    }
    return host;
  }

  /** Returns a host without white space and brackets. */
  public static String bareHost(String value) {
    String host = trimmed(value);
    return host.startsWith("[") && host.indexOf(']') == host.length() - 1
        ? host.substring(1, host.length() - 1)
        : host;
  }

  /**
   * Returns what is wrong with a host, or {@code null}.
   *
   * @param host as {@link #bareHost} returns it
   * @param name what sets the host, for the message
   * @param port what sets the port
   */
  public static @Nullable Flaw hostFlaw(String host, String name, String port) {
    if (host.contains("://")) {
      return Flaw.because("is a URL, of which " + name + " takes the host alone", HOST);
    }
    int colon = host.lastIndexOf(':');
    if (colon >= 0 && (host.indexOf(':') == colon || host.charAt(colon - 1) == ']')) {
      return isPort(host.substring(colon + 1))
          ? Flaw.because("holds a port, too: set " + port + " to that", HOST)
          : Flaw.at(colon, HOST);
    }
    if (colon >= 0) {
      return isIpv6(host) ? null : Flaw.because("is no IPv6 address", HOST);
    }
    return host.isEmpty() ? Flaw.of(HOST) : nameFlaw(host);
  }

  private static @Nullable Flaw nameFlaw(String host) {
    int label = 0;
    for (int i = 0; i <= host.length(); i++) {
      char c = i == host.length() ? '.' : host.charAt(i);
      if (!Shown.isLetterOrDigit(c) && "._-".indexOf(c) < 0) {
        return Flaw.at(i, HOST);
      }
      if (c == '.') {
        // One dot at the end keeps the resolver from appending its search domains.
        boolean end = i == host.length() && i > 0;
        if (i - label > LONGEST_LABEL || (i == label && !end)) {
          return Flaw.because("has a part that is empty or longer than 63 characters", HOST);
        }
        label = i + 1;
      }
    }
    if (host.charAt(0) == '-') {
      return Flaw.because("begins with '-'", HOST);
    }
    if (host.length() > LONGEST_HOST) {
      return Flaw.because("has more than 253 characters", HOST);
    }
    return endsInNumber(withoutRoot(host)) && !isIpv4(host)
        ? Flaw.because("is no IPv4 address", HOST)
        : null;
  }

  /**
   * Returns a name without the dot that stands for DNS's root, which only resolvers know: no
   * certificate has it, and no service expects it in what is signed.
   */
  public static String withoutRoot(String host) {
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  /** No top-level domain is a number: what ends in one is an address, for the JDK too. */
  private static boolean endsInNumber(String host) {
    return Shown.isDigit(host.charAt(host.lastIndexOf('.') + 1));
  }

  /** As the JDK reads it: with fewer numbers than four the last stands for the rest. */
  private static boolean isIpv4(String host) {
    String[] parts = host.split("\\.", -1);
    if (parts.length > 4) {
      return false;
    }
    for (int i = 0; i < parts.length; i++) {
      long largest = i < parts.length - 1 ? 255 : (1L << (8 * (5 - parts.length))) - 1;
      if (!isNumber(parts[i], largest)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNumber(String text, long largest) {
    if (text.isEmpty() || text.length() > 10) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!Shown.isDigit(text.charAt(i))) {
        return false;
      }
    }
    return Long.parseLong(text) <= largest;
  }

  private static boolean isIpv6(String host) {
    int zone = host.indexOf('%');
    for (int i = zone + 1; zone >= 0 && i < host.length(); i++) {
      char c = host.charAt(i);
      if (!Shown.isLetterOrDigit(c) && "._-".indexOf(c) < 0) {
        return false;
      }
    }
    if (zone == host.length() - 1) {
      return false;
    }
    try {
      // In brackets the JDK takes nothing but an address, and looks up no name. Without the zone,
      // which would have to be an interface of this machine.
      InetAddress.getByName("[" + (zone < 0 ? host : host.substring(0, zone)) + "]");
      return true;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * Returns the port that was given.
   *
   * @throws FlawException if it is no TCP port
   */
  public static int port(int value) {
    if (value < 1 || value > LARGEST_PORT) {
      throw new FlawException("port is " + value + ", allowed are " + PORT);
    }
    return value;
  }

  /** Returns what is wrong with the decimal number of a TCP port, or {@code null}. */
  public static @Nullable Flaw portFlaw(String value) {
    return isPort(value) ? null : Flaw.of(PORT);
  }

  private static boolean isPort(String value) {
    return value.length() <= 5 && isNumber(value, LARGEST_PORT) && Integer.parseInt(value) > 0;
  }

  /**
   * Returns the schema that was meant; empty for none.
   *
   * @throws FlawException if there can be no such schema
   */
  public static String schema(String value) {
    String schema = trimmed(requireNonNull(value, "database"));
    Flaw flaw = schemaFlaw(schema);
    if (flaw != null) {
      throw flaw.exception("database", schema);
    }
    return schema;
  }

  /** Returns what is wrong with a schema, as {@link #trimmed} returns it, or {@code null}. */
  public static @Nullable Flaw schemaFlaw(String schema) {
    for (int i = 0; i < schema.length(); i++) {
      char c = schema.charAt(i);
      boolean mark = Character.getType(c) == Character.NON_SPACING_MARK;
      if (!Character.isLetterOrDigit(c) && !mark && " _$.-+".indexOf(c) < 0) {
        return Flaw.at(i, SCHEMA);
      }
    }
    return schema.length() > LONGEST_SCHEMA
        ? Flaw.because("has more than 64 characters", SCHEMA)
        : null;
  }
}
