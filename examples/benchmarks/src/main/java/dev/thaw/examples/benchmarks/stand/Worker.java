package dev.thaw.examples.benchmarks.stand;

import dev.thaw.examples.benchmarks.program.Attempt;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that does with a candidate what it is told; {@link
 * dev.thaw.examples.benchmarks.program.Commands} lists the commands.
 *
 * <p>Not thread-safe.
 */
public final class Worker implements AutoCloseable {
  /** What takes longer than this hangs. */
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Process process;
  private final Writer commands;
  private final BufferedReader answers;

  private Worker(Process process) {
    this.process = process;
    this.commands =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII));
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts a process with the options that Lambda gives a JVM.
   *
   * @param jdk what runs it
   * @param classPath its class path
   * @param candidate whom it uses
   * @param variables its environment
   * @param errors a file for what it says
   */
  public static Worker start(
      Jdk jdk,
      String classPath,
      CandidateName candidate,
      Map<String, String> variables,
      Path errors)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(jdk.java().toString()));
    command.addAll(LambdaOptions.LIST);
    command.addAll(List.of("-cp", classPath));
    command.addAll(List.of("dev.thaw.examples.benchmarks.program.Commands", candidate.className()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().clear();
    builder.environment().putAll(variables);
    return new Worker(builder.start());
  }

  /** Puts the process into a control group. */
  public void enter(ProcessorShare share) throws IOException {
    share.enter(process.pid());
  }

  /**
   * Gives a command and returns how it ended. If that takes more than a minute it has failed, and
   * the process is of no more use.
   *
   * @throws IOException if the process has gone
   */
  public Attempt attempt(String command) throws IOException {
    try {
      return Attempt.parse(line(command));
    } catch (TimeoutException e) {
      return new Attempt(LIMIT.toMillis(), "hangs for more than a minute");
    }
  }

  /**
   * Gives a command and returns the words of the answer.
   *
   * @throws IOException if the process has gone, or does not answer within a minute
   */
  public String[] words(String command) throws IOException {
    try {
      return line(command).split(" ", 4);
    } catch (TimeoutException e) {
      throw new IOException("no answer to " + command, e);
    }
  }

  private String line(String command) throws IOException, TimeoutException {
    commands.write(command + "\n");
    commands.flush();
    CompletableFuture<String> answer = CompletableFuture.supplyAsync(this::read);
    try {
      return answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException("no answer to " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private String read() {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new IOException("the process has ended");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the process at once. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
