package dev.thaw.examples.benchmarks.program;

import dev.thaw.examples.benchmarks.candidate.Candidate;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/**
 * From {@code main} to the first row. What it needs is little and loaded in every JVM, so that it
 * is the candidate that is measured.
 *
 * <p>The last line of the output is {@code main=<micros> row=<micros> cpu=<micros> peak=<kB>} and
 * {@code <step>@<micros>} for each step. Moments count from 1970: the clock of the day is the one
 * that two processes share. Processor time and peak memory are those up to the row; -1 if unknown.
 */
public final class ColdStart {
  private static final StringBuilder STEPS = new StringBuilder();

  private final long main = now();

  private ColdStart() {}

  /** Notes that a step has ended, on the thread of {@code main}; the name has no blanks. */
  public static void step(String name) {
    STEPS.append(' ').append(name).append('@').append(now());
  }

  /** Returns a measurement that begins now, first thing in {@code main}. */
  public static ColdStart begin() {
    ColdStart start = new ColdStart();
    STEPS.append(" JVM_start@").append(start.main);
    return start;
  }

  /**
   * Reads a row and reports when.
   *
   * @param candidate what is measured; closed afterwards
   * @throws SQLException if there is no row
   */
  public void firstRow(Candidate candidate) throws SQLException {
    try (candidate) {
      step("candidate_made");
      try (Connection connection = candidate.get()) {
        step("connection_taken");
        Row.read(connection);
        long read = now();
        step("query");
        report(read);
      }
    }
  }

  private void report(long row) {
    String line =
        "main="
            + main
            + " row="
            + row
            + " cpu="
            + ProcessUse.processorMicros()
            + " peak="
            + ProcessUse.peakKilobytes()
            + STEPS
            + "\n";
    try {
      new FileOutputStream(FileDescriptor.out).write(line.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }
}
