package dev.thaw.examples.benchmarks.part;

import dev.thaw.examples.benchmarks.program.Attempt;
import dev.thaw.examples.benchmarks.stand.CandidateName;
import dev.thaw.examples.benchmarks.stand.Worker;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
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

  @Override
  public void run(Setup setup) throws IOException, SQLException, GeneralSecurityException {
    List<Workers.Scene> all = new ArrayList<>();
    try (Workers workers = Workers.start(setup, "trips")) {
      try {
        for (CandidateName candidate : setup.candidates()) {
          if (candidate == CandidateName.THAW_IAM) {
            continue; // its front is not the server whose exchanges are counted
          }
          Workers.Scene scene = workers.scene("trips", candidate, Map.of());
          all.add(scene);
          if (candidate == CandidateName.JDBC) {
            step(setup, scene, "cold connect", "get a");
          } else {
            firstSteps(setup, scene);
          }
        }
        setup.log().println("trips: waiting for " + LONG.toSeconds() + " s");
        Pause.of(LONG);
        for (Workers.Scene scene : all) {
          if (scene.tenant().candidate() != CandidateName.JDBC) {
            step(setup, scene, "borrow after 61 s", "get a");
          }
        }
      } finally {
        all.forEach(Workers.Scene::close);
      }
    }
  }

  private static void firstSteps(Setup setup, Workers.Scene scene)
      throws IOException, SQLException {
    step(setup, scene, "cold connect", "get a");
    step(setup, scene, "second connect", "get b");
    succeed(scene.worker(), "return b");
    succeed(scene.worker(), "return a");
    Pause.of(SHORT);
    step(setup, scene, "borrow after 10 ms", "get a");
    succeed(scene.worker(), "return a");
    Pause.of(MEDIUM);
    step(setup, scene, "borrow after 2 s", "get a");
    succeed(scene.worker(), "return a");
  }

  private static void step(Setup setup, Workers.Scene scene, String step, String command)
      throws IOException, SQLException {
    String candidate = scene.tenant().candidate().id();
    String user = scene.tenant().user().username();
    long exchanges = scene.proxy().exchanges();
    long connections = scene.proxy().connections();
    long statements = scene.counters().statements(user);
    succeed(scene.worker(), command);
    if (step.endsWith("connect")) {
      Pause.of(SETTLE);
    }
    add(setup, "exchanges", step, candidate, scene.proxy().exchanges() - exchanges);
    add(setup, "statements", step, candidate, scene.counters().statements(user) - statements);
    add(setup, "connections", step, candidate, scene.proxy().connections() - connections);
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
