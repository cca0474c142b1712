package dev.thaw.examples.benchmarks.candidate;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.examples.benchmarks.program.ColdStart;
import dev.thaw.secrets.ConnectionProviders;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Thaw; {@code DB_SECRET_SOURCE} says who reads the secret, {@code BENCH_SECRET_FIRST} whether that
 * is done before the first get, and {@code BENCH_DEADLINE_MS} how long an invocation has, if it
 * tells Thaw so.
 */
public final class Thaw implements Candidate {
  private final ConnectionProvider provider =
      "true".equals(System.getenv("BENCH_SECRET_FIRST"))
          ? SecretFirst.provider()
          : ConnectionProviders.fromEnvironment();
  private final String deadline = System.getenv("BENCH_DEADLINE_MS");

  /** Makes a provider as an application does, in one line. */
  public Thaw() {}

  /** Measures a cold start. */
  public static void main(String[] args) throws SQLException {
    ColdStart start = ColdStart.begin();
    start.firstRow(new Thaw());
  }

  @Override
  public Connection get() throws SQLException {
    return deadline == null
        ? provider.get()
        : provider.get(Deadline.after(Duration.ofMillis(Long.parseLong(deadline))));
  }

  @Override
  public void prime() {
    provider.warmUp();
  }

  @Override
  public void close() {
    provider.close();
  }
}
