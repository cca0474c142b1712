package dev.thaw.examples.benchmarks.candidate;

import dev.thaw.ConnectionProvider;
import dev.thaw.examples.benchmarks.program.ColdStart;
import dev.thaw.secrets.ConnectionProviders;
import java.sql.Connection;
import java.sql.SQLException;

/** Thaw; {@code DB_SECRET_SOURCE} says who reads the secret. */
public final class Thaw implements Candidate {
  private final ConnectionProvider provider = ConnectionProviders.fromEnvironment();

  /** Makes a provider as an application does, in one line. */
  public Thaw() {}

  /** Measures a cold start. */
  public static void main(String[] args) throws SQLException {
    ColdStart start = ColdStart.begin();
    start.firstRow(new Thaw());
  }

  @Override
  public Connection get() throws SQLException {
    return provider.get();
  }

  @Override
  public void close() {
    provider.close();
  }
}
