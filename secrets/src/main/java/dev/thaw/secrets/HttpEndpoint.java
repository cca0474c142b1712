package dev.thaw.secrets;

import dev.thaw.Deadline;
import dev.thaw.internal.net.Loopback;
import dev.thaw.internal.net.Resolver;
import dev.thaw.internal.util.ServerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * Where a service is asked: over https, or over http on this machine. A token and a secret would
 * otherwise go over the network for everybody to read.
 *
 * @param secure whether TLS is spoken
 * @param host a name, or an address, an IPv6 one in brackets
 * @param port the port
 */
record HttpEndpoint(boolean secure, String host, int port) {
  static final String ALLOWED =
      "an absolute https address, or an http one on the loopback interface, such as"
          + " https://secretsmanager.eu-central-1.amazonaws.com or http://127.0.0.1:4566";

  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  /** Returns where an address that is allowed leads. */
  static HttpEndpoint of(URI uri) {
    boolean secure = "https".equalsIgnoreCase(uri.getScheme());
    int port = uri.getPort() == -1 ? secure ? HTTPS : HTTP : uri.getPort();
    return new HttpEndpoint(secure, uri.getHost(), port);
  }

  /**
   * Returns whether an address may be asked, as far as this can be told without a name server. The
   * addresses of a name are only known, and checked, when it is asked.
   */
  static boolean isAllowed(URI uri) {
    String host = uri.getHost();
    if (host == null) {
      return false;
    }
    if ("https".equalsIgnoreCase(uri.getScheme())) {
      return true;
    }
    return "http".equalsIgnoreCase(uri.getScheme()) && (!isAddress(host) || Loopback.isName(host));
  }

  private static boolean isAddress(String host) {
    // The last label of a name begins with a letter (RFC 2396, section 3.2.2), so URI takes no
    // other host that ends with a digit's label.
    String name = ServerAddress.withoutRoot(host);
    return name.startsWith("[") || Character.isDigit(name.charAt(name.lastIndexOf('.') + 1));
  }

  /** Returns the header {@code Host}. */
  String header() {
    return ServerAddress.withoutRoot(host) + (port == (secure ? HTTPS : HTTP) ? "" : ":" + port);
  }

  /**
   * Returns the addresses to connect to.
   *
   * @throws PlainHttpException if one is not of this machine, and TLS is not spoken
   * @throws UnknownHostException if there is none
   */
  InetAddress[] addresses(Deadline deadline) throws IOException {
    InetAddress[] addresses = Resolver.resolve(host, deadline);
    if (!secure && !Loopback.isAll(addresses)) {
      throw new PlainHttpException(this);
    }
    return addresses;
  }

  @Override
  public String toString() {
    return (secure ? "https://" : "http://") + header();
  }

  /** Says that a secret would have been sent over the network in the clear. */
  static final class PlainHttpException extends IOException {
    private static final long serialVersionUID = 1L;

    PlainHttpException(HttpEndpoint endpoint) {
      super(
          endpoint
              + " is not on this machine, and over http a secret can be read on the way; allowed is "
              + ALLOWED);
    }
  }
}
