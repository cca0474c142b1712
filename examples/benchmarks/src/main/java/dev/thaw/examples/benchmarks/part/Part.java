package dev.thaw.examples.benchmarks.part;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;

/** One part of the benchmark. */
@FunctionalInterface
public interface Part {
  /**
   * Measures and puts the values into the results.
   *
   * @throws IOException if a process fails
   * @throws SQLException if the database does
   * @throws GeneralSecurityException if the certificates cannot be made
   */
  void run(Setup setup) throws IOException, SQLException, GeneralSecurityException;
}
