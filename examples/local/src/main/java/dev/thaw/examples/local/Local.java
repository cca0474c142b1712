package dev.thaw.examples.local;

import dev.thaw.examples.local.playground.Playground;
import java.io.IOException;
import java.net.BindException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * Runs the asset API on this machine, until the process is stopped: {@code -Dlocal.port} says
 * where, 0 for any free port.
 */
public final class Local implements AutoCloseable {
  private static final int DEFAULT_PORT = 3000;
  private static final int MAX_PORT = 65_535;

  private final Backend backend;
  private final Playground playground;
  private final Front front;

  Local(int port, Duration freeze, Duration window) throws IOException, SQLException {
    this.backend = new Backend();
    this.playground = new Playground(backend, freeze, window);
    try {
      this.front = new Front(port, backend.gateway(), playground);
    } catch (IOException e) {
      playground.close();
      backend.close();
      throw e;
    }
  }

  /**
   * Runs it. Ends with status 1 and a message if the port is taken.
   *
   * @param arguments none
   * @throws Exception if it cannot be started
   */
  public static void main(String[] arguments) throws Exception {
    String setting = System.getProperty("local.port", Integer.toString(DEFAULT_PORT));
    if (!setting.matches("[0-9]{1,5}") || Integer.parseInt(setting) > MAX_PORT) {
      fail("local.port is \"" + setting + "\", allowed are 0 to " + MAX_PORT);
    }
    int port = Integer.parseInt(setting);
    if (Boolean.getBoolean("local.endsWithParent")) {
      ProcessHandle.current()
          .parent()
          .ifPresent(
              parent -> {
                CompletableFuture<Void> unused = parent.onExit().thenRun(() -> System.exit(0));
              });
    }
    try {
      Local local = new Local(port, Duration.ofSeconds(30), Duration.ofSeconds(8));
      Runtime.getRuntime().addShutdownHook(new Thread(local::close, "stop"));
      System.out.printf(
          "The asset API runs on http://127.0.0.1:%d/assets, its playground on http://127.0.0.1:%d/%n"
              + "Ctrl-C ends it.%n",
          local.port(), local.port());
      new CountDownLatch(1).await();
    } catch (BindException e) {
      fail(
          "Port "
              + port
              + " of 127.0.0.1 is taken: stop what uses it, or choose another with -Dlocal.port=3001 (0 for any free one).");
    }
  }

  private static void fail(String message) {
    System.err.println(message);
    System.exit(1);
  }

  /** Returns the front's port. */
  int port() {
    return front.port();
  }

  @Override
  public void close() {
    front.close();
    playground.close();
    backend.close();
  }
}
