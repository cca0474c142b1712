package dev.thaw.examples.benchmarks.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The few figures that stand in the project's README: candidates down, one column each. */
public final class Summary {
  private static final double WHOLE_FROM = 100;

  private record Column(String title, String part, String metric, String condition) {
    boolean shows(Measurement m) {
      return m.part().equals(part) && m.metric().equals(metric) && m.condition().equals(condition);
    }
  }

  private static final List<Column> COLUMNS =
      List.of(
          cold("Cold, JDK 17, ms", "https, jdk17"),
          cold("with AppCDS", "https, jdk17+cds"),
          cold("JDK 25", "https, jdk25"),
          cold("with AOT cache", "https, jdk25+aot"),
          cold("Node.js", "https, node"),
          new Column("Warm get and close, ns", "warm", "get and close", "1 thread"),
          new Column("Allocated, bytes", "warm", "allocation", "1 thread"),
          new Column("Jars", "size", "class path", "jars"),
          new Column("MB", "size", "class path", "MB"));

  private Summary() {}

  private static Column cold(String title, String condition) {
    return new Column(title, "cold", "process start to row", condition);
  }

  /** Returns the table as Markdown; columns without a value are left out. */
  public static String write(Map<String, String> facts, List<Measurement> measurements) {
    List<Column> columns =
        COLUMNS.stream().filter(c -> measurements.stream().anyMatch(c::shows)).toList();
    Set<String> candidates = new LinkedHashSet<>();
    measurements.stream()
        .filter(m -> columns.stream().anyMatch(c -> c.shows(m)))
        .forEach(m -> candidates.add(m.candidate()));
    StringBuilder text = new StringBuilder("| |");
    columns.forEach(c -> text.append(' ').append(c.title).append(" |"));
    text.append("\n|---|").append("---:|".repeat(columns.size())).append('\n');
    for (String candidate : candidates) {
      text.append("| ").append(candidate).append(" |");
      for (Column column : columns) {
        Optional<Measurement> cell =
            measurements.stream()
                .filter(m -> column.shows(m) && m.candidate().equals(candidate))
                .findFirst();
        text.append(' ').append(cell.map(m -> number(m.median())).orElse("")).append(" |");
      }
      text.append('\n');
    }
    return text.append("\nMedians of ")
        .append(facts.getOrDefault("date", "an unknown date"))
        .append(", ")
        .append(facts.getOrDefault("machine", "an unknown machine"))
        .append(".\n")
        .toString();
  }

  private static String number(double value) {
    boolean whole = value == Math.rint(value) || Math.abs(value) >= WHOLE_FROM;
    return String.format(Locale.ROOT, whole ? "%,.0f" : "%.1f", value);
  }
}
