package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

class PhaseTimesTest {
  private final PhaseTimes times = new PhaseTimes();

  private void pass(long millis) {
    long until = times.totalMillis() + millis;
    await().until(() -> times.totalMillis() >= until);
  }

  @Test
  void say_that_nothing_has_begun() {
    assertThat(times).hasToString("no phase begun");
    assertThat(times.current()).isNull();
  }

  @Test
  void list_the_phases_in_the_order_of_a_connect_however_they_came() {
    times.enter(ConnectPhase.BACKOFF);
    times.enter(ConnectPhase.LOGIN);
    times.enter(ConnectPhase.CREDENTIALS);
    times.enter(ConnectPhase.DNS);
    assertThat(times.toString())
        .matches("credentials \\d+ ms, DNS \\d+ ms, login \\d+ ms, back-off \\d+ ms");
    assertThat(times.current()).isEqualTo(ConnectPhase.DNS);
  }

  @Test
  void every_phase_has_a_name_of_its_own() {
    assertThat(ConnectPhase.values())
        .extracting(ConnectPhase::label)
        .containsExactly(
            "pool", "credentials", "DNS", "TCP", "TLS", "login", "validation", "back-off");
  }

  @Test
  void add_up_what_a_phase_took_each_time() {
    times.enter(ConnectPhase.TCP);
    pass(20);
    times.enter(ConnectPhase.LOGIN);
    times.enter(ConnectPhase.TCP);
    pass(20);
    times.enter(ConnectPhase.LOGIN);
    assertThat(millis("TCP")).isGreaterThanOrEqualTo(40);
    assertThat(times.totalMillis()).isGreaterThanOrEqualTo(millis("TCP"));
  }

  @Test
  void count_the_phase_that_still_runs() {
    times.enter(ConnectPhase.LOGIN);
    pass(20);
    assertThat(millis("login")).isGreaterThanOrEqualTo(20);
    long first = millis("login");
    pass(20);
    assertThat(millis("login")).isGreaterThanOrEqualTo(first + 20);
  }

  @Test
  void leave_out_what_came_before_the_first_phase() {
    pass(200);
    times.enter(ConnectPhase.TCP);
    assertThat(millis("TCP")).isLessThan(200);
  }

  private long millis(String label) {
    return Long.parseLong(times.toString().replaceAll(".*" + label + " (\\d+) ms.*", "$1"));
  }
}
