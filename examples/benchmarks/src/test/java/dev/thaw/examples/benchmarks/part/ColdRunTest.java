package dev.thaw.examples.benchmarks.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.examples.benchmarks.report.Measurement;
import dev.thaw.examples.benchmarks.report.Results;
import dev.thaw.examples.benchmarks.stand.Transport;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What becomes of the figures of a cold start. */
class ColdRunTest {
  private static ColdRun run(ProcessBuilder process) {
    return new ColdRun("jdbc", "jdk17", Transport.HTTPS, null, "", process);
  }

  private static double value(Results results, String metric, String condition) {
    return results.measurements().stream()
        .filter(m -> m.metric().equals(metric) && m.condition().equals(condition))
        .findFirst()
        .map(Measurement::median)
        .orElseThrow();
  }

  @Test
  void each_figure_is_what_the_process_has_said() throws Exception {
    Results results = new Results();
    ColdTimes times =
        ColdTimes.parse(
            "SLF4J: something\n"
                + "main=1000200000 row=1000950000 cpu=1230000 peak=81920"
                + " JVM_start@1000200000 secret_read@1000500000 query@1000950000\n");

    run(new ProcessBuilder("true")).add(results, 1_000_100_000, times);

    assertThat(value(results, "process start to row", "https, jdk17")).isEqualTo(850);
    assertThat(value(results, "main to row", "https, jdk17")).isEqualTo(750);
    assertThat(value(results, "processor time", "https, jdk17")).isEqualTo(1_230);
    assertThat(value(results, "peak memory", "https, jdk17")).isEqualTo(80);
    assertThat(value(results, "steps, https, jdk17", "JVM start")).isEqualTo(100);
    assertThat(value(results, "steps, https, jdk17", "secret read")).isEqualTo(300);
    assertThat(value(results, "steps, https, jdk17", "query")).isEqualTo(450);
  }

  @Test
  void what_the_system_does_not_tell_is_left_out() throws Exception {
    Results results = new Results();

    run(new ProcessBuilder("true"))
        .add(results, 0, ColdTimes.parse("main=1000 row=2000 cpu=-1 peak=-1"));

    assertThat(results.measurements())
        .extracting(Measurement::metric)
        .containsExactly("process start to row", "main to row");
  }

  @Test
  void a_process_that_tells_no_times_is_an_error() {
    assertThatThrownBy(() -> ColdTimes.parse("main=1 row=unknown"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("row=unknown");
  }

  @Test
  void others_than_https_without_a_limit_are_in_every_third_round() {
    ProcessBuilder process = new ProcessBuilder("true");
    ColdRun http = new ColdRun("jdbc", "jdk17", Transport.HTTP, null, "", process);

    assertThat(run(process).isIn(2, 3)).isTrue();
    assertThat(http.isIn(1, 3)).isTrue();
    assertThat(http.isIn(2, 3)).isFalse();
    assertThat(http.isIn(4, 3)).isTrue();
  }
}
