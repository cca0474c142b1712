package dev.thaw.examples.benchmarks.part;

import dev.thaw.examples.benchmarks.report.Results;
import dev.thaw.examples.benchmarks.stand.ChildProcess;
import dev.thaw.examples.benchmarks.stand.ProcessorShare;
import dev.thaw.examples.benchmarks.stand.Transport;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The processes of one candidate under one condition.
 *
 * @param candidate whose processes
 * @param variant the name of the JDK and of what it has for an archive
 * @param transport how Secrets Manager is reached
 * @param share the control group with a share of a processor; {@code null} if nothing limits them
 * @param shareTitle what the share is called
 * @param process the program
 */
record ColdRun(
    String candidate,
    String variant,
    Transport transport,
    @Nullable ProcessorShare share,
    String shareTitle,
    ProcessBuilder process) {
  private static final double MICROS_PER_MILLI = 1000;
  private static final double KILOBYTES_PER_MEGABYTE = 1024;

  /** Returns the same with a share of a processor. */
  ColdRun with(ProcessorShare group, String title) {
    List<String> command = new ArrayList<>(process.command());
    if (!candidate.equals("node")) {
      // A JVM in a control group would see one processor. In Lambda it sees two, whatever its
      // share.
      command.add(1, "-XX:ActiveProcessorCount=2");
    }
    ProcessBuilder limited = new ProcessBuilder(group.entering(command));
    limited.directory(process.directory());
    Map<String, String> variables = limited.environment();
    variables.clear();
    variables.putAll(process.environment());
    return new ColdRun(candidate, variant, transport, group, title, limited);
  }

  /** Returns whether it is measured in a round; HTTPS without a limit is in each. */
  boolean isIn(int round, int every) {
    return (transport == Transport.HTTPS && share == null) || round % every == 1 % every;
  }

  private String condition() {
    return transport + ", " + variant + (share == null ? "" : ", " + shareTitle);
  }

  /** Runs a process and adds what it tells. */
  void measure(Results results) throws IOException {
    double start = micros(Instant.now());
    ColdTimes times = ColdTimes.parse(ChildProcess.run(process));
    add(results, start, times);
  }

  /** Adds what a process tells that was started at this moment. */
  void add(Results results, double start, ColdTimes times) {
    if (share == null) {
      double before = start;
      for (ColdTimes.Step step : times.steps()) {
        // Steps are conditions of one table for each condition: its columns show where the time is.
        results.add(
            "cold",
            "steps, " + condition(),
            "ms",
            step.name(),
            candidate,
            (step.end() - before) / MICROS_PER_MILLI);
        before = step.end();
      }
    }
    add(results, "process start to row", "ms", (times.row() - start) / MICROS_PER_MILLI);
    add(results, "main to row", "ms", (times.row() - times.main()) / MICROS_PER_MILLI);
    if (times.processorMicros() >= 0 && times.peakKilobytes() >= 0) {
      add(results, "processor time", "ms", times.processorMicros() / MICROS_PER_MILLI);
      add(results, "peak memory", "MB", times.peakKilobytes() / KILOBYTES_PER_MEGABYTE);
    }
  }

  private void add(Results results, String metric, String unit, double value) {
    results.add("cold", metric, unit, condition(), candidate, value);
  }

  private static double micros(Instant instant) {
    return instant.getEpochSecond() * 1e6 + instant.getNano() / MICROS_PER_MILLI;
  }
}
