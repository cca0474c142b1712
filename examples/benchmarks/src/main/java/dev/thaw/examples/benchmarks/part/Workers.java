package dev.thaw.examples.benchmarks.part;

import dev.thaw.examples.benchmarks.stand.CandidateName;
import dev.thaw.examples.benchmarks.stand.Counters;
import dev.thaw.examples.benchmarks.stand.Stand;
import dev.thaw.examples.benchmarks.stand.Tenant;
import dev.thaw.examples.benchmarks.stand.Worker;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.aws.SecretRotation;
import dev.thaw.testing.fault.FaultProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Runs scenarios, each in a fresh process with a fresh user behind a proxy of its own. */
final class Workers implements AutoCloseable {
  private final Setup setup;
  private final Path folder;
  private final Stand stand;
  private final Counters counters;

  private Workers(Setup setup, Path folder, Stand stand, Counters counters) {
    this.setup = setup;
    this.folder = folder;
    this.stand = stand;
    this.counters = counters;
  }

  static Workers start(Setup setup, String part)
      throws IOException, SQLException, GeneralSecurityException {
    Path folder = Files.createDirectories(setup.folder().resolve(part));
    Stand stand = Stand.on(DatabaseServer.builder().start(), folder);
    return new Workers(setup, folder, stand, new Counters(stand.server().connect()));
  }

  /** A process, and what can be done to it. */
  record Scene(Stand stand, Counters counters, Tenant tenant, FaultProxy proxy, Worker worker)
      implements AutoCloseable {
    /** Returns a rotation of the candidate's secret. */
    SecretRotation rotation() {
      return SecretRotation.singleUser(stand.secretsManager(), tenant.secretName(), stand.server());
    }

    @Override
    public void close() {
      worker.close();
      proxy.close();
    }
  }

  /**
   * Starts a process for a candidate that has three seconds, as far as it can be told so: HikariCP
   * by its connection timeout, Thaw by the deadline of each get.
   *
   * @param name the scenario
   */
  Scene scene(String name, CandidateName candidate) throws SQLException, IOException {
    return scene(
        name,
        candidate,
        Map.of(
            "DB_POOL_ACQUIRE_TIMEOUT", "3000ms",
            "BENCH_DEADLINE_MS", "3000",
            "BENCH_FAIL_FAST", "false"));
  }

  /**
   * Starts a process for a candidate.
   *
   * @param name the scenario
   * @param more variables of the process
   */
  Scene scene(String name, CandidateName candidate, Map<String, String> more)
      throws SQLException, IOException {
    setup.log().println(name + ": " + candidate);
    FaultProxy proxy = FaultProxy.to(stand.server().host(), stand.server().port());
    Tenant tenant = stand.tenant(name.replace(' ', '-'), candidate, proxy.host(), proxy.port());
    Map<String, String> variables = new HashMap<>(tenant.variables());
    variables.putAll(more);
    // What is asked is how idle connections fare, not whether they are kept.
    variables.put("DB_POOL_IDLE_TIMEOUT", "600000ms");
    Path errors = folder.resolve(name.replace(' ', '-') + "-" + candidate + ".err");
    Worker worker =
        Worker.start(
            setup.jdks().get(0), setup.classPaths().of(candidate), candidate, variables, errors);
    return new Scene(stand, counters, tenant, proxy, worker);
  }

  @Override
  public void close() throws SQLException {
    counters.close();
    stand.close();
  }
}
