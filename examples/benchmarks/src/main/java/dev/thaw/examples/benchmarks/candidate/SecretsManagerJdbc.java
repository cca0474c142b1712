package dev.thaw.examples.benchmarks.candidate;

import com.zaxxer.hikari.HikariConfig;
import dev.thaw.examples.benchmarks.program.ColdStart;
import java.sql.SQLException;

/** AWS's aws-secretsmanager-jdbc under HikariCP, as its README says. */
public final class SecretsManagerJdbc extends Pool {
  /** Starts the pool. */
  public SecretsManagerJdbc() {
    super(configured());
  }

  private static HikariConfig configured() {
    HikariConfig config = Pool.config();
    config.setDriverClassName("com.amazonaws.secretsmanager.sql.AWSSecretsManagerMySQLDriver");
    config.setJdbcUrl(JdbcUrl.of("jdbc-secretsmanager:mysql"));
    config.setUsername(System.getenv("DB_SECRET_NAME"));
    return config;
  }

  /** Measures a cold start. */
  public static void main(String[] args) throws SQLException {
    ColdStart start = ColdStart.begin();
    start.firstRow(new SecretsManagerJdbc());
  }
}
