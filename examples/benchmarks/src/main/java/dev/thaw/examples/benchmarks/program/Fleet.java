package dev.thaw.examples.benchmarks.program;

import dev.thaw.examples.benchmarks.candidate.Candidate;
import dev.thaw.examples.benchmarks.candidate.Candidates;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Many execution environments in one process, each with a candidate of its own and one invocation
 * at a time. All are started by one burst of requests; each invocation takes a connection, works
 * with it at the server and gives it back; between invocations the environment does nothing.
 */
final class Fleet {
  /** Environments of one burst are ready after different times: uniform up to this one. */
  private static final Duration INIT_SPREAD = Duration.ofMillis(500);

  /** The mean of the exponentially distributed times between invocations. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private static final long MILLIS_PER_SECOND = 1_000;

  // The JIT compiler looks at a method after 200 calls of it.
  private static final int WARM_UP_CONNECTS = 300;

  // Making one mostly waits for the secret.
  private static final int MADE_AT_ONCE = 20;

  // The same requests for each candidate.
  private static final long SEED = 20_251_125;

  private final String className;
  private final int environments;
  private final int invocations;
  private final long workMillis;
  private final long budgetMillis;
  private final long windowMillis;
  private final List<Candidate> candidates = new ArrayList<>();
  private final List<Attempt> attempts = Collections.synchronizedList(new ArrayList<>());
  private final List<Second> seconds;

  Fleet(
      String className,
      int environments,
      int invocations,
      long workMillis,
      long budgetMillis,
      long windowMillis) {
    this.className = className;
    this.environments = environments;
    this.invocations = invocations;
    this.workMillis = workMillis;
    this.budgetMillis = budgetMillis;
    this.windowMillis = windowMillis;
    this.seconds =
        Stream.generate(Second::new).limit(windowMillis / MILLIS_PER_SECOND + 1).toList();
  }

  /** What became of the invocations that began in one second of the burst. */
  private static final class Second {
    private int succeeded;
    private int failed;
    private double waited;

    synchronized void add(Attempt attempt) {
      if (attempt.succeeded()) {
        succeeded++;
        waited += attempt.milliseconds();
      } else {
        failed++;
      }
    }

    synchronized String toLine() {
      return String.format(
          Locale.ROOT,
          "%d succeeded after %.0f ms on average, %d failed",
          succeeded,
          succeeded == 0 ? 0 : waited / succeeded,
          failed);
    }
  }

  /**
   * Makes the environments' candidates. Before, another one opens connections and ends: the process
   * has compiled what a connect runs, which environments of Lambda do not share processors for, and
   * the libraries that keep secrets for the whole process have read theirs.
   */
  void make() {
    try (Candidate first = Candidates.create(className)) {
      for (int i = 0; i < WARM_UP_CONNECTS; i++) {
        Attempt attempt = Attempt.of(() -> Commands.discard(first.get()));
        if (!attempt.succeeded()) {
          throw new IllegalStateException("no connection before the burst: " + attempt.failure());
        }
      }
    }
    Candidate[] made = new Candidate[environments];
    AtomicInteger next = new AtomicInteger();
    List<Thread> makers = new ArrayList<>();
    for (int i = 0; i < MADE_AT_ONCE; i++) {
      Thread maker =
          new Thread(
              () -> {
                for (int n = next.getAndIncrement(); n < environments; n = next.getAndIncrement()) {
                  made[n] = Candidates.create(className);
                }
              },
              "maker-" + i);
      maker.start();
      makers.add(maker);
    }
    join(makers);
    candidates.addAll(List.of(made));
  }

  /**
   * Lets the burst begin. Returns the invocations that succeeded, those that began, the median, the
   * 99th percentile and the longest of the times that successful ones waited for a connection, in
   * milliseconds, and how often others failed for which reason.
   */
  String run() {
    long start = System.nanoTime() + Duration.ofMillis(200).toNanos();
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < environments; i++) {
      Candidate candidate = candidates.get(i);
      Random random = new Random(SEED + i);
      Thread thread =
          new Thread(null, () -> live(candidate, random, start), "environment-" + i, 256 * 1024);
      thread.setDaemon(true);
      thread.start();
      running.add(thread);
    }
    join(running);
    for (int i = 0; i < seconds.size(); i++) {
      System.err.println("second " + i + ": " + seconds.get(i).toLine());
    }
    return summary();
  }

  static void join(List<Thread> threads) {
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void live(Candidate candidate, Random random, long start) {
    long end = start + Duration.ofMillis(windowMillis).toNanos();
    parkUntil(start + (long) (random.nextDouble() * INIT_SPREAD.toNanos()));
    for (int i = 0; i < invocations && System.nanoTime() - end < 0; i++) {
      long began = Duration.ofNanos(System.nanoTime() - start).toSeconds();
      Attempt attempt = invoke(candidate);
      attempts.add(attempt);
      seconds.get((int) Math.min(began, seconds.size() - 1)).add(attempt);
      double pause = -Math.log(1 - random.nextDouble()) * PAUSE.toNanos();
      parkUntil(System.nanoTime() + (long) pause);
    }
  }

  private Attempt invoke(Candidate candidate) {
    long start = System.nanoTime();
    Connection[] taken = new Connection[1];
    Attempt get = Attempt.of(() -> taken[0] = candidate.get());
    if (taken[0] == null) {
      return get;
    }
    Attempt work = Attempt.of(() -> work(taken[0]));
    if (!work.succeeded()) {
      return work;
    }
    long budget = Duration.ofMillis(budgetMillis).toNanos();
    return System.nanoTime() - start <= budget ? get : new Attempt(get.milliseconds(), "late");
  }

  private void work(Connection connection) throws SQLException {
    try (connection;
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT SLEEP(%.3f)".formatted(workMillis / 1_000.0))) {
      row.next();
    }
  }

  private static void parkUntil(long nanoTime) {
    for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private String summary() {
    double[] waits =
        attempts.stream()
            .filter(Attempt::succeeded)
            .mapToDouble(Attempt::milliseconds)
            .sorted()
            .toArray();
    return String.format(
        Locale.ROOT,
        "%d %d %.1f %.1f %.1f %s",
        waits.length,
        attempts.size(),
        percentile(waits, 0.5),
        percentile(waits, 0.99),
        percentile(waits, 1),
        Attempt.failures(attempts));
  }

  private static double percentile(double[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(share * sorted.length) - 1];
  }
}
