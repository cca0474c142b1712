package dev.thaw.testing.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.thaw.testing.internal.process.ChildJvm;
import dev.thaw.testing.internal.process.ClassPaths;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A child JVM that a test freezes and thaws for real, with SIGSTOP and SIGCONT, as an execution
 * environment of AWS Lambda is frozen between two invocations.
 *
 * <p>The child runs a main class of the test's own class path. The test talks to it in lines: what
 * it {@linkplain #send sends} arrives at the child's standard input, and what the child writes to
 * its standard output is {@linkplain #receive received}, so the child must write nothing else
 * there. Its standard error is collected.
 *
 * <p>The child ends with {@link #close()}, and with this JVM, however that ends. Needs {@code
 * /bin/sh}, so it does not run on Windows. Thread-safe.
 */
public final class EnvironmentProcess implements AutoCloseable {
  private static final int MAX_ERROR_CHARACTERS = 4 * 1024 * 1024;
  private static final int SHOWN_ERROR_CHARACTERS = 2_000;

  private final ChildJvm child;

  /** What the child has written; an empty entry is the end. */
  private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

  private final StringBuilder errors = new StringBuilder();

  private EnvironmentProcess(ChildJvm child) {
    this.child = child;
    child.readErrors(this::addError);
    child.readOutput(line -> lines.add(Optional.of(line)), () -> lines.add(Optional.empty()));
  }

  /**
   * Returns a builder of a child.
   *
   * @param main the class whose {@code main} method the child runs
   * @return a new builder
   */
  public static Builder builder(Class<?> main) {
    return new Builder(requireNonNull(main, "main"));
  }

  /**
   * Sends a line to the child's standard input. A frozen child reads it when it is thawed.
   *
   * @param line the line, without its end
   * @throws IllegalArgumentException if it contains a line break
   * @throws IllegalStateException if the child has ended
   */
  public synchronized void send(String line) {
    if (line.contains("\n") || line.contains("\r")) {
      throw new IllegalArgumentException("line contains a line break, allowed is one line");
    }
    try {
      OutputStream input = child.input();
      input.write((line + "\n").getBytes(UTF_8));
      input.flush();
    } catch (IOException e) {
      throw new IllegalStateException(child + " reads no more" + shownErrors(), e);
    }
  }

  /**
   * Waits for the next line of the child's standard output.
   *
   * @param timeout how long to wait at most
   * @return the line, without its end
   * @throws InterruptedException if the calling thread is interrupted
   * @throws IllegalStateException if no line came in that time, or the child has closed its output
   */
  public String receive(Duration timeout) throws InterruptedException {
    Optional<String> line = lines.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (line == null) {
      throw new IllegalStateException(
          child + " has written no line within " + timeout + shownErrors());
    }
    if (line.isEmpty()) {
      lines.add(line); // for the next one who asks
      throw new IllegalStateException(child + " has closed its output" + shownErrors());
    }
    return line.get();
  }

  /**
   * Sends a line and waits for the next one from the child.
   *
   * @param line the line to send, without its end
   * @param timeout how long to wait at most
   * @return the answer, without its end
   * @throws InterruptedException if the calling thread is interrupted
   * @throws IllegalArgumentException if the line contains a line break
   * @throws IllegalStateException if no line came in that time, or the child has ended
   */
  public String ask(String line, Duration timeout) throws InterruptedException {
    send(line);
    return receive(timeout);
  }

  /**
   * Freezes the child and returns when all its threads stand still.
   *
   * @throws IllegalStateException if the child has ended
   */
  public void freeze() {
    child.stop();
  }

  /**
   * Lets the child run on.
   *
   * @throws IllegalStateException if the child has ended
   */
  public void thaw() {
    child.cont();
  }

  /**
   * Asks the child to end, with SIGTERM, so that its shutdown hooks run. A frozen child does so
   * when it is thawed.
   */
  public void terminate() {
    child.terminate();
  }

  /**
   * Waits for the end of the child.
   *
   * @param timeout how long to wait at most
   * @return its exit status; empty if it still runs
   * @throws InterruptedException if the calling thread is interrupted
   */
  public OptionalInt awaitEnd(Duration timeout) throws InterruptedException {
    return child.awaitEnd(timeout);
  }

  /** Returns the process id of the child. */
  public long pid() {
    return child.pid();
  }

  /** Returns whether the child has not ended, frozen or not. */
  public boolean isAlive() {
    return child.isAlive();
  }

  /**
   * Returns what the child has written to standard error, of a long text the last four million
   * characters.
   */
  public String errorOutput() {
    synchronized (errors) {
      return errors.toString();
    }
  }

  /** Kills the child, frozen or not, and waits for its end. Idempotent. */
  @Override
  public void close() {
    child.close();
  }

  @Override
  public String toString() {
    return child.toString();
  }

  private void addError(String line) {
    synchronized (errors) {
      errors.append(line).append('\n');
      if (errors.length() > MAX_ERROR_CHARACTERS) {
        errors.delete(0, errors.length() - MAX_ERROR_CHARACTERS);
      }
    }
  }

  private String shownErrors() {
    String all = errorOutput();
    if (all.isEmpty()) {
      return "; it wrote nothing to standard error";
    }
    return "; the end of its standard error:\n"
        + all.substring(Math.max(0, all.length() - SHOWN_ERROR_CHARACTERS));
  }

  /**
   * A builder of a child.
   *
   * <p>Not thread-safe.
   */
  public static final class Builder {
    private final Class<?> main;
    private final List<String> jvmArguments = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>(System.getenv());

    private Builder(Class<?> main) {
      this.main = main;
    }

    /**
     * Adds options of the JVM, such as {@code -Xmx64m}.
     *
     * @param values the options
     * @return this builder
     */
    public Builder jvmArguments(String... values) {
      jvmArguments.addAll(Arrays.asList(values));
      return this;
    }

    /**
     * Adds arguments of the main method.
     *
     * @param values the arguments
     * @return this builder
     */
    public Builder arguments(String... values) {
      arguments.addAll(Arrays.asList(values));
      return this;
    }

    /**
     * Sets an environment variable of the child, beside those that it inherits from this JVM.
     *
     * @param name the variable's name
     * @param value its value
     * @return this builder
     */
    public Builder environment(String name, String value) {
      environment.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
      return this;
    }

    /**
     * Starts the child.
     *
     * @return the running child
     * @throws java.io.UncheckedIOException if it cannot be started
     */
    public EnvironmentProcess start() {
      environment.put("CLASSPATH", ClassPaths.of(main));
      List<String> command = new ArrayList<>(jvmArguments);
      command.add(main.getName());
      command.addAll(arguments);
      return new EnvironmentProcess(
          ChildJvm.start("environment-" + main.getSimpleName(), command, environment));
    }
  }
}
