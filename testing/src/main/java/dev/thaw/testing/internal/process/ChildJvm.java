package dev.thaw.testing.internal.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child JVM that can be stopped and continued, and that cannot outlive this JVM.
 *
 * <p>Thread-safe.
 */
public final class ChildJvm implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChildJvm.class);
  // Killing a process takes the kernel milliseconds; more means that something is wrong.
  private static final Duration KILL = Duration.ofSeconds(10);

  private final String name;
  private final Process process;
  private final Process guard;

  private ChildJvm(String name, Process process, Process guard) {
    this.name = name;
    this.process = process;
    this.guard = guard;
  }

  /**
   * Starts a child.
   *
   * @param name what to call it in messages and thread names
   * @param arguments options of the JVM, main class and its arguments
   * @param environment all its variables
   * @throws UncheckedIOException if it cannot be started
   */
  public static ChildJvm start(
      String name, List<String> arguments, Map<String, String> environment) {
    return start(name, builder(Path.of(System.getProperty("java.home")), arguments, environment));
  }

  /**
   * Starts a child whose standard output and standard error go to one file, in the order in which
   * they are written, and whose standard input is empty.
   *
   * @param name what to call it in messages
   * @param javaHome the JDK or JRE that runs it
   * @param arguments options of the JVM, main class and its arguments
   * @param environment all its variables
   * @param directory its working directory
   * @param output the file
   * @throws UncheckedIOException if it cannot be started
   */
  public static ChildJvm start(
      String name,
      Path javaHome,
      List<String> arguments,
      Map<String, String> environment,
      Path directory,
      Path output) {
    ProcessBuilder builder =
        builder(javaHome, arguments, environment)
            .directory(directory.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    return start(name, builder);
  }

  private static ProcessBuilder builder(
      Path javaHome, List<String> arguments, Map<String, String> environment) {
    List<String> command = new ArrayList<>();
    command.add(javaHome.resolve("bin").resolve("java").toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  private static ChildJvm start(String name, ProcessBuilder builder) {
    try {
      Process process = builder.start();
      return new ChildJvm(name, process, guard(process));
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be started", e);
    }
  }

  /**
   * Starts a shell that kills the child as soon as its own input ends. Only this JVM holds the
   * other end, and the kernel closes it however the JVM dies; SIGKILL also ends a stopped process.
   */
  private static Process guard(Process process) throws IOException {
    String script = "trap '' HUP INT QUIT TERM; read -r _; kill -9 " + process.pid();
    Process guard;
    try {
      guard =
          new ProcessBuilder("/bin/sh", "-c", script)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
    // Its process id may belong to another process once the child is gone.
    ProcessEnds.run(process, "thaw-guard-" + process.pid(), guard::destroyForcibly);
    return guard;
  }

  /** Returns the child's process id. */
  public long pid() {
    return process.pid();
  }

  /** Returns the child's standard input. */
  public OutputStream input() {
    return process.getOutputStream();
  }

  /**
   * Hands each line of the child's standard output to a consumer, and tells of the end, on a thread
   * of its own.
   */
  public void readOutput(Consumer<String> consumer, Runnable end) {
    read(process.getInputStream(), "out", consumer, end);
  }

  /** Hands each line of the child's standard error to a consumer, on a thread of its own. */
  public void readErrors(Consumer<String> consumer) {
    read(process.getErrorStream(), "err", consumer, () -> {});
  }

  private void read(InputStream stream, String what, Consumer<String> consumer, Runnable end) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader lines =
                  new BufferedReader(new InputStreamReader(stream, UTF_8))) {
                lines.lines().forEach(consumer);
              } catch (IOException | UncheckedIOException e) {
                LOG.debug("{}: {} is closed: {}", name, what, e.toString());
              } finally {
                end.run();
              }
            },
            name + "-" + what);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Stops every thread of the child (SIGSTOP) and returns when they stand.
   *
   * @throws IllegalStateException if the child has ended
   */
  public void stop() {
    signal("STOP");
    ProcessStates.awaitStopped(process.toHandle());
  }

  /**
   * Continues the child (SIGCONT).
   *
   * @throws IllegalStateException if the child has ended
   */
  public void cont() {
    signal("CONT");
  }

  /**
   * Asks the child to end (SIGTERM). {@link Process#destroy()} would also close its streams, and
   * lose its last words.
   *
   * @throws IllegalStateException if the child has ended
   */
  public void terminate() {
    signal("TERM");
  }

  private void signal(String signal) {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          name + " has ended already, with status " + process.exitValue());
    }
    try {
      // The shell's own kill: not every image has the program.
      Process kill =
          new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid())
              .redirectErrorStream(true)
              .start();
      String output = new String(kill.getInputStream().readAllBytes(), UTF_8).strip();
      if (ProcessEnds.await(kill) != 0) {
        throw new IllegalStateException(name + " cannot be sent SIG" + signal + ": " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be sent SIG" + signal, e);
    }
  }

  /** Returns whether the child runs or stands. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Runs a task, on a thread of its own, when the child has ended. */
  public void onEnd(Runnable task) {
    ProcessEnds.run(process, name + "-end", task);
  }

  /** Waits for the end of the child and returns its status; empty if the time is over first. */
  public OptionalInt awaitEnd(Duration timeout) throws InterruptedException {
    return process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  /** Kills the child, stopped or not, and waits for its end. Idempotent. */
  @Override
  public void close() {
    guard.destroyForcibly();
    process.destroyForcibly();
    if (!ProcessEnds.await(process, KILL)) {
      throw new IllegalStateException(name + " does not end after SIGKILL");
    }
  }

  @Override
  public String toString() {
    return name + "[pid " + process.pid() + "]";
  }
}
