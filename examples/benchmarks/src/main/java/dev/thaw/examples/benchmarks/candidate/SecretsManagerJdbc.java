package dev.thaw.examples.benchmarks.candidate;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.thaw.examples.benchmarks.program.ColdStart;
import java.sql.Connection;
import java.sql.SQLException;

/** AWS's aws-secretsmanager-jdbc under HikariCP, as its README says. */
public final class SecretsManagerJdbc implements Candidate {
  private final HikariDataSource pool;

  /** Starts the pool. */
  public SecretsManagerJdbc() {
    HikariConfig config = Pool.config();
    config.setDriverClassName("com.amazonaws.secretsmanager.sql.AWSSecretsManagerMySQLDriver");
    config.setJdbcUrl(JdbcUrl.of("jdbc-secretsmanager:mysql"));
    config.setUsername(System.getenv("DB_SECRET_NAME"));
    this.pool = new HikariDataSource(config);
  }

  /** Measures a cold start. */
  public static void main(String[] args) throws SQLException {
    ColdStart start = ColdStart.begin();
    start.firstRow(new SecretsManagerJdbc());
  }

  @Override
  public Connection get() throws SQLException {
    return pool.getConnection();
  }

  @Override
  public void close() {
    pool.close();
  }
}
