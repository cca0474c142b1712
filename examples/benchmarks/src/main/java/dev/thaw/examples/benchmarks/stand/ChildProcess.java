package dev.thaw.examples.benchmarks.stand;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a process to its end and returns what it has written. */
public final class ChildProcess {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final int TAIL = 2000;

  private ChildProcess() {}

  /**
   * Runs a process.
   *
   * @return its standard output
   * @throws IOException if it cannot be started, fails, or takes more than ten minutes; the message
   *     ends with what it said
   */
  public static String run(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    process.getOutputStream().close();
    // Both at once: a process that fills one pipe while the other is read would never end.
    CompletableFuture<String> errors =
        CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    String output = text(process.getInputStream());
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(builder.command().get(0) + " runs for more than " + LIMIT);
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "exit code " + process.exitValue() + " of " + said(builder, output, errors.join()));
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String said(ProcessBuilder builder, String output, String errors) {
    String all = (output + errors).strip();
    return builder.command() + "\n" + all.substring(Math.max(0, all.length() - TAIL));
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(output lost: " + e + ")";
    }
  }
}
