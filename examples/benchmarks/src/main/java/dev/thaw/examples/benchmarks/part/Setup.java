package dev.thaw.examples.benchmarks.part;

import dev.thaw.examples.benchmarks.report.Results;
import dev.thaw.examples.benchmarks.stand.CandidateName;
import dev.thaw.examples.benchmarks.stand.ClassPaths;
import dev.thaw.examples.benchmarks.stand.Jdk;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * What all parts are told.
 *
 * @param candidates whom to measure
 * @param node whether to measure the libraries on Node.js, too
 * @param jdks the JDKs to measure with
 * @param variants the names of the JDKs with and without archive to measure with; none for all
 * @param rounds how often
 * @param shares the shares of one processor to measure with as well
 * @param router an image that has MySQL Router; empty for none
 * @param classPaths what is on their class paths
 * @param folder where temporary files go
 * @param results where the values go
 * @param log where progress is told
 */
public record Setup(
    List<CandidateName> candidates,
    boolean node,
    List<Jdk> jdks,
    List<String> variants,
    int rounds,
    List<Double> shares,
    String router,
    ClassPaths classPaths,
    Path folder,
    Results results,
    PrintStream log) {
  /** Copies the lists. */
  public Setup {
    candidates = List.copyOf(candidates);
    jdks = List.copyOf(jdks);
    variants = List.copyOf(variants);
    shares = List.copyOf(shares);
  }
}
