package dev.thaw.examples.benchmarks.part;

import dev.thaw.examples.benchmarks.program.Attempt;
import dev.thaw.examples.benchmarks.stand.CandidateName;
import dev.thaw.examples.benchmarks.stand.Counters;
import dev.thaw.examples.benchmarks.stand.ProcessorShare;
import dev.thaw.examples.benchmarks.stand.Router;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * More environments than the server has connections for, straight at the server and through MySQL
 * Router. Each invocation has five seconds for its connection and its work; what candidates offer
 * to end a wait for a connection is set to that.
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
        new Burst(setup, stand, counters, folder, scenario, 0).run();
        if (setup.router().isEmpty()) {
          setup.results().note("fleet: MySQL Router was not measured, -Dbench.router names none");
        } else {
          new Burst(setup, stand, counters, folder, scenario, Router.freePort()).run();
        }
      }
    }
  }

  /**
   * One scenario over one way to the server, for all candidates.
   *
   * @param routerPort where MySQL Router listens; zero for none
   */
  private record Burst(
      Setup setup, Stand stand, Counters counters, Path folder, Scenario scenario, int routerPort) {
    void run() throws IOException, SQLException, GeneralSecurityException {
      // Before the first of them fills the server, or a router that keeps it full.
      Map<CandidateName, Map<String, String>> all = new LinkedHashMap<>();
      for (CandidateName candidate : setup.candidates()) {
        if (candidate.hasSecret() && candidate != CandidateName.THAW_EXTENSION) {
          all.put(candidate, variables(candidate));
        }
      }
      for (Map.Entry<CandidateName, Map<String, String>> each : all.entrySet()) {
        if (routerPort == 0) {
          measure(each.getKey(), each.getValue());
        } else {
          // Another candidate's connects would go on in the same one.
          Router router =
              Router.start(
                  setup.router(),
                  stand.server(),
                  stand.certificates(),
                  scenario.connections() - 1,
                  routerPort);
          try {
            measure(each.getKey(), each.getValue());
          } finally {
            router.close();
          }
        }
      }
    }

    private String way() {
      return routerPort == 0 ? "" : " through Router";
    }

    private void measure(CandidateName candidate, Map<String, String> variables)
        throws IOException, SQLException {
      Path errors = folder.resolve(scenario.environments() + way() + "-" + candidate + ".err");
      String[] words;
      long refused;
      long opened;
      try (ProcessorShare left = whatIsLeft();
          Worker worker =
              Worker.start(
                  setup.jdks().get(0),
                  setup.classPaths().of(candidate),
                  candidate,
                  variables,
                  errors)) {
        if (left != null) {
          worker.enter(left);
        }
        make(worker, candidate);
        counters.reset();
        refused = -counters.refusedConnections();
        opened = -counters.openedConnections();
        words = worker.words("burst");
      }
      refused += counters.refusedConnections();
      opened += counters.openedConnections();
      double offered = (double) scenario.environments() * INVOCATIONS;
      add(candidate, "succeeded, %", 100 * Double.parseDouble(words[0]) / offered);
      add(candidate, "wait p50, ms", Double.parseDouble(words[2]));
      add(candidate, "wait p99, ms", Double.parseDouble(words[3].split(" ", 2)[0]));
      add(candidate, "refused connections", (double) refused);
      add(candidate, "peak connections", (double) counters.peakConnections());
      add(candidate, "opened connections", (double) opened);
      setup
          .log()
          .printf(
              "fleet %s%s: %s %s, refused %d%n",
              scenario.title(), way(), candidate, String.join(" ", words), refused);
    }

    /**
     * Returns what the environments run in: those of Lambda have processors of their own, and take
     * none from the server or the proxy.
     */
    private @Nullable ProcessorShare whatIsLeft() {
      try {
        return ProcessorShare.ofWhatIsLeft();
      } catch (IOException e) {
        setup.results().note("fleet: the environments compete with server and proxy: " + e);
        return null;
      }
    }

    private Map<String, String> variables(CandidateName candidate) throws SQLException {
      String host = routerPort == 0 ? stand.server().host() : "127.0.0.1";
      int port = routerPort == 0 ? stand.server().port() : routerPort;
      Tenant tenant = stand.tenant("fleet-" + port, candidate, host, port);
      Map<String, String> variables = new HashMap<>(tenant.variables());
      variables.put("DB_POOL_MAX", "1");
      variables.put("DB_POOL_ACQUIRE_TIMEOUT", BUDGET_MILLIS + "ms");
      variables.put("BENCH_DEADLINE_MS", String.valueOf(BUDGET_MILLIS));
      variables.put("BENCH_FAIL_FAST", "false");
      variables.put("BENCH_SECRET_FIRST", "true");
      if (routerPort != 0) {
        // The router has a certificate of its own.
        variables.keySet().removeAll(List.of("DB_SSL_CA", "BENCH_TRUST_STORE"));
        variables.put("DB_SSL_MODE", "REQUIRED");
      }
      return variables;
    }

    private void make(Worker worker, CandidateName candidate) throws IOException {
      Attempt made =
          worker.attempt(
              "fleet %d %d %d %d %d"
                  .formatted(
                      scenario.environments(),
                      INVOCATIONS,
                      WORK_MILLIS,
                      BUDGET_MILLIS,
                      scenario.windowMillis()));
      if (!made.succeeded()) {
        throw new IOException("no environments of " + candidate + ": " + made.failure());
      }
    }

    private void add(CandidateName candidate, String condition, double value) {
      setup
          .results()
          .add(
              "fleet",
              "budget of 5 s",
              "",
              scenario.title() + way() + ": " + condition,
              candidate.id(),
              value);
    }
  }
}
