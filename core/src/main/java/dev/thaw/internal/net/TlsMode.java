package dev.thaw.internal.net;

import dev.thaw.SslMode;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * How TLS is used with a server whose name may be known only when its credentials are.
 *
 * @param mode the mode
 * @param asked whether the mode was set; else it is the default for the server
 */
public record TlsMode(SslMode mode, boolean asked) {

  /**
   * Returns the mode for a server.
   *
   * @param set the mode that was set
   * @param verified whether what was not set must verify: because of a CA file, AWS Lambda, or what
   *     the credentials need
   * @param addresses those that the connection may go to; none if they are not known
   */
  static TlsMode of(
      String host, @Nullable SslMode set, boolean verified, InetAddress... addresses) {
    if (set != null) {
      return new TlsMode(set, true);
    }
    if (verified || RdsHost.region(host) != null) {
      return new TlsMode(SslMode.VERIFY_IDENTITY, false);
    }
    boolean loopback = Loopback.isName(host) && Loopback.isAll(addresses);
    return new TlsMode(loopback ? SslMode.PREFERRED : SslMode.REQUIRED, false);
  }

  /** Returns whether the server's certificate is verified. */
  public boolean verifies() {
    return verifies(mode);
  }

  /** Returns whether a mode verifies the server's certificate. */
  public static boolean verifies(SslMode mode) {
    return mode == SslMode.VERIFY_CA || mode == SslMode.VERIFY_IDENTITY;
  }

  /**
   * Returns whether the server may see the password: it is verified, or it is this machine, for
   * which alone {@code PREFERRED} is the default, or the mode was set.
   */
  public boolean mayShowPassword() {
    return verifies() || asked || mode == SslMode.PREFERRED;
  }

  /** Returns whether a connection goes without TLS if the server has none. */
  public boolean allowsPlaintext() {
    return mode == SslMode.DISABLED || mode == SslMode.PREFERRED;
  }

  /** Returns the driver's name for how it must negotiate; verifying is done here. */
  public String driverMode() {
    return allowsPlaintext() ? mode.name() : "REQUIRED";
  }
}
