package dev.thaw.examples.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The arithmetic of results, with figures that were worked out by hand. */
class ReportTest {
  private static final String START = "process start to row";

  private static Results results(Object... candidatesAndValues) {
    Results results = new Results();
    results.fact("date", "2026-11-26");
    for (int i = 0; i < candidatesAndValues.length; i += 2) {
      add(
          results,
          START,
          "https, jdk17",
          (String) candidatesAndValues[i],
          (List<?>) candidatesAndValues[i + 1]);
    }
    return results;
  }

  private static void add(
      Results results, String metric, String condition, String candidate, List<?> values) {
    values.forEach(
        v -> results.add("cold", metric, "ms", condition, candidate, ((Number) v).doubleValue()));
  }

  @Test
  void the_median_is_the_middle_value_or_the_mean_of_the_two_in_the_middle() {
    Measurement odd = results("thaw", List.of(9, 1, 5)).measurements().get(0);
    Measurement even = results("thaw", List.of(10, 4, 2, 100)).measurements().get(0);

    assertThat(List.of(odd.min(), odd.median(), odd.max())).containsExactly(1.0, 5.0, 9.0);
    assertThat(even.median()).isEqualTo(7.0);
    assertThat(List.of(odd.quantile(0.25), odd.quantile(0.75))).containsExactly(3.0, 7.0);
    assertThatThrownBy(() -> new Measurement("cold", "m", "ms", "c", "thaw", List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void what_is_written_as_csv_is_read_back_with_every_value() {
    Results results = results("thaw", List.of(1.25, 3.5), "hikaricp-sdk", List.of(2));
    results.add("faults", "a \"quoted\", metric", "", "3 s", "thaw", 7);
    results.note("node was not measured");

    Results read = Csv.read(Csv.write(results));

    assertThat(read.measurements()).isEqualTo(results.measurements());
    assertThat(read.notes()).isEqualTo(results.notes());
    assertThat(read.facts()).isEqualTo(results.facts());
    assertThatThrownBy(() -> Csv.read("cold,start,ms"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cold,start,ms");
  }

  @Test
  void the_ratio_is_that_to_the_best_peer_under_the_same_condition() {
    Results results =
        results(
            "thaw",
            List.of(300),
            "jdbc-wrapper",
            List.of(900),
            "hikaricp-sdk",
            List.of(600),
            "jdbc",
            List.of(200),
            "node",
            List.of(100));
    add(results, START, "http, jdk17", "hikaricp-sdk", List.of(10));

    assertThat(Recorded.of(results).write())
        .contains("cold|process start to row|https, jdk17|thaw|0.5000|0.5000|0.5000|2026-11-26")
        .doesNotContain("http, jdk17");
  }

  @Test
  void counts_are_recorded_themselves() {
    Results results = new Results();
    results.add("trips", "exchanges", "", "cold connect", "thaw", 5);
    results.add("trips", "exchanges", "", "cold connect", "hikaricp-sdk", 17);

    assertThat(Recorded.of(results).write())
        .contains("trips|exchanges|cold connect|thaw|5.0000|5.0000|5.0000");
  }

  @Test
  void a_ratio_is_a_regression_only_beyond_the_spread_of_both_runs(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("ratios.txt");
    List<Integer> peer = List.of(100, 100, 100);
    Files.writeString(
        file, Recorded.of(results("thaw", List.of(48, 50, 52), "hikaricp-sdk", peer)).write());
    Recorded recorded = Recorded.read(file);

    assertThat(compare(recorded, List.of(59, 60, 61), peer))
        .singleElement()
        .asString()
        .startsWith("REGRESSION: cold, process start to row, https, jdk17, thaw: 0.60");
    assertThat(compare(recorded, List.of(39, 40, 41), peer))
        .singleElement()
        .asString()
        .startsWith("better: ");
    assertThat(compare(recorded, List.of(50, 51, 52), peer)).as("within what was").isEmpty();
    assertThat(compare(recorded, List.of(40, 60, 80), peer)).as("its own spread").isEmpty();
    assertThat(compare(recorded, List.of(59, 60, 61), List.of(120, 120, 120)))
        .as("the machine is slower, for all")
        .isEmpty();
  }

  private static List<String> compare(Recorded recorded, List<Integer> thaw, List<Integer> peer) {
    return recorded.compare(Recorded.of(results("thaw", thaw, "hikaricp-sdk", peer)));
  }

  @Test
  void a_line_that_is_no_ratio_is_an_error(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("ratios.txt"), "cold|start|thaw|0.5\n");

    assertThatThrownBy(() -> Recorded.read(file)).hasMessageContaining("cold|start|thaw|0.5");
  }

  @Test
  void tables_show_medians_and_ranges() {
    String text = Markdown.write(results("thaw", List.of(120, 130, 1_400.4), "jdbc", List.of(2.5)));

    assertThat(text)
        .contains("## cold: process start to row, ms")
        .contains("| | https, jdk17 |")
        .contains("| thaw | 130 (120–1,400) |")
        .contains("| jdbc | 2.50 |");
  }

  @Test
  void in_the_summary_node_stands_beside_each_jdk_with_the_same_share_of_a_processor() {
    Results results = results("thaw", List.of(400), "hikaricp-sdk", List.of(700));
    add(results, START, "https, node", "node", List.of(300));
    add(results, START, "https, jdk17, 0.29 of a processor", "thaw", List.of(5_000));
    add(results, START, "https, node, 0.29 of a processor", "node", List.of(4_000));
    add(results, "processor time", "https, jdk17", "thaw", List.of(900));

    assertThat(Summary.write(results))
        .contains("| | thaw | hikaricp-sdk | node |")
        .contains("| cold: https, jdk17, ms | 400 | 700 | 300 |")
        .contains("| cold: https, jdk17, 0.29 of a processor, ms | 5,000 |  | 4,000 |")
        .contains("| cold: processor time, https, jdk17, ms | 900 |  |  |");
  }

  @Test
  void a_target_is_met_up_to_its_bound_and_missed_above_it() {
    Results results = new Results();
    add(results, "processor time", "https, jdk17", "hikaricp-sdk", List.of(1_000));
    add(results, "processor time", "https, jdk17", "jdbc", List.of(500));
    add(results, "processor time", "https, jdk17", "thaw", List.of(600));
    add(results, "processor time", "https, jdk17", "thaw-iam", List.of(530));

    assertThat(Targets.judge(results))
        .containsExactly(
            "met: cold processor time, https, jdk17: thaw 0.60 of hikaricp-sdk, at most 0.60",
            "MISSED: cold processor time, https, jdk17: thaw-iam 0.53 of hikaricp-sdk, at most 0.50",
            "MISSED: cold processor time, https, jdk17: thaw-iam 1.06 of jdbc, at most 1.05");
  }

  @Test
  void a_target_may_be_an_absolute_time_or_that_of_node() {
    Results results = new Results();
    String share = "0.29 of a processor";
    results.add("restore", "restore to row", "ms", "primed, " + share, "thaw", 61);
    results.add("restore", "restore to row", "ms", "primed, " + share, "hikaricp-sdk", 180);
    add(results, START, "https, jdk17+cds, " + share, "thaw", List.of(2_900));
    add(results, START, "https, node, " + share, "node", List.of(3_000));

    assertThat(Targets.judge(results))
        .containsExactly(
            "met: cold process start to row, https, jdk17+cds, 0.29 of a processor:"
                + " thaw 0.97 of node, at most 1.00",
            "met: restore restore to row, primed, 0.29 of a processor:"
                + " thaw 0.34 of hikaricp-sdk, at most 0.50",
            "MISSED: restore restore to row, primed, 0.29 of a processor:"
                + " thaw 61.00 ms, at most 60.00");
  }
}
