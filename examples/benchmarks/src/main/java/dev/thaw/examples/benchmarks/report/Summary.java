package dev.thaw.examples.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The few figures that stand in the project's README: measures down, candidates across. */
public final class Summary {
  private static final double WHOLE_FROM = 100;
  private static final String NODE = "node";
  private static final String DEADLINE = "thaw, with a deadline";
  private static final List<String> CANDIDATES =
      List.of(
          "thaw",
          "thaw-extension",
          "thaw-iam",
          "hikaricp-sdk",
          "secretsmanager-jdbc",
          "jdbc-wrapper",
          NODE,
          "jdbc");

  /** What is shown of a part, by its metric and condition. */
  private static final Map<String, Pattern> SHOWN =
      Map.of(
          "cold",
              Pattern.compile(
                  "process start to row\\|https?, jdk.*|(processor time|peak memory)\\|https, jdk.*"),
          "restore", Pattern.compile("[^|]*\\|.*"),
          "warm", Pattern.compile("get and close\\|.*|allocation\\|1 thread"),
          "trips", Pattern.compile("exchanges\\|.*"),
          "rotation", Pattern.compile(".*\\|(worst get.*|failed gets|.*refused.*|.*: failed)"),
          "faults", Pattern.compile(".*\\|(.*error after.*|.*refused.*|.*failed uses|.*until.*)"),
          "fleet", Pattern.compile(".*\\|.*(succeeded.*|p99.*|refused.*)"),
          "size", Pattern.compile(".*"));

  private Summary() {}

  /** Returns the table as Markdown, with when, where and how it was made. */
  public static String write(Results results) {
    Map<String, Map<String, Measurement>> rows = new LinkedHashMap<>();
    Map<String, Measurement> node = new LinkedHashMap<>();
    for (Measurement m : results.measurements()) {
      if (m.part().equals("cold") && m.candidate().equals(NODE)) {
        // It runs on no JDK, so its figure stands beside those of each.
        node.put(m.metric() + "|" + m.condition(), m);
      } else if (isShown(m)) {
        rows.computeIfAbsent(title(m), title -> new LinkedHashMap<>()).put(column(m), m);
      }
    }
    for (Map<String, Measurement> cells : rows.values()) {
      Measurement first = cells.values().iterator().next();
      Measurement beside = node.get(first.metric() + "|" + Targets.onNode(first.condition()));
      if (beside != null && first.part().equals("cold")) {
        cells.put(NODE, beside);
      }
    }
    List<String> columns =
        CANDIDATES.stream()
            .filter(c -> rows.values().stream().anyMatch(cells -> cells.containsKey(c)))
            .toList();
    StringBuilder text = new StringBuilder("| | " + String.join(" | ", columns) + " |\n|---|");
    text.append("---:|".repeat(columns.size())).append('\n');
    rows.forEach(
        (title, cells) -> {
          List<String> values = new ArrayList<>();
          for (String column : columns) {
            Measurement m = cells.get(column);
            values.add(m == null ? "" : number(m.median()));
          }
          text.append("| " + title + " | " + String.join(" | ", values) + " |\n");
        });
    text.append("\nMedians.\n\n");
    List<String> targets = Targets.judge(results);
    targets.forEach(line -> text.append("- " + line + "\n"));
    text.append(targets.isEmpty() ? "" : "\n");
    results.facts().forEach((name, value) -> text.append("- " + name + ": " + value + "\n"));
    results.notes().forEach(note -> text.append("- " + note + "\n"));
    return text.toString();
  }

  private static boolean isShown(Measurement m) {
    Pattern shown = SHOWN.get(m.part());
    return shown != null && shown.matcher(m.metric() + "|" + m.condition()).matches();
  }

  private static String column(Measurement m) {
    return switch (m.candidate()) {
      case "hikaricp" -> "hikaricp-sdk";
      case DEADLINE -> "thaw";
      default -> m.candidate();
    };
  }

  private static String title(Measurement m) {
    String unit = m.unit().isEmpty() ? "" : ", " + m.unit();
    boolean named =
        List.of("warm", "trips", "restore").contains(m.part())
            || (m.part().equals("cold") && !m.metric().equals("process start to row"));
    String metric = named ? m.metric() + ", " : "";
    String use = m.candidate().equals(DEADLINE) ? ", with a deadline" : "";
    return m.part() + ": " + metric + m.condition() + use + unit;
  }

  private static String number(double value) {
    boolean whole = value == Math.rint(value) || Math.abs(value) >= WHOLE_FROM;
    return String.format(Locale.ROOT, whole ? "%,.0f" : "%.1f", value);
  }
}
