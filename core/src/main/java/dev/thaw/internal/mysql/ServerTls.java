package dev.thaw.internal.mysql;

import dev.thaw.Deadline;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.Phases;
import dev.thaw.internal.net.Resolver;
import dev.thaw.internal.net.TlsMode;
import dev.thaw.internal.net.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * How TLS is used with one server, and where a connection must lead for that.
 *
 * @param settings the settings for all servers
 * @param mode how TLS is used
 * @param addresses those that the mode holds for; empty if it holds for any
 */
record ServerTls(TlsSettings settings, TlsMode mode, List<InetAddress> addresses) {

  /**
   * Decides it; looks the host's addresses up if they count.
   *
   * @param verified whether the credentials need verified TLS
   */
  static ServerTls of(
      TlsSettings settings, String host, boolean verified, Deadline deadline, Phases phases) {
    if (!verified && settings.dependsOnAddress(host)) {
      try {
        Deadline bound = phases.enter(ConnectPhase.DNS, deadline);
        InetAddress[] addresses = Resolver.resolve(host, bound);
        return new ServerTls(settings, settings.mode(host, false, addresses), List.of(addresses));
      } catch (IOException e) {
        // Ignored here: the connect looks the name up again and says what is wrong.
      }
    }
    return new ServerTls(settings, settings.mode(host, verified), List.of());
  }

  /** Shakes hands over a connected socket. */
  SSLSocket handshake(Socket socket, String host, int port, Deadline deadline) throws IOException {
    return settings.handshake(socket, host, port, mode, deadline);
  }

  /** Returns the addresses to connect to. */
  InetAddress[] resolve(String host, Deadline deadline) throws IOException {
    return addresses.isEmpty()
        ? Resolver.resolve(host, deadline)
        : addresses.toArray(InetAddress[]::new);
  }

  /**
   * Returns whether a connection that was opened before this was decided may be used.
   *
   * @param verified whether its server was verified as the default has it
   */
  boolean holdsFor(@Nullable InetAddress address, boolean verified) {
    return (verified || !mode.verifies())
        && (addresses.isEmpty() || (address != null && addresses.contains(address)));
  }
}
