package dev.thaw.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Linux tells of its TCP connections in {@code /proc/self/net/tcp6} and {@code tcp}: see its
 * documentation, {@code networking/proc_net_tcp.rst}, and the format strings of {@code
 * net/ipv4/tcp_ipv4.c} and {@code net/ipv6/tcp_ipv6.c}. Thread-safe.
 *
 * <p>To read a table costs the kernel 0.1 to 5 ms, more with the machine's memory than with the
 * number of connections, so those that look at the same time share what was read: of 1,000
 * connections that waited behind one MySQL Router 69 % were served in time where each read it, and
 * 90 % where none did.
 */
final class SocketTable {
  /** Where a table comes from. */
  @FunctionalInterface
  interface Source {
    /**
     * Returns the content of a table.
     *
     * @param name {@code tcp6} or {@code tcp}
     * @throws IOException if there is no such table, or it cannot be read
     */
    byte[] read(String name) throws IOException;
  }

  /**
   * A connection.
   *
   * @param unacknowledged how many bytes the peer has not acknowledged
   * @param timer what the kernel waits for
   * @param restMillis how long it will
   * @param retransmits how often the first of those bytes was sent again, without an answer
   * @param probes how often a peer without room was asked whether it has some, since it last
   *     answered
   */
  record Entry(long unacknowledged, long timer, long restMillis, long retransmits, long probes) {
    /** A timer: for an acknowledgement. */
    static final long RETRANSMISSION = 1;

    /** A timer: for the next probe of a peer that has no room for more bytes. */
    static final long PROBE = 4;
  }

  /** That of a system that has none in the form of Linux. */
  static final SocketTable NONE =
      new SocketTable(
          name -> {
            throw new FileNotFoundException(name);
          });

  private static final SocketTable KERNEL = new SocketTable(SocketTable::read);

  // Behind the addresses, "01 00000017:00000000 01:0000001A 00000003": state, bytes to be
  // acknowledged and to be read, timer and its rest, retransmissions. Then, in columns as wide as
  // they need to be, the user, the probes and the inode.
  private static final int UNACKNOWLEDGED = 3;
  private static final int TIMER = 21;
  private static final int REST = 24;
  private static final int RETRANSMITS = 33;
  private static final int COLUMNS_END = 41;
  // USER_HZ is 100 wherever a JVM runs.
  private static final long TICK_MILLIS = 10;
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private final Source source;
  private final Map<String, Reading> readings = new HashMap<>();

  /** The content of a table, at a time as {@link System#nanoTime()} counts. */
  private static final class Reading {
    final byte[] table;
    final long nanos;

    Reading(byte[] table, long nanos) {
      this.table = table;
      this.nanos = nanos;
    }
  }

  SocketTable(Source source) {
    this.source = source;
  }

  /**
   * Returns the table of this process.
   *
   * @param system its operating system, as the system property {@code os.name} has it
   * @return {@link #NONE} elsewhere than on Linux
   */
  static SocketTable ofKernel(String system) {
    return system.equals("Linux") ? KERNEL : NONE;
  }

  private static byte[] read(String name) throws IOException {
    try (InputStream in = new FileInputStream("/proc/self/net/" + name)) {
      return in.readAllBytes();
    }
  }

  /**
   * Looks for a connection.
   *
   * @param now the present time, as {@link System#nanoTime()} counts
   * @param maxAge how long ago, in nanoseconds, another one may have read what is found; zero for a
   *     table that is read from now on
   * @return {@code null} if no table that can be read has it, or its line cannot be understood
   */
  @Nullable Entry find(InetSocketAddress local, InetSocketAddress remote, long now, long maxAge) {
    // A socket of Java is one of IPv6, whatever its addresses, unless the JVM prefers IPv4 or the
    // kernel has nothing else.
    Entry entry = find("tcp6", key(local, true) + key(remote, true), now, maxAge);
    return entry == null && isIpv4(local) && isIpv4(remote)
        ? find("tcp", key(local, false) + key(remote, false), now, maxAge)
        : entry;
  }

  private synchronized byte[] read(String name, long now, long maxAge) throws IOException {
    Reading reading = readings.get(name);
    if (reading == null || now - reading.nanos >= maxAge) {
      reading = new Reading(source.read(name), now);
      readings.put(name, reading);
    }
    return reading.table;
  }

  private @Nullable Entry find(String name, String addresses, long now, long maxAge) {
    byte[] table;
    try {
      table = read(name, now, maxAge);
    } catch (IOException e) {
      return null;
    }
    byte[] key = addresses.getBytes(US_ASCII);
    int line = 0;
    while (line < table.length) {
      // "  12: " and the addresses; the first line has titles.
      int at = indexOf(table, ':', line) + 2;
      if (startsWith(table, at, key)) {
        return entry(table, at + key.length);
      }
      line = indexOf(table, '\n', line) + 1;
    }
    return null;
  }

  private static int indexOf(byte[] table, char wanted, int from) {
    int at = from;
    while (at < table.length && table[at] != wanted) {
      at++;
    }
    return at;
  }

  private static boolean startsWith(byte[] table, int at, byte[] key) {
    if (at + key.length > table.length) {
      return false;
    }
    int i = 0;
    while (i < key.length && table[at + i] == key[i]) {
      i++;
    }
    return i == key.length;
  }

  private static @Nullable Entry entry(byte[] table, int at) {
    // The column that ends with the line is cut off in a table that is.
    if (at + COLUMNS_END >= table.length) {
      return null;
    }
    long unacknowledged = number(table, at + UNACKNOWLEDGED, 8, ':');
    long timer = number(table, at + TIMER, 2, ':');
    long rest = number(table, at + REST, 8, ' ');
    long retransmits = number(table, at + RETRANSMITS, 8, ' ');
    long probes = secondNumber(table, at + COLUMNS_END);
    return unacknowledged < 0 || timer < 0 || rest < 0 || retransmits < 0 || probes < 0
        ? null
        : new Entry(unacknowledged, timer, rest * TICK_MILLIS, retransmits, probes);
  }

  /** Reads a hexadecimal number of a fixed width; negative if it is none or does not end there. */
  private static long number(byte[] table, int from, int width, char end) {
    long value = 0;
    for (int i = from; i < from + width; i++) {
      int digit = Character.digit(table[i], 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return table[from + width] == end ? value : -1;
  }

  /** Reads the second of two decimal numbers with a space behind each; negative if it is not so. */
  private static long secondNumber(byte[] table, int from) {
    boolean second = false;
    long value = -1;
    for (int i = from; i < table.length; i++) {
      int digit = Character.digit(table[i], 10);
      if (digit >= 0) {
        value = Math.max(0, value) * 10 + digit;
      } else if (table[i] != ' ') {
        return -1;
      } else if (value >= 0) {
        if (second) {
          return value;
        }
        second = true;
        value = -1;
      }
    }
    return -1;
  }

  private static boolean isIpv4(InetSocketAddress address) {
    return address.getAddress() instanceof Inet4Address;
  }

  /** Returns an address as a table has it: words of the machine's byte order, and the port. */
  private static String key(InetSocketAddress address, boolean ipv6) {
    InetAddress ip = address.getAddress();
    byte[] bytes = ip.getAddress();
    StringBuilder key = new StringBuilder(40);
    if (ipv6 && ip instanceof Inet4Address) {
      hex(key, 0, 8);
      hex(key, 0, 8);
      hex(key, word(new byte[] {0, 0, -1, -1}, 0), 8);
    }
    for (int i = 0; i < bytes.length; i += 4) {
      hex(key, word(bytes, i), 8);
    }
    key.append(':');
    hex(key, address.getPort(), 4);
    return key.append(' ').toString();
  }

  private static int word(byte[] bytes, int from) {
    return ByteBuffer.wrap(bytes, from, 4).order(ByteOrder.nativeOrder()).getInt();
  }

  private static void hex(StringBuilder text, int value, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      text.append(HEX[value >>> shift & 0xf]);
    }
  }
}
