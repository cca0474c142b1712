package dev.thaw.examples.benchmarks.part;

import dev.thaw.examples.benchmarks.stand.CandidateName;
import dev.thaw.examples.benchmarks.stand.Counters;
import dev.thaw.examples.benchmarks.stand.Stand;
import dev.thaw.examples.benchmarks.stand.Tenant;
import dev.thaw.examples.benchmarks.stand.Worker;
import dev.thaw.testing.DatabaseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * More environments than the server has connections for. Each invocation has five seconds for a
 * connection, set in the way that the candidate offers.
 */
public final class FleetPart implements Part {
  private static final int INVOCATIONS = 10;
  private static final long WORK_MILLIS = 20;
  private static final long BUDGET_MILLIS = 5_000;
  private static final List<Scenario> SCENARIOS =
      List.of(new Scenario(150, 40, 15_000), new Scenario(1_000, 60, 25_000));

  /** Creates the part. */
  public FleetPart() {}

  /**
   * A burst.
   *
   * @param environments how many it starts
   * @param connections what the server has
   * @param windowMillis how long requests come; what has not begun by then has failed
   */
  private record Scenario(int environments, int connections, long windowMillis) {
    String title() {
      return environments + " on " + connections;
    }
  }

  @Override
  public void run(Setup setup) throws IOException, SQLException, GeneralSecurityException {
    Path folder = Files.createDirectories(setup.folder().resolve("fleet"));
    for (Scenario scenario : SCENARIOS) {
      DatabaseServer server =
          DatabaseServer.builder()
              .option("max_connections", String.valueOf(scenario.connections()))
              .option("back_log", "1000")
              .start();
      try (Stand stand = Stand.on(server, folder);
          Counters counters = new Counters(server.connect())) {
        for (CandidateName candidate : setup.candidates()) {
          if (candidate != CandidateName.JDBC && candidate != CandidateName.THAW_EXTENSION) {
            measure(setup, scenario, stand, counters, candidate, folder);
          }
        }
      }
    }
  }

  private static void measure(
      Setup setup,
      Scenario scenario,
      Stand stand,
      Counters counters,
      CandidateName candidate,
      Path folder)
      throws IOException, SQLException {
    Tenant tenant = stand.tenant("fleet", candidate, stand.server().host(), stand.server().port());
    Map<String, String> variables = new HashMap<>(tenant.variables());
    variables.put("DB_POOL_MAX", "1");
    variables.put("DB_POOL_ACQUIRE_TIMEOUT", BUDGET_MILLIS + "ms");
    variables.put("BENCH_DEADLINE_MS", String.valueOf(BUDGET_MILLIS));
    variables.put("BENCH_FAIL_FAST", "false");
    if (candidate == CandidateName.THAW) {
      // The others read the secret before the first request, or once for the whole process.
      variables.remove("DB_SECRET_NAME");
      variables.put("DB_USER", tenant.user().username());
      variables.put("DB_PASSWORD", tenant.user().password());
    }
    Path errors = folder.resolve(scenario.environments() + "-" + candidate + ".err");
    counters.reset();
    long before = counters.refusedConnections();
    String[] words;
    try (Worker worker =
        Worker.start(
            setup.jdks().get(0), setup.classPaths().of(candidate), candidate, variables, errors)) {
      words =
          worker.words(
              "fleet %d %d %d %d"
                  .formatted(
                      scenario.environments(), INVOCATIONS, WORK_MILLIS, scenario.windowMillis()));
    }
    String[] failures = words[3].split(" ", 3);
    double offered = (double) scenario.environments() * INVOCATIONS;
    long refused = counters.refusedConnections() - before;
    long peak = counters.peakConnections();
    add(setup, scenario, candidate, "succeeded, %", 100 * Double.parseDouble(words[0]) / offered);
    add(setup, scenario, candidate, "wait p50, ms", Double.parseDouble(words[2]));
    add(setup, scenario, candidate, "wait p99, ms", Double.parseDouble(failures[0]));
    add(setup, scenario, candidate, "refused connections", (double) refused);
    add(setup, scenario, candidate, "peak connections", (double) peak);
    setup
        .log()
        .printf(
            "fleet %s: %s %s, refused %d, peak %d%n",
            scenario.title(), candidate, String.join(" ", words), refused, peak);
  }

  private static void add(
      Setup setup, Scenario scenario, CandidateName candidate, String condition, double value) {
    setup
        .results()
        .add(
            "fleet",
            "budget of 5 s",
            "",
            scenario.title() + ": " + condition,
            candidate.id(),
            value);
  }
}
