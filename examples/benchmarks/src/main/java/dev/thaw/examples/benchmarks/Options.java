package dev.thaw.examples.benchmarks;

import dev.thaw.examples.benchmarks.stand.CandidateName;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the command line asks for, in system properties that begin with {@code bench}. */
final class Options {
  private static final String CANDIDATES = "bench.candidates";
  private static final String NODE = "node";

  private Options() {}

  static String text(String name) {
    return System.getProperty(name, "").strip();
  }

  static List<String> list(String name) {
    return Stream.of(text(name).split(","))
        .map(String::strip)
        .filter(value -> !value.isEmpty())
        .toList();
  }

  static int count(String name) {
    String value = text(name);
    if (!value.matches("[1-9]\\d{0,4}")) {
      throw new IllegalArgumentException(name + " is " + value + ", allowed are 1 to 99999");
    }
    return Integer.parseInt(value);
  }

  /** Returns the shares of one processor, each more than 0 and less than 100. */
  static List<Double> shares() {
    List<String> wanted = list("bench.shares");
    for (String share : wanted) {
      if (!share.matches("\\d{1,2}(\\.\\d{1,2})?") || Double.parseDouble(share) == 0) {
        throw new IllegalArgumentException(
            "bench.shares has " + share + ", allowed are numbers such as 0.29");
      }
    }
    return wanted.stream().map(Double::valueOf).toList();
  }

  /** Returns whether the libraries on Node.js are wanted, which run in no JVM. */
  static boolean node() {
    List<String> wanted = list(CANDIDATES);
    return wanted.isEmpty() || wanted.contains(NODE);
  }

  static List<CandidateName> candidates() {
    List<String> wanted = list(CANDIDATES);
    List<String> known =
        Stream.concat(Arrays.stream(CandidateName.values()).map(CandidateName::id), Stream.of(NODE))
            .toList();
    if (!known.containsAll(wanted)) {
      throw new IllegalArgumentException(CANDIDATES + " is " + wanted + ", allowed are " + known);
    }
    return Arrays.stream(CandidateName.values())
        .filter(candidate -> wanted.isEmpty() || wanted.contains(candidate.id()))
        .collect(Collectors.toList());
  }
}
