package dev.thaw.examples.benchmarks.part;

import dev.thaw.examples.benchmarks.stand.CandidateName;
import dev.thaw.examples.benchmarks.stand.ChildProcess;
import dev.thaw.examples.benchmarks.stand.ClassPaths;
import dev.thaw.examples.benchmarks.stand.Jdk;
import dev.thaw.examples.benchmarks.stand.LambdaOptions;
import dev.thaw.examples.benchmarks.stand.Stand;
import dev.thaw.examples.benchmarks.stand.Transport;
import dev.thaw.testing.DatabaseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a candidate adds to a deployment, and the classes that are loaded up to the first row over
 * HTTPS. The binding of SLF4J that silences logs is not counted; it is the application's choice.
 */
public final class SizePart implements Part {
  private static final double BYTES_PER_MEGABYTE = 1e6;
  private static final String LOGGING = "slf4j-nop";

  private final Path candidates;

  /** Measures the jars in the modules of this folder. */
  public SizePart(Path candidates) {
    this.candidates = candidates;
  }

  @Override
  public void run(Setup setup) throws IOException, SQLException, GeneralSecurityException {
    Path folder = Files.createDirectories(setup.folder().resolve("size"));
    try (Stand stand = Stand.on(DatabaseServer.builder().start(), folder)) {
      for (CandidateName candidate : setup.candidates()) {
        setup.log().println("size: " + candidate);
        countJars(setup, candidate);
        for (Jdk jdk : setup.jdks()) {
          countClasses(setup, stand, folder, candidate, jdk);
        }
      }
    }
  }

  private void countJars(Setup setup, CandidateName candidate) throws IOException {
    long bytes = 0;
    int jars = 0;
    for (Path jar : ClassPaths.libraries(candidates, candidate)) {
      if (!jar.getFileName().toString().startsWith(LOGGING)) {
        jars++;
        bytes += Files.size(jar);
      }
    }
    setup.results().add("size", "class path", "", "jars", candidate.id(), jars);
    setup.results().add("size", "class path", "", "MB", candidate.id(), bytes / BYTES_PER_MEGABYTE);
  }

  private static void countClasses(
      Setup setup, Stand stand, Path folder, CandidateName candidate, Jdk jdk)
      throws IOException, GeneralSecurityException {
    Path log = folder.resolve(candidate + "-jdk" + jdk.feature() + ".log");
    List<String> command = new ArrayList<>(List.of(jdk.java().toString()));
    command.addAll(LambdaOptions.LIST);
    command.add("-Xlog:class+load:file=" + log + ":none");
    command.addAll(stand.trustOptions(candidate, jdk));
    String classPath = stand.classPath(candidate, setup.classPaths().of(candidate));
    command.addAll(List.of("-cp", classPath, candidate.className()));
    ProcessBuilder process = new ProcessBuilder(command);
    process.environment().clear();
    process.environment().putAll(stand.variables(candidate, Transport.HTTPS));
    ChildProcess.run(process);
    try (Stream<String> lines = Files.lines(log)) {
      long classes = lines.filter(line -> line.contains(" source: ")).count();
      setup
          .results()
          .add(
              "size",
              "loaded classes",
              "",
              "jdk" + jdk.feature(),
              candidate.id(),
              (double) classes);
    }
  }
}
