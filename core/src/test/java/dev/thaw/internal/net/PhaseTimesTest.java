package dev.thaw.internal.net;

import static java.time.Duration.ZERO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class PhaseTimesTest {
  private final AtomicLong clock = new AtomicLong(5_000_000);
  private final PhaseTimes times = new PhaseTimes(clock.get(), clock::get);

  private void pass(long millis) {
    clock.addAndGet(millis * 1_000_000);
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
            "pool",
            "credentials",
            "driver",
            "DNS",
            "TCP",
            "TLS",
            "login",
            "validation",
            "back-off",
            "use");
  }

  @Test
  void add_up_what_a_phase_took_each_time() {
    times.enter(ConnectPhase.TCP);
    pass(20);
    times.enter(ConnectPhase.LOGIN);
    times.enter(ConnectPhase.TCP);
    pass(20);
    times.enter(ConnectPhase.LOGIN);
    assertThat(millis("TCP")).isEqualTo(40);
    assertThat(times.totalMillis()).isEqualTo(40);
  }

  @Test
  void count_the_phase_that_still_runs() {
    times.enter(ConnectPhase.LOGIN);
    pass(20);
    assertThat(times).hasToString("login 20 ms");
    pass(20);
    assertThat(times).hasToString("login 40 ms");
  }

  @Test
  void are_reported_as_of_one_moment() {
    LongSupplier ticking = () -> clock.addAndGet(1_000_000);
    PhaseTimes held = new PhaseTimes(clock.get(), ticking);
    held.enter(ConnectPhase.POOL);
    held.report(
        (whole, phases) -> {
          assertThat(whole).isEqualTo(Duration.ofMillis(2));
          assertThat(phases).containsExactly(Map.entry("pool", Duration.ofMillis(1)));
        });
  }

  @Test
  void leave_out_what_came_before_the_first_phase() {
    pass(200);
    times.enter(ConnectPhase.TCP);
    assertThat(millis("TCP")).isZero();
    assertThat(times.totalMillis()).isEqualTo(200);
  }

  @Test
  void count_a_call_from_its_real_beginning() {
    PhaseTimes waited = new PhaseTimes(System.nanoTime() - Duration.ofHours(1).toNanos());
    assertThat(waited.totalMillis()).isGreaterThanOrEqualTo(Duration.ofHours(1).toMillis());
    assertThat(new PhaseTimes().totalMillis()).isLessThan(Duration.ofHours(1).toMillis());
  }

  @Test
  void let_no_phase_begin_after_the_deadline() throws SocketTimeoutException {
    Deadline deadline = Deadline.after(Duration.ofMillis(20), clock::get).withReserve(ZERO);
    times.enter(ConnectPhase.DNS, deadline);
    pass(20);
    assertThatThrownBy(() -> times.enter(ConnectPhase.TCP, deadline))
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessage("The deadline passed before phase TCP");
    assertThat(times.current()).isEqualTo(ConnectPhase.TCP);
    assertThat(times).hasToString("DNS 20 ms, TCP 0 ms");
  }

  private long millis(String label) {
    return Long.parseLong(times.toString().replaceAll(".*" + label + " (\\d+) ms.*", "$1"));
  }
}
