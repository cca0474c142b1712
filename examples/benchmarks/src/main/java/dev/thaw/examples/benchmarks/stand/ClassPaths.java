package dev.thaw.examples.benchmarks.stand;

import static java.util.stream.Collectors.joining;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What is on the class path of a candidate's process. */
@FunctionalInterface
public interface ClassPaths {
  /** Returns the class path, separated as the platform does it. */
  String of(CandidateName candidate);

  /**
   * Returns class paths of jars, as in a Lambda zip: the program's own, and those that Maven has
   * copied for the candidate.
   *
   * @param program the jar of this module
   * @param candidates the folder that holds a module for each candidate
   */
  static ClassPaths copied(Path program, Path candidates) {
    return candidate ->
        Stream.concat(Stream.of(program), libraries(candidates, candidate).stream())
            .map(Path::toString)
            .collect(joining(File.pathSeparator));
  }

  /**
   * Returns the jars that Maven has copied for a candidate, in the order of their names.
   *
   * @param candidates the folder that holds a module for each candidate
   */
  static List<Path> libraries(Path candidates, CandidateName candidate) {
    Path folder = candidates.resolve(candidate.id()).resolve("target").resolve("lib");
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("no jars of " + candidate + "; build with -Pbench", e);
    }
  }
}
