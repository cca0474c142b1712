package dev.thaw.examples.benchmarks.warm;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Takes an idle connection and gives it back: HikariCP on the same driver, with the same address
 * and the same size of the pool, otherwise as it comes; and Thaw. System properties that begin with
 * {@code warm} say where the server is.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GetAndClose {
  private static final int POOL_SIZE = 5;

  /** Measures HikariCP. */
  @Benchmark
  public Connection hikaricp(Hikari hikari) throws SQLException {
    try (Connection connection = hikari.pool.getConnection()) {
      return connection;
    }
  }

  /** Measures Thaw. */
  @Benchmark
  public Connection thaw(Thaw thaw) throws SQLException {
    try (Connection connection = thaw.provider.get()) {
      return connection;
    }
  }

  /** Measures Thaw with a deadline, which bounds the use of the connection, too. */
  @Benchmark
  public Connection thawDeadline(Thaw thaw) throws SQLException {
    try (Connection connection = thaw.provider.get(Deadline.after(Duration.ofSeconds(10)))) {
      return connection;
    }
  }

  /** A pool of HikariCP. */
  @State(Scope.Benchmark)
  public static class Hikari {
    private HikariDataSource pool;

    /** Starts the pool. */
    @Setup
    public void start() {
      HikariConfig config = new HikariConfig();
      config.setJdbcUrl(
          "jdbc:mysql://"
              + property("host")
              + ":"
              + property("port")
              + "/"
              + property("database")
              + "?sslMode=REQUIRED");
      config.setUsername(property("user"));
      config.setPassword(property("password"));
      config.setMaximumPoolSize(POOL_SIZE);
      this.pool = new HikariDataSource(config);
    }

    /** Ends the pool. */
    @TearDown
    public void end() {
      pool.close();
    }
  }

  /** A provider of Thaw. */
  @State(Scope.Benchmark)
  public static class Thaw {
    private ConnectionProvider provider;

    /** Makes the provider. */
    @Setup
    public void start() {
      this.provider =
          PooledConnectionProvider.builder()
              .host(property("host"))
              .port(Integer.parseInt(property("port")))
              .database(property("database"))
              .credentials(property("user"), property("password"))
              .maxSize(POOL_SIZE)
              .build();
    }

    /** Ends the provider. */
    @TearDown
    public void end() {
      provider.close();
    }
  }

  private static String property(String name) {
    String value = System.getProperty("warm." + name);
    if (value == null) {
      throw new IllegalStateException("the system property warm." + name + " is not set");
    }
    return value;
  }
}
