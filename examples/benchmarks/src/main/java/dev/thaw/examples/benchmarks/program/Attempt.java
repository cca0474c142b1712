package dev.thaw.examples.benchmarks.program;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How something ended, and after how long.
 *
 * @param milliseconds how long it took
 * @param failure what went wrong; empty if nothing did
 */
public record Attempt(double milliseconds, String failure) {
  private static final double NANOS_PER_MILLI = 1e6;

  /** Something that can fail. */
  @FunctionalInterface
  interface Action {
    void run() throws SQLException;
  }

  /** Runs an action and says how it ended; a candidate's constructor may throw anything. */
  static Attempt of(Action action) {
    long start = System.nanoTime();
    String failure = "";
    try {
      action.run();
    } catch (SQLException | RuntimeException e) {
      failure = describe(e);
    }
    return new Attempt((System.nanoTime() - start) / NANOS_PER_MILLI, failure);
  }

  /** Names the exception and the innermost error of the server or driver, on one line. */
  private static String describe(Throwable failure) {
    String text = failure.getClass().getSimpleName();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getErrorCode() != 0) {
        text =
            failure.getClass().getSimpleName() + " " + sql.getSQLState() + "/" + sql.getErrorCode();
      }
    }
    return text;
  }

  /** Returns whether nothing went wrong. */
  public boolean succeeded() {
    return failure.isEmpty();
  }

  /** Returns how often attempts failed for which reason. */
  static Map<String, Integer> failures(List<Attempt> attempts) {
    Map<String, Integer> failures = new TreeMap<>();
    for (Attempt attempt : attempts) {
      if (!attempt.succeeded()) {
        failures.merge(attempt.failure.replace(' ', '_'), 1, Integer::sum);
      }
    }
    return failures;
  }

  /** Returns it as one line. */
  String toLine() {
    return String.format(Locale.ROOT, "%.3f %s", milliseconds, failure).strip();
  }

  /**
   * Reads such a line.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Attempt parse(String line) {
    String[] parts = line.split(" ", 2);
    return new Attempt(Double.parseDouble(parts[0]), parts.length > 1 ? parts[1] : "");
  }
}
