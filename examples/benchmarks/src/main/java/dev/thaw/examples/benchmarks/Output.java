package dev.thaw.examples.benchmarks;

import dev.thaw.examples.benchmarks.report.Charts;
import dev.thaw.examples.benchmarks.report.Csv;
import dev.thaw.examples.benchmarks.report.Markdown;
import dev.thaw.examples.benchmarks.report.Measurement;
import dev.thaw.examples.benchmarks.report.Recorded;
import dev.thaw.examples.benchmarks.report.Results;
import dev.thaw.examples.benchmarks.report.Summary;
import dev.thaw.examples.benchmarks.report.Targets;
import dev.thaw.examples.benchmarks.stand.ProcessorShare;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes what parts have measured, each to a file of its own, and sums up what is there, that of
 * earlier runs included.
 */
final class Output {
  private static final Path RECORDED = Path.of("recorded");
  private static final Path RATIOS = RECORDED.resolve("ratios.txt");
  private static final String PICTURE_METRIC = "process start to row";

  private static final String SHARE = ProcessorShare.title(ProcessorShare.OF_512_MB);

  private static final String SUMMARY = "summary.md";
  private static final String PICTURE = "cold-start.svg";

  private final Path folder;
  private final List<String> parts;
  private final boolean record;
  private final PrintStream log;

  Output(Path folder, List<String> parts, boolean record, PrintStream log) {
    this.folder = folder;
    this.parts = parts;
    this.record = record;
    this.log = log;
  }

  /** Writes the results of a part, and tells how they compare with what is recorded. */
  void part(String name, Results results) throws IOException {
    Files.createDirectories(folder);
    String markdown = Markdown.write(results);
    Files.writeString(folder.resolve(name + ".csv"), Csv.write(results));
    Files.writeString(folder.resolve(name + ".md"), markdown);
    log.println(markdown);
    charts(results);
    compare(results);
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

  private void compare(Results results) throws IOException {
    Recorded before = Recorded.read(RATIOS);
    Recorded now = Recorded.of(results);
    long shared = before.shared(now);
    List<String> differences = before.compare(now);
    if (shared == 0) {
      log.println("Nothing to compare with is recorded in " + RATIOS);
    } else {
      log.printf(
          "%d ratios are recorded in %s, %d of them differ beyond the spread%n",
          shared, RATIOS, differences.size());
    }
    differences.forEach(log::println);
    Targets.judge(results).forEach(log::println);
  }

  /** Sums up all parts that have results, and records them if that is wanted. */
  void all() throws IOException {
    Results all = new Results();
    for (String part : parts) {
      Path file = folder.resolve(part + ".csv");
      if (Files.exists(file)) {
        all.addAll(Csv.read(Files.readString(file)));
      }
    }
    summary(all, folder);
    log.println("The summary of all parts is " + folder.resolve(SUMMARY).toAbsolutePath());
    if (record) {
      Files.createDirectories(RECORDED);
      Files.writeString(RATIOS, Recorded.read(RATIOS).updatedBy(Recorded.of(all)).write());
      summary(all, RECORDED);
      log.println("Recorded in " + RECORDED.toAbsolutePath());
    }
  }

  private static void summary(Results all, Path to) throws IOException {
    Files.writeString(to.resolve(SUMMARY), Summary.write(all));
    List<Measurement> picture =
        all.measurements().stream()
            .filter(m -> m.metric().equals(PICTURE_METRIC))
            .filter(m -> m.condition().startsWith("https, ") && m.condition().endsWith(SHARE))
            .toList();
    if (!picture.isEmpty()) {
      Files.writeString(
          to.resolve(PICTURE),
          Charts.draw("Cold start over HTTPS, process start to first row", all.facts(), picture));
    }
  }
}
