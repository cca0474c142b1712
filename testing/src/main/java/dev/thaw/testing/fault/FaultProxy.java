package dev.thaw.testing.fault;

import static java.util.Objects.requireNonNull;

import dev.thaw.testing.internal.proxy.ProxyCounters;
import dev.thaw.testing.internal.proxy.ProxyEngine;
import dev.thaw.testing.internal.proxy.ProxyLink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A TCP proxy on the loopback interface that stands between a client and a server and breaks the
 * network between them on demand.
 *
 * <p>There are faults for the connections that are open ({@link #disconnect()}, {@link #reset()},
 * {@link #silence()}, {@link #loseFin()}, {@link #halfOpen()}) and for those that come next ({@link
 * #refuseConnections()}, {@link #acceptSilently()}); {@link #blackHole()} is both. {@link
 * #resume()} ends what can be ended. Each method returns when the new state is in force for every
 * connection, so that a test needs no waiting.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.to("127.0.0.1", 3306)) {
 *   // connect to proxy.host() and proxy.port()
 *   proxy.silence();
 * }
 * }</pre>
 *
 * <p>Thread-safe. An interrupt of the calling thread neither ends a call nor breaks a connection.
 * The proxy's own thread is a daemon.
 */
public final class FaultProxy implements AutoCloseable {
  // Longer than any test waits, and far from the overflow of a nanosecond clock.
  private static final Duration MAX_LATENCY = Duration.ofHours(1);

  private final ProxyCounters counters = new ProxyCounters();
  private final ProxyEngine engine;
  private volatile InetSocketAddress upstream;

  private FaultProxy(InetSocketAddress upstream) {
    this.upstream = upstream;
    try {
      this.engine = new ProxyEngine(upstream, counters);
    } catch (IOException e) {
      throw new UncheckedIOException("no free port for a proxy to " + upstream, e);
    }
    Thread thread = new Thread(engine, "thaw-fault-proxy-" + engine.port());
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Starts a proxy in front of a server, on a free port.
   *
   * @param host the server's host name or address; it is resolved now
   * @param port the server's port
   * @return the running proxy
   * @throws IllegalArgumentException if the port is not between 1 and 65535, or the host is unknown
   * @throws UncheckedIOException if the proxy cannot open a port
   */
  public static FaultProxy to(String host, int port) {
    return new FaultProxy(resolve(host, port));
  }

  /** Returns the address that clients connect to: the loopback address. */
  public String host() {
    return InetAddress.getLoopbackAddress().getHostAddress();
  }

  /** Returns the port that clients connect to; it stays the same until the proxy is closed. */
  public int port() {
    return engine.port();
  }

  /**
   * Lets connections that come next go to another server, as after a failover. Open connections
   * stay with theirs.
   *
   * @param host the server's host name or address; it is resolved now
   * @param port the server's port
   * @throws IllegalArgumentException if the port is not between 1 and 65535, or the host is unknown
   * @throws IllegalStateException if the proxy is closed
   */
  public void upstream(String host, int port) {
    InetSocketAddress address = resolve(host, port);
    engine.execute(() -> engine.setUpstream(address));
    upstream = address;
  }

  /**
   * Delays all that the server sends from now on, so that each round trip takes that much longer.
   * The TCP connect itself is not delayed: the kernel answers it.
   *
   * @param latency the delay; zero for none
   * @throws IllegalArgumentException if the latency is negative or more than one hour
   * @throws IllegalStateException if the proxy is closed
   */
  public void latency(Duration latency) {
    if (latency.isNegative() || latency.compareTo(MAX_LATENCY) > 0) {
      throw new IllegalArgumentException(
          "latency is " + latency + ", allowed are zero to " + MAX_LATENCY);
    }
    engine.execute(() -> engine.setLatency(latency.toNanos()));
  }

  /**
   * Closes every open connection on both sides with a FIN, as a server does that ends a session.
   *
   * @return the number of connections closed
   * @throws IllegalStateException if the proxy is closed
   */
  public int disconnect() {
    return onEach(ProxyLink::disconnect);
  }

  /**
   * Closes every open connection on both sides with a RST, as a server does that has crashed.
   *
   * @return the number of connections closed
   * @throws IllegalStateException if the proxy is closed
   */
  public int reset() {
    return onEach(ProxyLink::reset);
  }

  /**
   * Stops forwarding on every open connection, in both directions, and closes none: neither side is
   * told anything, nor that the other side closes later. New connections are not affected. {@link
   * #resume()} lets them go on where they stopped, as TCP does after an interruption.
   *
   * @return the number of connections made silent
   * @throws IllegalStateException if the proxy is closed
   */
  public int silence() {
    return onEach(ProxyLink::silence);
  }

  /**
   * Closes the server's side of every open connection and tells the client nothing: the FIN is
   * lost. What the client sends afterwards is never answered. {@link #resume()} does not bring
   * these connections back.
   *
   * @return the number of connections lost
   * @throws IllegalStateException if the proxy is closed
   */
  public int loseFin() {
    return onEach(link -> link.loseServer(false));
  }

  /**
   * Closes the server's side of every open connection and tells the client nothing until it sends
   * something: the answer to that is a RST. So behaves a connection that the server forgot while it
   * restarted (RFC 9293, section 3.5.1, "half-open connections").
   *
   * @return the number of connections left half-open
   * @throws IllegalStateException if the proxy is closed
   */
  public int halfOpen() {
    return onEach(link -> link.loseServer(true));
  }

  /**
   * Closes the port, so that new connections are refused. Open connections are not affected. The
   * port stays reserved for {@link #resume()}.
   *
   * @throws IllegalStateException if the proxy is closed
   */
  public void refuseConnections() {
    engine.execute(engine::refuse);
  }

  /**
   * Accepts new connections and never answers on them. Open connections are not affected. {@link
   * #resume()} connects them to the server.
   *
   * @throws IllegalStateException if the proxy is closed
   */
  public void acceptSilently() {
    engine.execute(engine::acceptSilently);
  }

  /**
   * Lets the network disappear: {@link #silence()} for the open connections and {@link
   * #acceptSilently()} for new ones. A real black hole would not even accept; for a client the
   * difference is that it waits for the server's first packet and not for the connect.
   *
   * @return the number of open connections made silent
   * @throws IllegalStateException if the proxy is closed
   */
  public int blackHole() {
    int[] count = new int[1];
    engine.execute(
        () -> {
          engine.acceptSilently();
          count[0] = engine.forEachLink(ProxyLink::silence);
        });
    return count[0];
  }

  /**
   * Returns to normal: listens, forwards on new and on silent connections, adds no latency.
   * Connections that were closed or lost stay so.
   *
   * @throws IllegalStateException if the proxy is closed
   */
  public void resume() {
    engine.execute(engine::resume);
  }

  /** Returns how many connections the proxy has accepted since it was started. */
  public long connections() {
    return upToDate().connections.get();
  }

  /**
   * Returns how many connections are open, silent ones included, lost ones not. One that the client
   * has closed is not counted, though the server may not have noticed yet.
   */
  public long openConnections() {
    return upToDate().openConnections.get();
  }

  /** Returns how many bytes clients have sent to the server. */
  public long bytesToServer() {
    return upToDate().bytesToServer.get();
  }

  /** Returns how many bytes the server has sent to clients. */
  public long bytesToClient() {
    return upToDate().bytesToClient.get();
  }

  /**
   * Returns how often a client has spoken after it had listened, over all connections: the number
   * of round trips that the clients have waited for, the handshakes of TLS and login included.
   */
  public long exchanges() {
    return upToDate().exchanges.get();
  }

  /** Closes the port and every connection. Idempotent; the counters can still be read. */
  @Override
  public void close() {
    engine.close();
  }

  /** Returns where the proxy listens and where it leads to. */
  @Override
  public String toString() {
    return "FaultProxy[" + host() + ":" + port() + " to " + upstream + "]";
  }

  private int onEach(Consumer<ProxyLink> action) {
    int[] count = new int[1];
    engine.execute(() -> count[0] = engine.forEachLink(action));
    return count[0];
  }

  /** Lets the proxy's thread notice what the kernel knows already, as a close by the other side. */
  private ProxyCounters upToDate() {
    engine.settle();
    return counters;
  }

  private static InetSocketAddress resolve(String host, int port) {
    requireNonNull(host, "host");
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port is " + port + ", allowed are 1 to 65535");
    }
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("host " + host + " is unknown");
    }
    return address;
  }
}
