package dev.thaw.examples.benchmarks.stand;

import dev.thaw.examples.benchmarks.report.Results;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The candidate that runs on Node.js, with its libraries installed by npm. */
public final class NodeProgram {
  private static final String PROGRAM = "cold-start.js";
  private static final List<String> FILES = List.of(PROGRAM, "package.json", "package-lock.json");

  private final Path folder;
  private final Path node;

  private NodeProgram(Path folder, Path node) {
    this.folder = folder;
    this.node = node;
  }

  /**
   * Installs the versions that the lock file names.
   *
   * @param parent where a folder for it is made
   * @param results told the version of Node.js, or that it is not measured
   * @return {@code null} if Node.js or npm is not there
   */
  public static @Nullable NodeProgram install(Path parent, Results results) throws IOException {
    Path node = onPath("node");
    Path npm = onPath("npm");
    if (node == null || npm == null) {
      results.note("Node.js is not measured: node or npm is not on the path");
      return null;
    }
    Path folder = Files.createDirectories(parent.resolve("node"));
    for (String file : FILES) {
      Files.copy(
          Path.of("candidates", "node", file),
          folder.resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
    String options = "ci --ignore-scripts --omit=dev --no-audit --no-fund --silent";
    List<String> install = new ArrayList<>(List.of(npm.toString()));
    install.addAll(List.of(options.split(" ")));
    ChildProcess.run(new ProcessBuilder(install).directory(folder.toFile()));
    String version = ChildProcess.run(new ProcessBuilder(node.toString(), "--version")).strip();
    results.fact("node", version);
    return new NodeProgram(folder, node);
  }

  /** Returns the process that reads a row; it trusts the same root as the others. */
  public ProcessBuilder process(Stand stand, Transport transport)
      throws IOException, GeneralSecurityException {
    ProcessBuilder process =
        new ProcessBuilder(node.toString(), PROGRAM).directory(folder.toFile());
    Map<String, String> variables = process.environment();
    variables.clear();
    variables.putAll(stand.variables(CandidateName.HIKARICP_SDK, transport));
    variables.put("AWS_EXECUTION_ENV", "AWS_Lambda_nodejs20.x");
    if (transport == Transport.HTTPS) {
      variables.put("NODE_EXTRA_CA_CERTS", stand.certificates().rootPem().toString());
    }
    return process;
  }

  private static @Nullable Path onPath(String program) {
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, program);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    return null;
  }
}
