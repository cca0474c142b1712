package dev.thaw.examples.benchmarks;

import dev.thaw.examples.benchmarks.part.ColdPart;
import dev.thaw.examples.benchmarks.part.FaultsPart;
import dev.thaw.examples.benchmarks.part.FleetPart;
import dev.thaw.examples.benchmarks.part.Part;
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
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs the parts that {@code -Dbench} names, and writes what they have measured. */
public final class Benchmarks {
  private static final String ALL = "all";

  private Benchmarks() {}

  /**
   * Runs them; the current folder is that of this module.
   *
   * @param args not used
   */
  public static void main(String[] args)
      throws IOException, SQLException, GeneralSecurityException {
    Map<String, Part> parts = new LinkedHashMap<>();
    Path candidates = Path.of("candidates");
    parts.put("cold", new ColdPart());
    parts.put("warm", new WarmPart());
    parts.put("trips", new TripsPart());
    parts.put("rotation", new RotationPart());
    parts.put("faults", new FaultsPart());
    parts.put("fleet", new FleetPart());
    parts.put("size", new SizePart(candidates));
    String wanted = Options.text("bench");
    if (!wanted.equals(ALL) && !parts.containsKey(wanted)) {
      throw new IllegalArgumentException(
          "bench is " + wanted + ", allowed are all, " + String.join(", ", parts.keySet()));
    }
    Results results = new Results();
    Machine.describe(results);
    Setup setup =
        new Setup(
            Options.candidates(),
            Options.node(),
            Jdk.find(Options.text("bench.jdks")),
            Options.list("bench.variants"),
            Options.count("bench.rounds"),
            Options.text("bench.router"),
            ClassPaths.copied(Path.of(Options.text("bench.jar")), candidates),
            Path.of("target", "bench").toAbsolutePath(),
            results,
            System.out);
    setup.jdks().forEach(jdk -> results.fact("jdk" + jdk.feature(), jdk.version()));
    for (Map.Entry<String, Part> part : parts.entrySet()) {
      if (wanted.equals(ALL) || wanted.equals(part.getKey())) {
        part.getValue().run(setup);
      }
    }
    boolean record = Boolean.parseBoolean(Options.text("bench.record"));
    new Output(Path.of("target", "results"), record, System.out).write(wanted, results);
  }
}
