package dev.thaw.examples.benchmarks.program;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What Linux tells of a process. */
class ProcessUseTest {
  @Test
  void processor_time_is_user_and_system_of_the_process_and_of_its_children() {
    String stat = "4711 (a b) c) S 1 2 3 4 5 6 7 8 9 10 150 25 7 3 20 0 12 0 99 1234\n";

    assertThat(ProcessUse.ofStat(stat)).isEqualTo(1_850_000);
  }

  @Test
  void a_control_group_counts_in_nanoseconds_or_in_a_table_in_microseconds() {
    assertThat(ProcessUse.ofCounter("1234567890\n")).isEqualTo(1_234_567);
    assertThat(ProcessUse.ofCounter("usage_usec 98765\nuser_usec 90000\n")).isEqualTo(98_765);
  }

  @Test
  void peak_memory_is_the_most_that_was_resident() {
    assertThat(ProcessUse.ofStatus("VmPeak:\t  99 kB\nVmHWM:\t   76543 kB\nVmRSS:\t 5 kB\n"))
        .isEqualTo(76_543);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void this_process_has_used_some_of_both() {
    assertThat(ProcessUse.processorMicros()).isPositive();
    assertThat(ProcessUse.peakKilobytes()).isGreaterThan(10_000);
  }
}
