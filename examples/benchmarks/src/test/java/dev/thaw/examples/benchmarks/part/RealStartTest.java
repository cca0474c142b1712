package dev.thaw.examples.benchmarks.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.examples.benchmarks.candidate.PlainJdbc;
import dev.thaw.examples.benchmarks.report.Measurement;
import dev.thaw.examples.benchmarks.report.Results;
import dev.thaw.examples.benchmarks.stand.Jdk;
import dev.thaw.examples.benchmarks.stand.Transport;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.FaultProxy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The figures of a real process against what others have seen of it. */
@DatabaseTest
@EnabledOnOs(OS.LINUX)
class RealStartTest {
  private static ProcessBuilder process(FaultProxy proxy, TestSchema schema) {
    DatabaseCredentials user = schema.credentials();
    ProcessBuilder process =
        new ProcessBuilder(
            Jdk.running().java().toString(),
            "-cp",
            System.getProperty("java.class.path"),
            PlainJdbc.class.getName());
    process.environment().clear();
    process
        .environment()
        .putAll(
            Map.of(
                "DB_HOST", proxy.host(),
                "DB_PORT", String.valueOf(proxy.port()),
                "DB_NAME", schema.name(),
                "DB_USER", user.username(),
                "DB_PASSWORD", user.password()));
    return process;
  }

  private static double value(Results results, String metric) {
    return results.measurements().stream()
        .filter(m -> m.metric().equals(metric))
        .findFirst()
        .map(Measurement::median)
        .orElseThrow();
  }

  @Test
  void what_is_reported_of_a_real_start_is_what_ran(DatabaseServer server, TestSchema schema)
      throws Exception {
    Duration latency = Duration.ofMillis(20);
    try (FaultProxy proxy = FaultProxy.to(server.host(), server.port())) {
      proxy.latency(latency);
      ProcessBuilder process = process(proxy, schema);
      Results results = new Results();
      long start = System.nanoTime();
      new ColdRun("jdbc", "jdk17", Transport.HTTPS, null, "", process).measure(results);
      double elapsed = (System.nanoTime() - start) / 1e6;

      assertThat(proxy.connections()).as("one start, one connection").isOne();
      double whole = value(results, "process start to row");
      double main = value(results, "main to row");
      assertThat(whole).isBetween(main, elapsed);
      assertThat(main)
          .as("each round trip that the proxy has counted has been waited for")
          .isGreaterThan(proxy.exchanges() * (double) latency.toMillis());
      assertThat(value(results, "processor time"))
          .isBetween(50.0, elapsed * Runtime.getRuntime().availableProcessors());
      assertThat(value(results, "peak memory")).isBetween(20.0, 2_000.0);
      double steps =
          results.measurements().stream()
              .filter(m -> m.metric().startsWith("steps"))
              .mapToDouble(Measurement::median)
              .sum();
      assertThat(steps).as("the steps are the whole").isCloseTo(whole, within(5.0));
    }
  }
}
