package dev.thaw.examples.benchmarks.candidate;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;

/** HikariCP as all who use it here set it up: like Thaw's defaults, and the original helper's. */
abstract class Pool implements Candidate {
  private final HikariDataSource pool;

  Pool(HikariConfig config) {
    this.pool = new HikariDataSource(config);
  }

  @Override
  public final Connection get() throws SQLException {
    return pool.getConnection();
  }

  @Override
  public final void close() {
    pool.close();
  }

  static HikariConfig config() {
    HikariConfig config = new HikariConfig();
    config.setMaximumPoolSize(Integer.parseInt(System.getenv("DB_POOL_MAX")));
    config.setMinimumIdle(0);
    config.setConnectionTimeout(milliseconds("DB_POOL_ACQUIRE_TIMEOUT"));
    config.setIdleTimeout(milliseconds("DB_POOL_IDLE_TIMEOUT"));
    if ("false".equals(System.getenv("BENCH_FAIL_FAST"))) {
      // Else it gives up after the first refused connect, whatever the connection timeout is.
      config.setInitializationFailTimeout(-1);
    }
    return config;
  }

  /** Thaw reads the same variables and wants a unit. */
  private static long milliseconds(String variable) {
    String value = System.getenv(variable);
    return Long.parseLong(value.substring(0, value.length() - "ms".length()));
  }
}
