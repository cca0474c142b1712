package dev.thaw.examples.benchmarks.program;

import dev.thaw.examples.benchmarks.candidate.Candidate;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** Threads that take connections for a while, each of which the server has to open anew. */
final class Load {
  private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

  private final Candidate candidate;
  private final int threads;
  private final long nanos;
  private final List<Attempt> attempts = Collections.synchronizedList(new ArrayList<>());

  Load(Candidate candidate, int threads, long milliseconds) {
    this.candidate = candidate;
    this.threads = threads;
    this.nanos = Duration.ofMillis(milliseconds).toNanos();
  }

  /** Returns the worst time, the gets, those that failed, and how often for which reason. */
  String run() {
    long end = System.nanoTime() + nanos;
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread thread = new Thread(() -> takeUntil(end), "load-" + i);
      thread.start();
      running.add(thread);
    }
    Fleet.join(running);
    double worst = attempts.stream().mapToDouble(Attempt::milliseconds).max().orElse(0);
    long failed = attempts.stream().filter(attempt -> !attempt.succeeded()).count();
    return String.format(
        Locale.ROOT, "%.3f %d %d %s", worst, attempts.size(), failed, Attempt.failures(attempts));
  }

  private void takeUntil(long end) {
    while (System.nanoTime() - end < 0) {
      Connection[] taken = new Connection[1];
      attempts.add(Attempt.of(() -> taken[0] = candidate.get()));
      if (taken[0] != null) {
        Attempt.of(() -> Commands.discard(taken[0]));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
