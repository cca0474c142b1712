package dev.thaw.examples.benchmarks.report;

import dev.thaw.examples.benchmarks.stand.ProcessorShare;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Thaw is to reach, and whether a run has. */
public final class Targets {
  private static final Pattern JDK = Pattern.compile("jdk\\d+(\\+\\w+)?");
  private static final String BY_HAND = "hikaricp-sdk";
  private static final String NODE = "node";
  private static final String PROCESSOR = "processor time";

  /**
   * A bound.
   *
   * @param peer whose median counts as one, under the same condition; {@code null} for none
   * @param most the most that is allowed, in the unit of the metric if there is no peer
   */
  private record Target(
      String part,
      String metric,
      Pattern condition,
      String candidate,
      @Nullable String peer,
      double most) {}

  private static final List<Target> ALL =
      List.of(
          cold(PROCESSOR, "https, jdk17", "thaw", BY_HAND, 0.60),
          cold(PROCESSOR, "https, jdk17", "thaw-iam", BY_HAND, 0.50),
          cold(PROCESSOR, "https, jdk17", "thaw-iam", "jdbc", 1.05),
          cold(PROCESSOR, "https, jdk17\\+cds|https, jdk25\\+aot", "thaw", BY_HAND, 0.60),
          cold(PROCESSOR, "https, jdk17\\+cds|https, jdk25\\+aot", "thaw-iam", BY_HAND, 0.60),
          cold("process start to row", "https, jdk\\d+\\+.* of a processor", "thaw", NODE, 1),
          cold("process start to row", "https, jdk\\d+\\+.* of a processor", "thaw-iam", NODE, 1),
          cold("peak memory", "https, jdk[^,]*", "thaw", BY_HAND, 0.75),
          cold("peak memory", "https, jdk[^,]*", "thaw-iam", BY_HAND, 0.75),
          restore(BY_HAND, 0.5),
          restore(null, 60));

  private Targets() {}

  private static Target cold(
      String metric, String condition, String candidate, String peer, double most) {
    return new Target("cold", metric, Pattern.compile(condition), candidate, peer, most);
  }

  private static Target restore(@Nullable String peer, double most) {
    String condition = "primed, " + ProcessorShare.title(ProcessorShare.OF_512_MB);
    return new Target("restore", "restore to row", Pattern.compile(condition), "thaw", peer, most);
  }

  /** Returns the condition under which Node.js is measured beside a JDK's. */
  static String onNode(String condition) {
    return JDK.matcher(condition).replaceFirst(NODE);
  }

  /** Returns a line for each target of which something was measured. */
  public static List<String> judge(Results results) {
    List<Measurement> all = results.measurements();
    List<String> lines = new ArrayList<>();
    for (Target target : ALL) {
      for (Measurement m : all) {
        if (m.part().equals(target.part)
            && m.metric().equals(target.metric)
            && m.candidate().equals(target.candidate)
            && target.condition.matcher(m.condition()).matches()) {
          String line = line(target, m, all);
          if (line != null) {
            lines.add(line);
          }
        }
      }
    }
    return lines;
  }

  private static @Nullable String line(Target target, Measurement m, List<Measurement> all) {
    double value = m.median();
    String of = " " + m.unit();
    if (target.peer != null) {
      Measurement peer = peer(target.peer, m, all);
      if (peer == null || peer.median() <= 0) {
        return null;
      }
      value = m.median() / peer.median();
      of = " of " + target.peer;
    }
    return String.format(
        Locale.ROOT,
        "%s: %s %s, %s: %s %.2f%s, at most %.2f",
        value <= target.most ? "met" : "MISSED",
        m.part(),
        m.metric(),
        m.condition(),
        m.candidate(),
        value,
        of,
        target.most);
  }

  private static @Nullable Measurement peer(String name, Measurement m, List<Measurement> all) {
    String condition = name.equals(NODE) ? onNode(m.condition()) : m.condition();
    return all.stream()
        .filter(
            other ->
                other.candidate().equals(name)
                    && other.part().equals(m.part())
                    && other.metric().equals(m.metric())
                    && other.condition().equals(condition))
        .findFirst()
        .orElse(null);
  }
}
