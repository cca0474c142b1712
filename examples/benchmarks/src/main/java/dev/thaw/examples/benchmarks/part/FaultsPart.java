package dev.thaw.examples.benchmarks.part;

import dev.thaw.examples.benchmarks.program.Attempt;
import dev.thaw.examples.benchmarks.stand.CandidateName;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What a caller meets when something breaks. Each candidate has a budget of three seconds for a
 * connection, set in the way that it offers.
 */
public final class FaultsPart implements Part {
  private static final int IDLE = 5;

  /** Beyond the half second in which HikariCP does not ask. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private static final Duration LATER = Duration.ofSeconds(61);

  @Override
  public void run(Setup setup) throws IOException, SQLException, GeneralSecurityException {
    try (Workers workers = Workers.start(setup, "faults")) {
      for (CandidateName candidate : setup.candidates()) {
        if (candidate.hasSecret()) {
          wrongPassword(setup, workers, candidate);
          killed(setup, workers, candidate);
          silentSoon(setup, workers, candidate);
          neverAnswers(setup, workers, candidate);
        }
      }
      silentLater(setup, workers);
    }
  }

  /** The password is changed, and no secret says so. */
  private static void wrongPassword(Setup setup, Workers workers, CandidateName candidate)
      throws IOException, SQLException {
    try (Workers.Scene scene = workers.scene("wrong password", candidate)) {
      open(scene, 1);
      scene
          .stand()
          .schema()
          .setPassword(scene.tenant().user().username(), UUID.randomUUID().toString());
      scene.worker().attempt("break 0");
      long refused = scene.counters().refusedLogins();
      Attempt attempt = scene.worker().attempt("get 0");
      if (attempt.succeeded()) {
        throw new IOException(candidate + " has logged in with a wrong password");
      }
      add(setup, candidate, "wrong password: error after, ms", attempt.milliseconds());
      add(
          setup,
          candidate,
          "wrong password: refused logins",
          (double) scene.counters().refusedLogins() - refused);
      tell(setup, "wrong password", candidate, attempt);
    }
  }

  /** The server ends all idle connections; at once each is borrowed and used. */
  private static void killed(Setup setup, Workers workers, CandidateName candidate)
      throws IOException, SQLException {
    try (Workers.Scene scene = workers.scene("killed", candidate)) {
      open(scene, IDLE);
      giveBack(scene, IDLE);
      int killed = scene.stand().schema().killConnections();
      int failed = 0;
      for (int i = 0; i < IDLE; i++) {
        boolean works =
            scene.worker().attempt("get " + i).succeeded()
                && scene.worker().attempt("query " + i).succeeded();
        failed += works ? 0 : 1;
      }
      setup.log().println("killed: " + candidate + " " + failed + " failed, " + killed + " killed");
      add(setup, candidate, "5 killed: failed uses", failed);
    }
  }

  /** The network goes silent under an idle connection; new ones would work. */
  private static void silentSoon(Setup setup, Workers workers, CandidateName candidate)
      throws IOException, SQLException {
    try (Workers.Scene scene = workers.scene("1 silent after 2 s", candidate)) {
      open(scene, 1);
      giveBack(scene, 1);
      Pause.of(SOON);
      silent(setup, scene, "1 silent after 2 s");
    }
  }

  /** The same with three connections that have been idle for long, of all candidates at once. */
  private static void silentLater(Setup setup, Workers workers) throws IOException, SQLException {
    List<Workers.Scene> scenes = new ArrayList<>();
    try {
      for (CandidateName candidate : setup.candidates()) {
        if (candidate.hasSecret()) {
          Workers.Scene scene = workers.scene("3 silent after 61 s", candidate);
          scenes.add(scene);
          open(scene, 3);
          giveBack(scene, 3);
        }
      }
      Pause.of(LATER);
      for (Workers.Scene scene : scenes) {
        silent(setup, scene, "3 silent after 61 s");
      }
    } finally {
      scenes.forEach(Workers.Scene::close);
    }
  }

  private static void silent(Setup setup, Workers.Scene scene, String name) throws IOException {
    CandidateName candidate = scene.tenant().candidate();
    scene.proxy().silence();
    Attempt get = scene.worker().attempt("get 0");
    Attempt query = get.succeeded() ? scene.worker().attempt("query 0") : get;
    double total = get.milliseconds() + (get.succeeded() ? query.milliseconds() : 0);
    add(setup, candidate, name + ": until a row or an error, ms", total);
    add(setup, candidate, name + ": failed", query.succeeded() ? 0 : 1);
    tell(setup, name + ", get " + get + ", query", candidate, query);
  }

  private static void neverAnswers(Setup setup, Workers workers, CandidateName candidate)
      throws IOException, SQLException {
    try (Workers.Scene scene = workers.scene("never answers", candidate)) {
      scene.proxy().acceptSilently();
      Attempt attempt = scene.worker().attempt("get 0");
      add(setup, candidate, "never answers: error after, ms", attempt.milliseconds());
      tell(setup, "never answers", candidate, attempt);
    }
  }

  private static void open(Workers.Scene scene, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Attempt attempt = scene.worker().attempt("get " + i);
      if (!attempt.succeeded()) {
        throw new IOException("connection " + i + " failed: " + attempt.failure());
      }
    }
  }

  private static void giveBack(Workers.Scene scene, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      scene.worker().attempt("return " + i);
    }
  }

  private static void tell(Setup setup, String name, CandidateName candidate, Attempt attempt) {
    setup.log().println(name + ": " + candidate + " " + attempt);
  }

  private static void add(Setup setup, CandidateName candidate, String condition, double value) {
    setup.results().add("faults", "budget of 3 s", "", condition, candidate.id(), value);
  }
}
