package dev.thaw.examples.benchmarks;

import dev.thaw.examples.benchmarks.report.Charts;
import dev.thaw.examples.benchmarks.report.Csv;
import dev.thaw.examples.benchmarks.report.Markdown;
import dev.thaw.examples.benchmarks.report.Measurement;
import dev.thaw.examples.benchmarks.report.Recorded;
import dev.thaw.examples.benchmarks.report.Results;
import dev.thaw.examples.benchmarks.report.Summary;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes what a run has measured, and compares it with what is recorded. */
final class Output {
  private static final Path RECORDED = Path.of("recorded");
  private static final String PICTURE = "process start to row";

  private final Path folder;
  private final boolean record;
  private final PrintStream log;

  Output(Path folder, boolean record, PrintStream log) {
    this.folder = folder;
    this.record = record;
    this.log = log;
  }

  void write(String name, Results results) throws IOException {
    Files.createDirectories(folder);
    String markdown = Markdown.write(results);
    Files.writeString(folder.resolve(name + ".csv"), Csv.write(results));
    Files.writeString(folder.resolve(name + ".md"), markdown);
    log.println(markdown);
    charts(results);
    String summary = Summary.write(results.facts(), results.measurements());
    Files.writeString(folder.resolve(name + "-summary.md"), summary);
    compare(name, results, summary);
  }

  private void charts(Results results) throws IOException {
    Map<String, List<Measurement>> metrics = new LinkedHashMap<>();
    for (Measurement m : results.measurements()) {
      metrics.computeIfAbsent(m.part() + ": " + m.metric(), title -> new ArrayList<>()).add(m);
    }
    for (Map.Entry<String, List<Measurement>> metric : metrics.entrySet()) {
      String svg = Charts.draw(metric.getKey(), results.facts(), metric.getValue());
      Files.writeString(folder.resolve(fileName(metric.getKey())), svg);
    }
  }

  private static String fileName(String title) {
    return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".svg";
  }

  private void compare(String name, Results results, String summary) throws IOException {
    Path file = RECORDED.resolve("ratios.txt");
    Recorded before = Recorded.read(file);
    Recorded now = Recorded.of(results);
    List<String> differences = before.compare(now);
    log.println(
        differences.isEmpty()
            ? "No ratio differs from the recorded ones beyond the spread."
            : String.join("\n", differences));
    if (!record) {
      return;
    }
    Files.createDirectories(RECORDED);
    Files.writeString(file, before.updatedBy(now).write());
    Files.writeString(RECORDED.resolve(name + ".md"), summary);
    List<Measurement> picture =
        results.measurements().stream()
            .filter(m -> m.metric().equals(PICTURE) && m.condition().startsWith("https"))
            .toList();
    if (!picture.isEmpty()) {
      Files.writeString(
          RECORDED.resolve("cold.svg"),
          Charts.draw("Cold start: process start to first row", results.facts(), picture));
    }
  }
}
