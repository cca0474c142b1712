package dev.thaw.examples.benchmarks.stand;

import dev.thaw.testing.DatabaseServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;

/**
 * MySQL Router with connection sharing, as a stand-in for RDS Proxy: it takes a connection of the
 * server for each transaction of a client and gives it to another one after.
 *
 * <p>It runs in a container in the host's network, so on Linux only.
 */
public final class Router implements AutoCloseable {
  private static final String FOLDER = "/tmp/router/";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final GenericContainer<?> container;
  private final int port;

  private Router(GenericContainer<?> container, int port) {
    this.container = container;
    this.port = port;
  }

  /**
   * Starts it in front of a server.
   *
   * @param image an image that has the program {@code mysqlrouter}
   * @param server the server
   * @param certificates what it shows to clients
   * @param connections how many of the server's connections it may keep
   * @param port where it listens
   */
  public static Router start(
      String image, DatabaseServer server, Certificates certificates, int connections, int port)
      throws IOException, GeneralSecurityException {
    GenericContainer<?> container =
        new GenericContainer<>(image)
            .withNetworkMode("host")
            .withCopyToContainer(
                Transferable.of(configuration(server, port, connections)), FOLDER + "router.conf")
            .withCopyToContainer(
                Transferable.of(certificates.serverChainPem()), FOLDER + "chain.pem")
            .withCopyToContainer(Transferable.of(certificates.serverKeyPem()), FOLDER + "key.pem")
            .withCreateContainerCmdModifier(command -> command.withEntrypoint("mysqlrouter"))
            .withCommand("--user=root", "-c", FOLDER + "router.conf")
            .waitingFor(Wait.forLogMessage(".*Starting 'MySQL Router'.*", 1));
    Router router = new Router(container, port);
    try {
      container.start();
      router.awaitListening();
      return router;
    } catch (IOException | RuntimeException e) {
      container.stop();
      throw e;
    }
  }

  private static String configuration(DatabaseServer server, int port, int connections) {
    return """
        [DEFAULT]
        logging_folder=
        runtime_folder=/tmp
        data_folder=/tmp
        max_total_connections=5000
        [logger]
        level=warning
        [connection_pool]
        max_idle_server_connections=%d
        [routing:sharing]
        bind_address=127.0.0.1
        bind_port=%d
        destinations=%s:%d
        routing_strategy=first-available
        protocol=classic
        connection_sharing=1
        connection_sharing_delay=0
        max_connections=2500
        max_connect_errors=4294967295
        client_ssl_mode=PREFERRED
        client_ssl_cert=%schain.pem
        client_ssl_key=%skey.pem
        server_ssl_mode=PREFERRED
        """
        .formatted(connections, port, server.host(), server.port(), FOLDER, FOLDER);
  }

  /** Returns a port for it. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitListening() throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
        return;
      } catch (IOException e) {
        if (System.nanoTime() - end > 0) {
          throw new IOException("MySQL Router does not listen:\n" + container.getLogs(), e);
        }
        Thread.onSpinWait();
      }
    }
  }

  /** Ends it. */
  @Override
  public void close() {
    container.stop();
  }
}
