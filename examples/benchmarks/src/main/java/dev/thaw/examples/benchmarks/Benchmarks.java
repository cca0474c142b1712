package dev.thaw.examples.benchmarks;

import dev.thaw.examples.benchmarks.part.ColdPart;
import dev.thaw.examples.benchmarks.part.FaultsPart;
import dev.thaw.examples.benchmarks.part.FleetPart;
import dev.thaw.examples.benchmarks.part.Part;
import dev.thaw.examples.benchmarks.part.RestorePart;
import dev.thaw.examples.benchmarks.part.RotationPart;
import dev.thaw.examples.benchmarks.part.Setup;
import dev.thaw.examples.benchmarks.part.SizePart;
import dev.thaw.examples.benchmarks.part.TripsPart;
import dev.thaw.examples.benchmarks.part.WarmPart;
import dev.thaw.examples.benchmarks.report.Results;
import dev.thaw.examples.benchmarks.stand.ClassPaths;
import dev.thaw.examples.benchmarks.stand.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs the parts that {@code -Dbench} names, one after the other, and writes what each has measured
 * as soon as it ends. One that fails does not keep the others from running.
 */
public final class Benchmarks {
  private static final String ALL = "all";

  private Benchmarks() {}

  /**
   * Runs them; the current folder is that of this module. Ends with exit code 1 if a part fails.
   *
   * @param args not used
   */
  public static void main(String[] args) throws IOException {
    Path candidates = Path.of("candidates");
    Map<String, Part> parts = parts(candidates);
    List<String> wanted = Options.list("bench");
    if (wanted.isEmpty() || !wanted.stream().allMatch(w -> w.equals(ALL) || parts.containsKey(w))) {
      throw new IllegalArgumentException(
          "bench is " + wanted + ", allowed are all, " + String.join(", ", parts.keySet()));
    }
    List<Jdk> jdks = Jdk.find(Options.text("bench.jdks"));
    ClassPaths classPaths = ClassPaths.copied(Path.of(Options.text("bench.jar")), candidates);
    Map<String, String> facts = Machine.facts();
    jdks.forEach(jdk -> facts.put("jdk" + jdk.feature(), jdk.version()));
    System.out.println("The server is " + facts.get(Machine.SERVER));
    boolean record = Boolean.parseBoolean(Options.text("bench.record"));
    Output output =
        new Output(Path.of("target", "results"), List.copyOf(parts.keySet()), record, System.out);
    List<String> failed = new ArrayList<>();
    for (Map.Entry<String, Part> part : parts.entrySet()) {
      if (wanted.contains(ALL) || wanted.contains(part.getKey())) {
        Results results = new Results();
        facts.forEach(results::fact);
        String failure = run(part.getKey(), part.getValue(), setup(jdks, classPaths, results));
        if (failure != null) {
          failed.add(failure);
          results.note("NOT COMPLETE: " + failure);
        }
        output.part(part.getKey(), results);
      }
    }
    output.all();
    if (!failed.isEmpty()) {
      failed.forEach(failure -> System.out.println("FAILED: " + failure));
      System.exit(1);
    }
  }

  private static Setup setup(List<Jdk> jdks, ClassPaths classPaths, Results results)
      throws IOException {
    return new Setup(
        Options.candidates(),
        Options.node(),
        jdks,
        Options.list("bench.variants"),
        Options.count("bench.rounds"),
        Options.shares(),
        Options.text("bench.router"),
        classPaths,
        Path.of("target", "bench").toAbsolutePath(),
        results,
        System.out);
  }

  private static Map<String, Part> parts(Path candidates) {
    Map<String, Part> parts = new LinkedHashMap<>();
    parts.put("cold", new ColdPart());
    parts.put("restore", new RestorePart());
    parts.put("warm", new WarmPart());
    parts.put("trips", new TripsPart());
    parts.put("rotation", new RotationPart());
    parts.put("faults", new FaultsPart());
    parts.put("fleet", new FleetPart());
    parts.put("size", new SizePart(candidates));
    return parts;
  }

  /** Runs a part and returns what has failed, or {@code null}. */
  private static @Nullable String run(String name, Part part, Setup setup) {
    long start = System.nanoTime();
    Bounded bounded = new Bounded(name, () -> part.run(setup));
    Throwable failure = bounded.run();
    System.out.println(
        name + ": ended after " + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s");
    if (failure == null) {
      return null;
    }
    failure.printStackTrace(System.out);
    String[] lines = String.valueOf(failure.getMessage()).split("\n", 2);
    return name + ": " + failure.getClass().getSimpleName() + ": " + lines[0];
  }
}
