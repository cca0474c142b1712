package dev.thaw.internal.net;

import dev.thaw.Deadline;
import dev.thaw.internal.util.ServerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The one rule for what is this machine: it is called so, and all addresses that a connection may
 * go to are those of the loopback interface. The name alone may be mapped to another machine, and
 * the addresses alone may be what a forged answer of DNS says of any name.
 */
public final class Loopback {
  private Loopback() {}

  /**
   * Returns whether a host is called this machine: {@code localhost}, or an address of the loopback
   * interface. Asks no name server. The names below {@code localhost} are not among them, since
   * resolvers ask DNS for those, against RFC 6761.
   *
   * @param host a name or an address, an IPv6 one with or without brackets
   */
  public static boolean isName(String host) {
    String name = ServerAddress.withoutRoot(host);
    if (!Resolver.isAddress(name)) {
      return name.equalsIgnoreCase("localhost");
    }
    try {
      return Resolver.resolve(name, Deadline.after(Duration.ZERO))[0].isLoopbackAddress();
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns whether an address is there, and is of the loopback interface. */
  public static boolean is(@Nullable InetAddress address) {
    return address != null && address.isLoopbackAddress();
  }

  /** Returns whether there are addresses, and all are of the loopback interface. */
  public static boolean isAll(InetAddress... addresses) {
    for (InetAddress address : addresses) {
      if (!is(address)) {
        return false;
      }
    }
    return addresses.length > 0;
  }
}
