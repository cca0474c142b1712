package dev.thaw.examples.benchmarks.candidate;

import com.zaxxer.hikari.HikariConfig;
import dev.thaw.examples.benchmarks.program.ColdStart;
import java.sql.SQLException;

/** AWS's aws-advanced-jdbc-wrapper with its plugin for Secrets Manager, under HikariCP. */
public final class JdbcWrapper extends Pool {
  /** Starts the pool. */
  public JdbcWrapper() {
    super(configured());
  }

  private static HikariConfig configured() {
    HikariConfig config = Pool.config();
    config.setDriverClassName("software.amazon.jdbc.Driver");
    config.setJdbcUrl(JdbcUrl.of("jdbc:aws-wrapper:mysql"));
    config.addDataSourceProperty("wrapperPlugins", "awsSecretsManager");
    config.addDataSourceProperty("secretsManagerSecretId", System.getenv("DB_SECRET_NAME"));
    config.addDataSourceProperty("secretsManagerRegion", System.getenv("AWS_REGION"));
    return config;
  }

  /** Measures a cold start. */
  public static void main(String[] args) throws SQLException {
    ColdStart start = ColdStart.begin();
    start.firstRow(new JdbcWrapper());
  }
}
