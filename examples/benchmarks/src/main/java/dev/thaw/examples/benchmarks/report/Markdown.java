package dev.thaw.examples.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Results as Markdown: for each metric a table, candidates down, conditions across. */
public final class Markdown {
  private static final double WHOLE_FROM = 100;

  private Markdown() {}

  /** Returns the text for these results. */
  public static String write(Results results) {
    StringBuilder text = new StringBuilder("# Results\n\n");
    results
        .facts()
        .forEach(
            (name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
    results.notes().forEach(note -> text.append("- ").append(note).append('\n'));
    text.append("\nEach cell is the median (least–greatest of all values).\n");
    Map<String, List<Measurement>> tables = new LinkedHashMap<>();
    for (Measurement m : results.measurements()) {
      String unit = m.unit().isEmpty() ? "" : ", " + m.unit();
      tables
          .computeIfAbsent(m.part() + ": " + m.metric() + unit, title -> new ArrayList<>())
          .add(m);
    }
    tables.forEach((title, rows) -> table(text, title, rows));
    return text.toString();
  }

  private static void table(StringBuilder text, String title, List<Measurement> measurements) {
    Set<String> conditions = new LinkedHashSet<>();
    Map<String, Map<String, Measurement>> rows = new LinkedHashMap<>();
    for (Measurement m : measurements) {
      conditions.add(m.condition());
      rows.computeIfAbsent(m.candidate(), name -> new LinkedHashMap<>()).put(m.condition(), m);
    }
    text.append("\n## ").append(title).append("\n\n| |");
    conditions.forEach(condition -> text.append(' ').append(condition).append(" |"));
    text.append("\n|---|").append("---:|".repeat(conditions.size())).append('\n');
    rows.forEach(
        (candidate, cells) -> {
          text.append("| ").append(candidate).append(" |");
          for (String condition : conditions) {
            Measurement cell = cells.get(condition);
            text.append(' ').append(cell == null ? "" : cell(cell)).append(" |");
          }
          text.append('\n');
        });
  }

  private static String cell(Measurement m) {
    return m.samples().size() == 1
        ? number(m.median())
        : number(m.median()) + " (" + number(m.min()) + "–" + number(m.max()) + ")";
  }

  private static String number(double value) {
    boolean whole = value == Math.rint(value) || Math.abs(value) >= WHOLE_FROM;
    return String.format(Locale.ROOT, whole ? "%,.0f" : "%.2f", value);
  }
}
