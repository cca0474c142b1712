package dev.thaw.examples.benchmarks.part;

import dev.thaw.examples.benchmarks.report.Results;
import dev.thaw.examples.benchmarks.stand.CandidateName;
import dev.thaw.examples.benchmarks.stand.ChildProcess;
import dev.thaw.examples.benchmarks.stand.LambdaOptions;
import dev.thaw.examples.benchmarks.stand.NodeProgram;
import dev.thaw.examples.benchmarks.stand.Stand;
import dev.thaw.examples.benchmarks.stand.Transport;
import dev.thaw.testing.DatabaseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cold starts: whole processes, from their start to the first row.
 *
 * <p>In each round every candidate runs once under every condition, in an order drawn anew, so that
 * whatever else the machine does meets all alike.
 */
public final class ColdPart implements Part {
  private static final Pattern TIMES = Pattern.compile("main=(\\d+) row=(\\d+)([^\n]*)");
  private static final double MICROS_PER_MILLI = 1000;

  /** One candidate under one condition. */
  private record Run(
      String candidate, String variant, Transport transport, ProcessBuilder process) {
    String condition() {
      return transport + ", " + variant;
    }
  }

  @Override
  public void run(Setup setup) throws IOException, SQLException, GeneralSecurityException {
    Path folder = Files.createDirectories(setup.folder().resolve("cold"));
    try (Stand stand = Stand.on(DatabaseServer.builder().start(), folder)) {
      setup.results().fact("database", stand.server().version());
      List<Run> runs = prepare(setup, stand, folder);
      Random random = new Random(1);
      for (int round = 1; round <= setup.rounds(); round++) {
        setup.log().println("cold: round " + round + " of " + setup.rounds());
        for (Run run : runs) {
          measure(run, setup.results());
        }
        // Not before the first round, which sets the order of the tables.
        Collections.shuffle(runs, random);
      }
    }
  }

  private static List<Run> prepare(Setup setup, Stand stand, Path folder)
      throws IOException, GeneralSecurityException {
    List<Run> runs = new ArrayList<>();
    NodeProgram node = setup.node() ? NodeProgram.install(folder, setup.results()) : null;
    for (Transport transport : List.of(Transport.HTTPS, Transport.HTTP)) {
      for (ColdVariant variant : variants(setup)) {
        for (CandidateName candidate : setup.candidates()) {
          setup.log().println("cold: " + candidate + ", " + transport + ", " + variant.id());
          runs.add(prepare(setup, stand, folder, candidate, variant, transport));
        }
      }
      if (node != null) {
        setup.log().println("cold: node, " + transport);
        ProcessBuilder process = node.process(stand, transport);
        times(ChildProcess.run(process));
        runs.add(new Run("node", "node", transport, process));
      }
    }
    return runs;
  }

  private static List<ColdVariant> variants(Setup setup) {
    return setup.jdks().stream()
        .flatMap(jdk -> ColdVariant.of(jdk).stream())
        .filter(variant -> setup.variants().isEmpty() || setup.variants().contains(variant.id()))
        .toList();
  }

  /** Writes the archive, if any, and runs once so that files are in the system's cache. */
  private static Run prepare(
      Setup setup,
      Stand stand,
      Path folder,
      CandidateName candidate,
      ColdVariant variant,
      Transport transport)
      throws IOException, GeneralSecurityException {
    Path archive = folder.resolve(candidate + "-" + transport + "-" + variant.id());
    Map<String, String> variables = stand.variables(candidate, transport);
    List<String> program = new ArrayList<>(LambdaOptions.LIST);
    if (transport == Transport.HTTPS) {
      program.add("-Djavax.net.ssl.trustStore=" + stand.certificates().trustStore(variant.jdk()));
    }
    program.addAll(List.of("-cp", setup.classPaths().of(candidate), candidate.className()));
    if (variant.archive() != ColdVariant.Archive.NONE) {
      Files.deleteIfExists(archive);
      ChildProcess.run(process(variant, variant.trainingOptions(archive), program, variables));
      if (!Files.exists(archive)) {
        throw new IOException("the training run has not written " + archive);
      }
    }
    ProcessBuilder process = process(variant, variant.options(archive), program, variables);
    times(ChildProcess.run(process));
    return new Run(candidate.id(), variant.id(), transport, process);
  }

  private static ProcessBuilder process(
      ColdVariant variant,
      List<String> options,
      List<String> program,
      Map<String, String> variables) {
    List<String> command = new ArrayList<>(List.of(variant.jdk().java().toString()));
    command.addAll(options);
    command.addAll(program);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(variables);
    return builder;
  }

  private static void measure(Run run, Results results) throws IOException {
    double start = micros(Instant.now());
    Matcher times = times(ChildProcess.run(run.process()));
    double main = Double.parseDouble(times.group(1));
    double row = Double.parseDouble(times.group(2));
    double before = start;
    for (String step : times.group(3).strip().split(" ", -1)) {
      String[] parts = step.split("@", -1);
      if (parts.length == 2) {
        double at = Double.parseDouble(parts[1]);
        addStep(run, results, parts[0].replace('_', ' '), (at - before) / MICROS_PER_MILLI);
        before = at;
      }
    }
    add(run, results, "process start to row", (row - start) / MICROS_PER_MILLI);
    add(run, results, "main to row", (row - main) / MICROS_PER_MILLI);
  }

  private static void add(Run run, Results results, String metric, double value) {
    results.add("cold", metric, "ms", run.condition(), run.candidate(), value);
  }

  /** Steps are conditions of one table for each condition: its columns show where the time goes. */
  private static void addStep(Run run, Results results, String step, double value) {
    results.add("cold", "steps, " + run.condition(), "ms", step, run.candidate(), value);
  }

  private static double micros(Instant instant) {
    return instant.getEpochSecond() * 1e6 + instant.getNano() / MICROS_PER_MILLI;
  }

  private static Matcher times(String output) throws IOException {
    Matcher matcher = TIMES.matcher(output);
    if (!matcher.find()) {
      throw new IOException("no times in the output: " + output);
    }
    return matcher;
  }
}
