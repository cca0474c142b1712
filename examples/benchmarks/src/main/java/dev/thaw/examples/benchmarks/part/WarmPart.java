package dev.thaw.examples.benchmarks.part;

import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.examples.benchmarks.report.Results;
import dev.thaw.examples.benchmarks.stand.LambdaOptions;
import dev.thaw.examples.benchmarks.warm.GetAndClose;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.TestSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The warm path: time and allocation of taking an idle connection and giving it back. Each value is
 * the mean of one second; the JVM has Lambda's options and is the one that runs this.
 */
public final class WarmPart implements Part {
  private static final List<Integer> THREADS = List.of(1, 4, 32);
  private static final int FORKS = 3;
  private static final int WARM_UPS = 3;
  private static final String ALLOCATION = "gc.alloc.rate.norm";
  private static final Map<String, String> CANDIDATES =
      Map.of(
          "hikaricp", "hikaricp",
          "thaw", "thaw",
          "thawDeadline", "thaw, with a deadline");

  /** Creates the part. */
  public WarmPart() {}

  @Override
  public void run(Setup setup) throws IOException, SQLException {
    Path log = Files.createDirectories(setup.folder().resolve("warm"));
    try (DatabaseServer server = DatabaseServer.builder().start();
        TestSchema schema = server.createSchema()) {
      setup.results().fact("database", server.version());
      for (int threads : THREADS) {
        setup.log().println("warm: " + threads + " threads");
        Options options = options(setup, server, schema, threads, log);
        for (RunResult run : new Runner(options).run()) {
          add(setup.results(), run, threads);
        }
      }
    } catch (RunnerException e) {
      throw new IOException("JMH has failed; its output is in " + log, e);
    }
  }

  private static Options options(
      Setup setup, DatabaseServer server, TestSchema schema, int threads, Path log) {
    DatabaseCredentials user = schema.credentials();
    List<String> arguments = new ArrayList<>(LambdaOptions.LIST);
    arguments.addAll(
        List.of(
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-Dwarm.host=" + server.host(),
            "-Dwarm.port=" + server.port(),
            "-Dwarm.database=" + schema.name(),
            "-Dwarm.user=" + user.username(),
            "-Dwarm.password=" + user.password()));
    return new OptionsBuilder()
        .include(GetAndClose.class.getName() + "\\.")
        .threads(threads)
        .forks(FORKS)
        .warmupIterations(WARM_UPS)
        .warmupTime(TimeValue.seconds(1))
        .measurementIterations(Math.max(1, setup.rounds() / FORKS))
        .measurementTime(TimeValue.seconds(1))
        .addProfiler(GCProfiler.class)
        .shouldFailOnError(true)
        .verbosity(VerboseMode.NORMAL)
        .output(log.resolve("jmh-" + threads + ".log").toString())
        .jvmArgs(arguments.toArray(String[]::new))
        .build();
  }

  private static void add(Results results, RunResult run, int threads) {
    String method = run.getPrimaryResult().getLabel();
    String candidate = CANDIDATES.get(method);
    String condition = threads == 1 ? "1 thread" : threads + " threads";
    for (BenchmarkResult fork : run.getBenchmarkResults()) {
      for (IterationResult iteration : fork.getIterationResults()) {
        double nanos = iteration.getPrimaryResult().getScore();
        results.add("warm", "get and close", "ns", condition, candidate, nanos);
        Result<?> allocated = iteration.getSecondaryResults().get(ALLOCATION);
        results.add("warm", "allocation", "bytes", condition, candidate, allocated.getScore());
      }
    }
  }
}
