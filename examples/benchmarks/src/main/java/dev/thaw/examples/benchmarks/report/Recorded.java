package dev.thaw.examples.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ratios of Thaw to the best peer, as an earlier run has found them, and how a new run compares.
 * Ratios, since two machines differ; counts, which have no unit, are compared themselves.
 *
 * <p>The file holds a line for each: {@code part|metric|condition|candidate|ratio|low|high|date}.
 */
public final class Recorded {
  private static final String REMARK = "#";
  private static final int COLUMNS = 8;
  private static final double QUARTER = 0.25;
  // What has no spread of its own, as the size of a jar, differs by a few bytes from build to
  // build.
  private static final double NOTABLE = 1.01;
  private static final List<String> PEERS =
      List.of("hikaricp", "hikaricp-sdk", "secretsmanager-jdbc", "jdbc-wrapper");

  private record Ratio(double middle, double low, double high) {}

  private final Map<String, String> facts = new LinkedHashMap<>();
  private final Map<String, Ratio> ratios = new LinkedHashMap<>();
  private final Map<String, String> dates = new LinkedHashMap<>();

  private Recorded() {}

  /** Returns the ratios of a run. */
  public static Recorded of(Results results) {
    Recorded recorded = new Recorded();
    recorded.facts.putAll(results.facts());
    List<Measurement> all = results.measurements();
    for (Measurement m : all) {
      if (m.candidate().startsWith("thaw") && !m.metric().startsWith("steps")) {
        Ratio ratio = ratio(m, all);
        if (ratio != null) {
          String key =
              String.join(
                  "|", m.part(), m.metric(), m.condition().replace('|', '/'), m.candidate());
          recorded.ratios.put(key, ratio);
          recorded.dates.put(key, results.facts().getOrDefault("date", "unknown"));
        }
      }
    }
    return recorded;
  }

  private static @Nullable Ratio ratio(Measurement m, List<Measurement> all) {
    if (m.unit().isEmpty()) {
      return new Ratio(m.median(), m.min(), m.max());
    }
    Measurement best = null;
    for (Measurement other : all) {
      boolean comparable =
          other.part().equals(m.part())
              && other.metric().equals(m.metric())
              && other.condition().equals(m.condition())
              && PEERS.contains(other.candidate())
              && other.median() > 0;
      if (comparable && (best == null || other.median() < best.median())) {
        best = other;
      }
    }
    return best == null
        ? null
        : new Ratio(
            m.median() / best.median(),
            m.quantile(QUARTER) / best.quantile(1 - QUARTER),
            m.quantile(1 - QUARTER) / best.quantile(QUARTER));
  }

  /** Reads a file; one that is not there holds nothing. */
  public static Recorded read(Path file) throws IOException {
    Recorded recorded = new Recorded();
    if (!Files.exists(file)) {
      return recorded;
    }
    for (String line : Files.readAllLines(file)) {
      String[] columns = line.split("\\|", -1);
      if (line.startsWith(REMARK)) {
        String[] fact = line.substring(1).strip().split(": ", 2);
        recorded.facts.put(fact[0], fact.length > 1 ? fact[1] : "");
      } else if (columns.length == COLUMNS) {
        String key = String.join("|", Arrays.copyOf(columns, 4));
        recorded.ratios.put(
            key,
            new Ratio(
                Double.parseDouble(columns[4]),
                Double.parseDouble(columns[5]),
                Double.parseDouble(columns[6])));
        recorded.dates.put(key, columns[7]);
      } else if (!line.isBlank()) {
        throw new IOException("not a recorded ratio: " + line);
      }
    }
    return recorded;
  }

  /** Returns this with what a newer run has found in place of what it had. */
  public Recorded updatedBy(Recorded newer) {
    Recorded both = new Recorded();
    for (Recorded each : List.of(this, newer)) {
      both.facts.putAll(each.facts);
      both.ratios.putAll(each.ratios);
      both.dates.putAll(each.dates);
    }
    return both;
  }

  /** Returns the text of a file. */
  public String write() {
    StringBuilder text = new StringBuilder();
    facts.forEach(
        (name, value) -> text.append("# ").append(name).append(": ").append(value).append('\n'));
    ratios.forEach(
        (key, ratio) ->
            text.append(key)
                .append(
                    String.format(
                        Locale.ROOT,
                        "|%.4f|%.4f|%.4f|%s%n",
                        ratio.middle,
                        ratio.low,
                        ratio.high,
                        dates.get(key))));
    return text.toString();
  }

  /**
   * Compares a newer run with this.
   *
   * @return a line for each ratio that is beyond the recorded spread by more than 1% and whose own
   *     spread does not reach down to the recorded ratio, or on the other side as much better
   */
  public List<String> compare(Recorded newer) {
    List<String> lines = new ArrayList<>();
    newer.ratios.forEach(
        (key, now) -> {
          Ratio then = ratios.get(key);
          if (then == null) {
            return;
          }
          if (now.middle > then.high * NOTABLE && now.low > then.middle * NOTABLE) {
            lines.add(line("REGRESSION", key, then, now));
          } else if (now.middle * NOTABLE < then.low && now.high * NOTABLE < then.middle) {
            lines.add(line("better", key, then, now));
          }
        });
    return lines;
  }

  /** Returns how many ratios of a newer run are recorded here, too. */
  public long shared(Recorded newer) {
    return newer.ratios.keySet().stream().filter(ratios::containsKey).count();
  }

  private String line(String verdict, String key, Ratio then, Ratio now) {
    return String.format(
        Locale.ROOT,
        "%s: %s: %.2f (%.2f–%.2f), recorded %s: %.2f (%.2f–%.2f)",
        verdict,
        key.replace("|", ", "),
        now.middle,
        now.low,
        now.high,
        dates.get(key),
        then.middle,
        then.low,
        then.high);
  }
}
