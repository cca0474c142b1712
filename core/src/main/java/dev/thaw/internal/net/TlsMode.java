package dev.thaw.internal.net;

import dev.thaw.SslMode;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How TLS is used with a server whose name may be known only when its credentials are.
 *
 * @param mode the mode
 * @param asked whether the mode was set; else it is the default for the server
 * @param loopback whether the server is this machine, going by its name alone: DNS may be forged
 */
public record TlsMode(SslMode mode, boolean asked, boolean loopback) {
  // Not the names below localhost: resolvers ask DNS for them, against RFC 6761.
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(?:\\.[0-9]{1,3}){3}|\\[?::1]?");

  /**
   * Returns the mode for a server.
   *
   * @param set the mode that was set
   * @param hasCa whether a CA file was set
   * @param inLambda whether this is AWS Lambda
   */
  static TlsMode of(String host, @Nullable SslMode set, boolean hasCa, boolean inLambda) {
    boolean loopback =
        LOOPBACK.matcher(RdsHost.withoutRoot(host).toLowerCase(Locale.ROOT)).matches();
    if (set != null) {
      return new TlsMode(set, true, loopback);
    }
    if (hasCa || inLambda || RdsHost.region(host) != null) {
      return new TlsMode(SslMode.VERIFY_IDENTITY, false, loopback);
    }
    return new TlsMode(loopback ? SslMode.PREFERRED : SslMode.REQUIRED, false, loopback);
  }

  /** Returns whether the server's certificate is verified. */
  public boolean verifies() {
    return verifies(mode);
  }

  /** Returns whether a mode verifies the server's certificate. */
  public static boolean verifies(SslMode mode) {
    return mode == SslMode.VERIFY_CA || mode == SslMode.VERIFY_IDENTITY;
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
