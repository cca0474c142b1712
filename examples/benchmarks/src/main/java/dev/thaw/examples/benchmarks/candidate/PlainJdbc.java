package dev.thaw.examples.benchmarks.candidate;

import dev.thaw.examples.benchmarks.program.ColdStart;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** The driver alone, a fixed password, a new connection each time. */
public final class PlainJdbc implements Candidate {
  private final String url = JdbcUrl.of("jdbc:mysql");
  private final String user = System.getenv("DB_USER");
  private final String password = System.getenv("DB_PASSWORD");

  /** Keeps what the variables say. */
  public PlainJdbc() {}

  /** Measures a cold start. */
  public static void main(String[] args) throws SQLException {
    ColdStart start = ColdStart.begin();
    start.firstRow(new PlainJdbc());
  }

  @Override
  public Connection get() throws SQLException {
    return DriverManager.getConnection(url, user, password);
  }

  @Override
  public void close() {}
}
