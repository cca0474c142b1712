package dev.thaw.examples.benchmarks.part;

import dev.thaw.examples.benchmarks.program.Attempt;
import dev.thaw.examples.benchmarks.stand.CandidateName;
import dev.thaw.testing.aws.SecretRotation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Rotation of a single user's password: every two seconds for twenty under four threads whose
 * connections are opened anew each time, and a start between {@code setSecret} and {@code
 * finishSecret}, when only the version {@code AWSPENDING} is right.
 */
public final class RotationPart implements Part {
  private static final int THREADS = 4;
  private static final int ROTATIONS = 10;
  private static final Duration PERIOD = Duration.ofSeconds(2);

  /** From the change at the server to the change of the secret. */
  private static final Duration WINDOW = Duration.ofMillis(300);

  @Override
  public void run(Setup setup) throws IOException, SQLException, GeneralSecurityException {
    try (Workers workers = Workers.start(setup, "rotation")) {
      for (CandidateName candidate : setup.candidates()) {
        if (candidate.hasSecret()) {
          rotateUnderLoad(setup, workers, candidate);
          startInWindow(setup, workers, candidate);
        }
      }
    }
  }

  private static void rotateUnderLoad(Setup setup, Workers workers, CandidateName candidate)
      throws IOException, SQLException {
    try (Workers.Scene scene = workers.scene("rotation under load", candidate);
        SecretRotation rotation = scene.rotation()) {
      succeed(scene.worker().attempt("get a"));
      succeed(scene.worker().attempt("return a"));
      long refused = scene.counters().refusedLogins();
      long load = PERIOD.multipliedBy(ROTATIONS).toMillis();
      CompletableFuture<String[]> answer =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return scene.worker().words("load " + THREADS + " " + load);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      for (int i = 0; i < ROTATIONS; i++) {
        Pause.of(PERIOD.minus(WINDOW).dividedBy(2));
        rotation.createSecret();
        rotation.setSecret();
        Pause.of(WINDOW);
        rotation.finishSecret();
        Pause.of(PERIOD.minus(WINDOW).dividedBy(2));
      }
      String[] words = answer.join();
      add(setup, candidate, "worst get, ms", Double.parseDouble(words[0]));
      add(setup, candidate, "gets", Double.parseDouble(words[1]));
      add(setup, candidate, "failed gets", Double.parseDouble(words[2]));
      add(setup, candidate, "refused logins", (double) scene.counters().refusedLogins() - refused);
      setup.log().println("rotation under load: " + candidate + " " + String.join(" ", words));
    }
  }

  private static void startInWindow(Setup setup, Workers workers, CandidateName candidate)
      throws IOException, SQLException {
    try (Workers.Scene scene = workers.scene("start in window", candidate);
        SecretRotation rotation = scene.rotation()) {
      rotation.createSecret();
      rotation.setSecret();
      long refused = scene.counters().refusedLogins();
      Attempt attempt = scene.worker().attempt("get a");
      setup.log().println("start in window: " + candidate + " " + attempt);
      add(setup, candidate, "start in window: failed", attempt.succeeded() ? 0 : 1);
      add(setup, candidate, "start in window, ms", attempt.milliseconds());
      add(
          setup,
          candidate,
          "start in window: refused logins",
          (double) scene.counters().refusedLogins() - refused);
    }
  }

  private static void add(Setup setup, CandidateName candidate, String condition, double value) {
    setup.results().add("rotation", "password rotated", "", condition, candidate.id(), value);
  }

  private static void succeed(Attempt attempt) throws IOException {
    if (!attempt.succeeded()) {
      throw new IOException("the first connection failed: " + attempt.failure());
    }
  }
}
