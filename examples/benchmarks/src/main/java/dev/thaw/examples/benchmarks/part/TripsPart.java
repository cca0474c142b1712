package dev.thaw.examples.benchmarks.part;

import dev.thaw.examples.benchmarks.program.Attempt;
import dev.thaw.examples.benchmarks.stand.CandidateName;
import dev.thaw.examples.benchmarks.stand.Counters;
import dev.thaw.examples.benchmarks.stand.Stand;
import dev.thaw.examples.benchmarks.stand.Tenant;
import dev.thaw.examples.benchmarks.stand.Worker;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.fault.FaultProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Round trips that a borrower waits for, counted on the wire, and what the server was asked.
 *
 * <p>On the wire an exchange is counted whenever the client speaks after it has listened, so TLS
 * and login are included, and what other threads of the candidate do meanwhile, too. The server
 * counts statements and pings.
 */
public final class TripsPart implements Part {
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final Duration MEDIUM = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofSeconds(61);

  /** So that what a pool does behind the borrower's back ends before the next step. */
  private static final Duration SETTLE = Duration.ofMillis(500);

  /** A candidate with a proxy of its own. */
  private record Counted(Tenant tenant, FaultProxy proxy, Worker worker) implements AutoCloseable {
    @Override
    public void close() {
      worker.close();
      proxy.close();
    }
  }

  @Override
  public void run(Setup setup) throws IOException, SQLException, GeneralSecurityException {
    Path folder = Files.createDirectories(setup.folder().resolve("trips"));
    List<Counted> all = new ArrayList<>();
    try (Stand stand = Stand.on(DatabaseServer.builder().start(), folder);
        Counters counters = new Counters(stand.server().connect())) {
      try {
        for (CandidateName candidate : setup.candidates()) {
          if (candidate == CandidateName.THAW_IAM) {
            continue; // its front is not the server whose exchanges are counted
          }
          setup.log().println("trips: " + candidate);
          Counted counted = start(setup, stand, folder, candidate);
          all.add(counted);
          if (candidate == CandidateName.JDBC) {
            step(setup, counters, counted, "cold connect", "get a");
          } else {
            firstSteps(setup, counters, counted);
          }
        }
        setup.log().println("trips: waiting for " + LONG.toSeconds() + " s");
        Pause.of(LONG);
        for (Counted counted : all) {
          if (counted.tenant.candidate() != CandidateName.JDBC) {
            step(setup, counters, counted, "borrow after 61 s", "get a");
          }
        }
      } finally {
        all.forEach(Counted::close);
      }
    }
  }

  private static Counted start(Setup setup, Stand stand, Path folder, CandidateName candidate)
      throws SQLException, IOException {
    FaultProxy proxy = FaultProxy.to(stand.server().host(), stand.server().port());
    Tenant tenant = stand.tenant("trips", candidate, proxy.host(), proxy.port());
    Map<String, String> variables = new HashMap<>(tenant.variables());
    // What is asked is whether an idle connection is checked, not whether it is kept.
    variables.put("DB_POOL_IDLE_TIMEOUT", "600000ms");
    Worker worker =
        Worker.start(
            setup.jdks().get(0),
            setup.classPaths().of(candidate),
            candidate,
            variables,
            folder.resolve(candidate + ".err"));
    return new Counted(tenant, proxy, worker);
  }

  private static void firstSteps(Setup setup, Counters counters, Counted counted)
      throws IOException, SQLException {
    step(setup, counters, counted, "cold connect", "get a");
    step(setup, counters, counted, "second connect", "get b");
    succeed(counted.worker, "return b");
    succeed(counted.worker, "return a");
    Pause.of(SHORT);
    step(setup, counters, counted, "borrow after 10 ms", "get a");
    succeed(counted.worker, "return a");
    Pause.of(MEDIUM);
    step(setup, counters, counted, "borrow after 2 s", "get a");
    succeed(counted.worker, "return a");
  }

  private static void step(
      Setup setup, Counters counters, Counted counted, String step, String command)
      throws IOException, SQLException {
    String candidate = counted.tenant.candidate().id();
    String user = counted.tenant.user().username();
    long exchanges = counted.proxy.exchanges();
    long connections = counted.proxy.connections();
    long statements = counters.statements(user);
    succeed(counted.worker, command);
    if (step.endsWith("connect")) {
      Pause.of(SETTLE);
    }
    add(setup, "exchanges", step, candidate, counted.proxy.exchanges() - exchanges);
    add(setup, "statements", step, candidate, counters.statements(user) - statements);
    add(setup, "connections", step, candidate, counted.proxy.connections() - connections);
  }

  private static void add(Setup setup, String metric, String step, String candidate, long value) {
    setup.results().add("trips", metric, "", step, candidate, (double) value);
  }

  private static void succeed(Worker worker, String command) throws IOException {
    Attempt attempt = worker.attempt(command);
    if (!attempt.succeeded()) {
      throw new IOException(command + " failed: " + attempt.failure());
    }
  }
}
