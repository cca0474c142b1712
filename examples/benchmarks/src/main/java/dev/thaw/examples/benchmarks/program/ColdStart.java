package dev.thaw.examples.benchmarks.program;

import dev.thaw.examples.benchmarks.candidate.Candidate;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/**
 * From {@code main} to the first row. What it needs is little and loaded in every JVM, so that it
 * is the candidate that is measured.
 *
 * <p>The last line of the output is {@code main=<micros> row=<micros>}, both since 1970: the clock
 * of the day is the one that two processes share.
 */
public final class ColdStart {
  private final long main = now();

  private ColdStart() {}

  /** Returns a measurement that begins now, first thing in {@code main}. */
  public static ColdStart begin() {
    return new ColdStart();
  }

  /**
   * Reads a row and reports when.
   *
   * @param candidate what is measured; closed afterwards
   * @throws SQLException if there is no row
   */
  public void firstRow(Candidate candidate) throws SQLException {
    try (candidate) {
      try (Connection connection = candidate.get();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT 42")) {
        if (!row.next() || row.getInt(1) != 42) {
          throw new SQLException("the row is missing or wrong");
        }
        report(now());
      }
    }
  }

  private void report(long row) {
    String line = "main=" + main + " row=" + row + "\n";
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
