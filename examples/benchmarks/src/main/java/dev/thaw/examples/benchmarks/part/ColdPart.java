package dev.thaw.examples.benchmarks.part;

import dev.thaw.examples.benchmarks.stand.CandidateName;
import dev.thaw.examples.benchmarks.stand.ChildProcess;
import dev.thaw.examples.benchmarks.stand.LambdaOptions;
import dev.thaw.examples.benchmarks.stand.NodeProgram;
import dev.thaw.examples.benchmarks.stand.ProcessorShare;
import dev.thaw.examples.benchmarks.stand.Stand;
import dev.thaw.examples.benchmarks.stand.Transport;
import dev.thaw.testing.DatabaseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Cold starts: whole processes, from their start to the first row.
 *
 * <p>In each round every candidate runs once under every condition, in an order drawn anew, so that
 * whatever else the machine does meets all alike. HTTP, and the shares of a processor, are measured
 * in every third round only.
 */
public final class ColdPart implements Part {
  // Production has HTTPS. With a share of a processor a start takes seconds, and differs less.
  private static final int OTHERS_EVERY = 3;

  /** Creates the part. */
  public ColdPart() {}

  @Override
  public void run(Setup setup) throws IOException, SQLException, GeneralSecurityException {
    Path folder = Files.createDirectories(setup.folder().resolve("cold"));
    List<ColdRun> runs = new ArrayList<>();
    try (Stand stand = Stand.on(DatabaseServer.builder().start(), folder)) {
      prepare(setup, stand, folder, runs);
      limit(setup, runs);
      Random random = new Random(1);
      for (int round = 1; round <= setup.rounds(); round++) {
        setup.log().println("cold: round " + round + " of " + setup.rounds());
        for (ColdRun run : runs) {
          if (run.isIn(round, OTHERS_EVERY)) {
            run.measure(setup.results());
          }
        }
        // Not before the first round, which sets the order of the tables.
        Collections.shuffle(runs, random);
      }
    } finally {
      runs.stream()
          .map(ColdRun::share)
          .filter(Objects::nonNull)
          .distinct()
          .forEach(ProcessorShare::close);
    }
  }

  private static void prepare(Setup setup, Stand stand, Path folder, List<ColdRun> runs)
      throws IOException, GeneralSecurityException {
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
        var unused = ColdTimes.parse(ChildProcess.run(process));
        runs.add(new ColdRun("node", "node", transport, null, "", process));
      }
    }
  }

  /** Adds each run over HTTPS with each share of a processor, if this system can limit them. */
  private static void limit(Setup setup, List<ColdRun> runs) {
    List<ColdRun> all = List.copyOf(runs);
    for (double processors : setup.shares()) {
      try {
        ProcessorShare share = ProcessorShare.of(processors);
        String title = ProcessorShare.title(processors);
        all.stream()
            .filter(run -> run.transport() == Transport.HTTPS)
            .forEach(run -> runs.add(run.with(share, title)));
      } catch (IOException e) {
        setup.results().note("cold: shares of a processor were not measured: " + e);
        return;
      }
    }
  }

  private static List<ColdVariant> variants(Setup setup) {
    return setup.jdks().stream()
        .flatMap(jdk -> ColdVariant.of(jdk).stream())
        .filter(variant -> setup.variants().isEmpty() || setup.variants().contains(variant.id()))
        .toList();
  }

  /** Writes the archive, if any, and runs once so that files are in the system's cache. */
  private static ColdRun prepare(
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
    program.addAll(stand.trustOptions(candidate, variant.jdk()));
    String classPath = stand.classPath(candidate, setup.classPaths().of(candidate));
    program.addAll(List.of("-cp", classPath, candidate.className()));
    if (variant.archive() != ColdVariant.Archive.NONE) {
      Files.deleteIfExists(archive);
      ChildProcess.run(process(variant, variant.trainingOptions(archive), program, variables));
      if (!Files.exists(archive)) {
        throw new IOException("the training run has not written " + archive);
      }
    }
    ProcessBuilder process = process(variant, variant.options(archive), program, variables);
    var unused = ColdTimes.parse(ChildProcess.run(process));
    return new ColdRun(candidate.id(), variant.id(), transport, null, "", process);
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
}
