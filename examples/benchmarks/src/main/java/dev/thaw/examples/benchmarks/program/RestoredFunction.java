package dev.thaw.examples.benchmarks.program;

import dev.thaw.examples.benchmarks.candidate.Candidate;
import dev.thaw.examples.benchmarks.candidate.Candidates;
import java.sql.Connection;
import java.sql.SQLException;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * A Lambda function that reads a row, of which a snapshot is taken. It tells what the first row
 * takes after the restore: the candidate's hooks, and its part of the invocation; what Lambda's
 * runtime does between the two is left out.
 */
public final class RestoredFunction {
  // Hooks after a restore run in the order in which they were registered.
  private static final Mark FIRST = Mark.registered();
  private static final Candidate CANDIDATE = Candidates.create(System.getenv("BENCH_CANDIDATE"));
  private static final Mark LAST = Mark.registered();

  /** A moment, and what the process had used by then; that of the restore if it is a hook. */
  private static final class Mark implements Resource {
    private long nanos;
    private long processorMicros;

    static Mark registered() {
      Mark mark = now();
      Core.getGlobalContext().register(mark);
      return mark;
    }

    static Mark now() {
      Mark mark = new Mark();
      mark.set();
      return mark;
    }

    private void set() {
      nanos = System.nanoTime();
      processorMicros = ProcessUse.processorMicros();
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {}

    @Override
    public void afterRestore(Context<? extends Resource> context) {
      set();
    }
  }

  /** Called by the runtime in the init phase. */
  public RestoredFunction() throws SQLException {
    Row.load();
    if ("true".equals(System.getenv("BENCH_PRIME"))) {
      CANDIDATE.prime();
    }
  }

  /**
   * Reads a row.
   *
   * @param event not used
   * @return {@code nanos=<n> micros=<n>}, the time and the processor time that it took; -1 if the
   *     system does not tell the latter
   * @throws SQLException if there is no row
   */
  public String handle(Object event) throws SQLException {
    Mark begin = Mark.now();
    // Not given back: what a return sends comes after the row. The process ends with it.
    Connection connection = CANDIDATE.get();
    Row.read(connection);
    Mark row = Mark.now();
    long nanos = LAST.nanos - FIRST.nanos + row.nanos - begin.nanos;
    long micros =
        row.processorMicros < 0
            ? -1
            : LAST.processorMicros
                - FIRST.processorMicros
                + row.processorMicros
                - begin.processorMicros;
    return "nanos=" + nanos + " micros=" + micros;
  }
}
