package dev.thaw.metrics;

import static java.util.Objects.requireNonNull;

import dev.thaw.ConnectionListener;
import dev.thaw.RetireReason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Metrics of connection providers as lines of CloudWatch's embedded metric format, which AWS Lambda
 * takes from the standard output: no call of an API, no thread, nothing to flush before a freeze.
 *
 * <p>A line is written for what is rare: an opened connection ({@code ConnectTime}, with the {@code
 * Reuses} since the line before), a closed one ({@code Retired}), a refused login ({@code
 * LoginsRefused}), new credentials ({@code CredentialsRefreshed}), stale ones ({@code
 * StaleCredentials}) and a missed deadline ({@code DeadlinesMissed}, {@code DeadlineWait}). The
 * dimensions are {@code service} and {@code pool}; {@code reason}, {@code server} and the
 * milliseconds of each phase of a missed deadline ({@code phase_use} for one that has passed in the
 * use of a connection) are properties, which Logs Insights finds.
 *
 * <p>Format: Amazon CloudWatch User Guide, "Specification: Embedded metric format". Thread-safe;
 * one may serve several providers.
 */
public final class EmfMetrics implements ConnectionListener {
  private final String namespace;
  private final String service;
  private final Consumer<String> out;
  private final InstantSource clock;
  private final Map<String, LongAdder> reuses = new ConcurrentHashMap<>();

  /**
   * Creates metrics that are written to {@link System#out}, with namespace and service as
   * Powertools for AWS Lambda takes them: {@code POWERTOOLS_METRICS_NAMESPACE} or {@code Thaw}, and
   * {@code POWERTOOLS_SERVICE_NAME}, else the function's name, else {@code service_undefined}.
   */
  @SuppressWarnings("SystemOut") // where Lambda takes the format from
  public EmfMetrics() {
    this(System.getenv(), line -> System.out.println(line), InstantSource.system());
  }

  EmfMetrics(Map<String, String> environment, Consumer<String> out, InstantSource clock) {
    this.namespace = first(environment, "Thaw", "POWERTOOLS_METRICS_NAMESPACE");
    this.service =
        first(
            environment,
            "service_undefined",
            "POWERTOOLS_SERVICE_NAME",
            "AWS_LAMBDA_FUNCTION_NAME");
    this.out = requireNonNull(out, "out");
    this.clock = requireNonNull(clock, "clock");
  }

  private static String first(Map<String, String> environment, String otherwise, String... names) {
    for (String name : names) {
      String value = environment.get(name);
      if (value != null && !value.isBlank()) {
        return value;
      }
    }
    return otherwise;
  }

  private EmfLine line(String pool) {
    return new EmfLine(namespace, service, pool, clock.millis());
  }

  @Override
  public void reused(String pool) {
    reuses.computeIfAbsent(pool, unused -> new LongAdder()).increment();
  }

  @Override
  public void connected(String pool, String server, Duration took) {
    LongAdder since = reuses.get(pool);
    out.accept(
        line(pool)
            .millis("ConnectTime", took)
            .count("Reuses", since == null ? 0 : since.sumThenReset())
            .property("server", server)
            .toString());
  }

  @Override
  public void retired(String pool, RetireReason reason) {
    out.accept(line(pool).count("Retired", 1).property("reason", reason.name()).toString());
  }

  @Override
  public void loginRefused(String pool, Optional<String> version) {
    out.accept(line(pool).count("LoginsRefused", 1).toString());
  }

  @Override
  public void credentialsRefreshed(String pool, Optional<String> version) {
    out.accept(line(pool).count("CredentialsRefreshed", 1).toString());
  }

  @Override
  public void staleCredentialsServed(String pool, Instant since) {
    out.accept(
        line(pool).count("StaleCredentials", 1).property("since", since.toString()).toString());
  }

  @Override
  public void deadlineMissed(String pool, Duration waited, Map<String, Duration> phases) {
    EmfLine line = line(pool).count("DeadlinesMissed", 1).millis("DeadlineWait", waited);
    phases.forEach((phase, time) -> line.property("phase_" + phase, time.toMillis() + " ms"));
    out.accept(line.toString());
  }
}
