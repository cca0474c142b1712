package dev.thaw.examples.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Measurements as comma-separated text, one line each, with all their values; facts and remarks as
 * lines that begin with {@code #}.
 */
public final class Csv {
  private static final String HEADER =
      "part,metric,unit,condition,candidate,n,median,min,max,samples";
  private static final String NOTE = "# note: ";
  private static final String FACT = "# ";
  private static final int COLUMNS = 10;

  private Csv() {}

  /** Returns the text for these results. */
  public static String write(Results results) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> fact : results.facts().entrySet()) {
      text.append("# ").append(fact.getKey()).append(": ").append(fact.getValue()).append('\n');
    }
    results.notes().forEach(note -> text.append(NOTE).append(note).append('\n'));
    text.append(HEADER).append('\n');
    results.measurements().forEach(measurement -> text.append(line(measurement)).append('\n'));
    return text.toString();
  }

  private static String line(Measurement m) {
    return Stream.of(
            m.part(),
            m.metric(),
            m.unit(),
            m.condition(),
            m.candidate(),
            String.valueOf(m.samples().size()),
            number(m.median()),
            number(m.min()),
            number(m.max()),
            m.samples().stream().map(Csv::number).collect(Collectors.joining(" ")))
        .map(Csv::quoted)
        .collect(Collectors.joining(","));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String quoted(String value) {
    return value.contains(",") || value.contains("\"")
        ? "\"" + value.replace("\"", "\"\"") + "\""
        : value;
  }

  /**
   * Reads back what {@link #write} has written.
   *
   * @throws IllegalArgumentException if the text is something else
   */
  public static Results read(String text) {
    Results results = new Results();
    for (String line : text.lines().toList()) {
      if (line.startsWith(NOTE)) {
        results.note(line.substring(NOTE.length()));
      } else if (line.startsWith(FACT)) {
        String[] fact = line.substring(FACT.length()).split(": ", 2);
        results.fact(fact[0], fact.length > 1 ? fact[1] : "");
      } else if (!line.equals(HEADER) && !line.isBlank()) {
        measurement(line, results);
      }
    }
    return results;
  }

  private static void measurement(String line, Results results) {
    List<String> columns = columns(line);
    if (columns.size() != COLUMNS) {
      throw new IllegalArgumentException("not a line of results: " + line);
    }
    for (String value : columns.get(COLUMNS - 1).split(" ", -1)) {
      results.add(
          columns.get(0),
          columns.get(1),
          columns.get(2),
          columns.get(3),
          columns.get(4),
          Double.parseDouble(value));
    }
  }

  private static List<String> columns(String line) {
    List<String> columns = new ArrayList<>();
    StringBuilder column = new StringBuilder();
    boolean inQuotes = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && inQuotes && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        column.append(c);
        i++;
      } else if (c == '"') {
        inQuotes = !inQuotes;
      } else if (c == ',' && !inQuotes) {
        columns.add(column.toString());
        column.setLength(0);
      } else {
        column.append(c);
      }
    }
    columns.add(column.toString());
    return columns;
  }
}
