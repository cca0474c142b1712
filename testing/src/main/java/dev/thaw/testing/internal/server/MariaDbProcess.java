package dev.thaw.testing.internal.server;

import dev.thaw.testing.internal.process.ProcessEnds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server as a child process that cannot outlive this JVM.
 *
 * <p>Thread-safe.
 */
final class MariaDbProcess {
  private static final Logger LOG = LoggerFactory.getLogger(MariaDbProcess.class);
  private static final Duration STOP = Duration.ofSeconds(10);

  /**
   * Runs the server under a shell that waits for it, and kills it as soon as the shell's standard
   * input ends. The JVM holds the other end, which the kernel closes however the JVM dies; so no
   * server outlives it, not even after SIGKILL. Signals to the whole process group (Ctrl-C) are
   * left to the JVM, and output that is no longer read must not end the shell.
   *
   * <p>$1 is the directory to delete at the end, the rest is the server's command. What the shell
   * writes is the end of the server's log.
   */
  private static final String KEEPER =
      """
      trap '' HUP INT PIPE QUIT TERM
      directory=$1
      shift
      exec 3<&0
      "$@" </dev/null >"$directory/server.log" 2>&1 3<&- &
      server=$!
      (read -r _ <&3; kill -9 "$server") </dev/null >/dev/null 2>&1 &
      reader=$!
      exec 3<&-
      wait "$server"
      status=$?
      kill -9 "$reader" 2>/dev/null
      tail -n 15 "$directory/server.log"
      rm -rf -- "$directory"
      exit "$status"
      """;

  private final Process keeper;
  private final AtomicBoolean stopped = new AtomicBoolean();

  private MariaDbProcess(Process keeper) {
    this.keeper = keeper;
  }

  /**
   * Starts a server.
   *
   * @param directory its own directory, which is deleted when it ends
   */
  static MariaDbProcess start(Path directory, List<String> command) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("/bin/sh", "-c", KEEPER, "thaw-mariadb", directory.toString()));
    arguments.addAll(command);
    return new MariaDbProcess(
        new ProcessBuilder(arguments)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start());
  }

  /**
   * Waits for the end of the server.
   *
   * @return whether it has ended
   */
  boolean awaitEnd(Duration time) throws InterruptedException {
    return keeper.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Says so in the log if the server ends before it is stopped. */
  void reportUnexpectedEnd() {
    ProcessEnds.run(
        keeper,
        "thaw-mariadb-end",
        () -> {
          if (!stopped.get()) {
            LOG.warn(
                "The embedded MariaDB has ended by itself with status {}: {}",
                keeper.exitValue(),
                lastWords());
          }
        });
  }

  /** Kills the server and returns the end of its log. Idempotent. */
  String stop() {
    stopped.set(true);
    try {
      keeper.getOutputStream().close();
      if (!awaitEnd(STOP)) {
        LOG.warn("The embedded MariaDB does not end");
      }
    } catch (IOException e) {
      LOG.debug("The pipe to the embedded MariaDB was closed already", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return lastWords();
  }

  private synchronized String lastWords() {
    try {
      String text =
          new String(keeper.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? "it wrote no log" : "it wrote:\n" + text.indent(2).stripTrailing();
    } catch (IOException e) {
      return "its log cannot be read (" + e + ")";
    }
  }
}
