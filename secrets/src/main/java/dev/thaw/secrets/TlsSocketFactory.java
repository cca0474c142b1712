package dev.thaw.secrets;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Makes the sockets of another factory, which offer the groups for the key agreement in the order
 * that costs a cold start least.
 *
 * <p>Whom they trust is the other factory's business; that the host's name is checked is {@link
 * javax.net.ssl.HttpsURLConnection}'s. On JDK 25, by default, the JDK makes a key for secp256r1
 * ahead, whose tables take about 40 ms to build, and the server then chooses x25519. Thread-safe.
 */
final class TlsSocketFactory extends SSLSocketFactory {
  private static final String PROPERTY = "jdk.tls.namedGroups";

  // All that the security policies of AWS's endpoints have in common.
  private static final String[] GROUPS = {"secp384r1", "secp256r1", "x25519"};

  private final SSLSocketFactory factory;

  TlsSocketFactory(SSLSocketFactory factory) {
    this.factory = factory;
  }

  /** Returns whether the JDK, 20 or later, lets the groups be chosen and the user has not done. */
  static boolean isOfUse() {
    return Runtime.version().feature() >= 20 && System.getProperty(PROPERTY) == null;
  }

  private static Socket prepared(Socket socket) {
    if (socket instanceof SSLSocket tls) {
      SSLParameters parameters = tls.getSSLParameters();
      try {
        Method set = SSLParameters.class.getMethod("setNamedGroups", String[].class);
        set.invoke(parameters, (Object) GROUPS);
      } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("The groups of TLS cannot be set", e);
      }
      tls.setSSLParameters(parameters);
    }
    return socket;
  }

  @Override
  public Socket createSocket() throws IOException {
    return prepared(factory.createSocket());
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    return prepared(factory.createSocket(socket, host, port, autoClose));
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return prepared(factory.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return prepared(factory.createSocket(host, port, localHost, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return prepared(factory.createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return prepared(factory.createSocket(address, port, localAddress, localPort));
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return factory.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return factory.getSupportedCipherSuites();
  }
}
