package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.fixture.Clocks;
import dev.thaw.internal.mysql.ServerLoad;
import dev.thaw.internal.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PressureTest {
  private final Clocks clocks = new Clocks();
  private final Clock clock = new Clock(clocks, clocks::nanoTime);
  private final Pressure pressure = new Pressure(clock, true);

  private void answer(long connected, long limit) {
    pressure.answered(new ServerLoad(connected, limit, false), clock.now());
  }

  private boolean isDue() {
    return isDue(pressure);
  }

  private boolean isDue(Pressure any) {
    return any.isDue(clock.now());
  }

  private boolean isHigh(Pressure any) {
    return any.isHigh(clock.now());
  }

  @Test
  void there_is_none_at_first() {
    assertThat(isHigh(pressure)).isFalse();
  }

  @Test
  void a_refused_connection_is_pressure_for_thirty_seconds() {
    pressure.refused();
    assertThat(isHigh(pressure)).isTrue();
    clocks.pass(Duration.ofSeconds(30));
    assertThat(isHigh(pressure)).isTrue();
    clocks.pass(Duration.ofMillis(1));
    assertThat(isHigh(pressure)).isFalse();
    assertThat(isHigh(pressure)).isFalse();
  }

  @Test
  void another_refusal_begins_the_time_anew() {
    pressure.refused();
    clocks.pass(Duration.ofSeconds(20));
    pressure.refused();
    clocks.pass(Duration.ofSeconds(20));
    assertThat(isHigh(pressure)).isTrue();
  }

  @Test
  void it_is_over_after_a_freeze_whichever_clock_ran_on() {
    pressure.refused();
    clocks.passOnWall(Duration.ofMinutes(5));
    assertThat(isHigh(pressure)).isFalse();
    pressure.refused();
    clocks.passOnMonotonic(Duration.ofMinutes(5));
    assertThat(isHigh(pressure)).isFalse();
  }

  @Test
  void a_server_of_which_nine_in_ten_connections_are_taken_is_under_pressure() {
    answer(89, 100);
    assertThat(isHigh(pressure)).isFalse();
    answer(90, 100);
    assertThat(isHigh(pressure)).isTrue();
  }

  @Test
  void an_answer_without_a_limit_says_nothing() {
    answer(0, 0);
    assertThat(isHigh(pressure)).isFalse();
  }

  @Test
  void the_server_is_asked_about_once_a_minute() {
    assertThat(isDue()).isTrue();
    answer(1, 100);
    assertThat(isDue()).isFalse();
    clocks.pass(Duration.ofSeconds(44));
    assertThat(isDue()).isFalse();
    clocks.pass(Duration.ofSeconds(32));
    assertThat(isDue()).isTrue();
  }

  @Test
  void a_server_that_is_filling_is_asked_again_soon_and_ever_less_often() {
    answer(25, 100);
    clocks.pass(Duration.ofMillis(74));
    assertThat(isDue()).isFalse();
    clocks.pass(Duration.ofMillis(52));
    assertThat(isDue()).isTrue();
    for (int i = 0; i < 12; i++) {
      answer(50, 100);
    }
    clocks.pass(Duration.ofSeconds(44));
    assertThat(isDue()).isFalse();
  }

  @Test
  void one_that_is_refused_first_asks_once_while_the_server_is_full() {
    pressure.refused();
    assertThat(isDue()).isTrue();
    answer(50, 100);
    assertThat(isDue()).isFalse();
    assertThat(isHigh(pressure)).isTrue();
    clocks.pass(Duration.ofMillis(30_001));
    assertThat(isDue()).isTrue();
  }

  @Test
  void connections_that_a_proxy_shares_are_kept_and_the_server_is_not_asked_again() {
    pressure.refused();
    pressure.answered(new ServerLoad(100, 100, true), clock.now());
    assertThat(isHigh(pressure)).isFalse();
    pressure.refused();
    assertThat(isHigh(pressure)).isFalse();
    clocks.pass(Duration.ofHours(1));
    assertThat(isDue()).isFalse();
    pressure.forget();
    assertThat(isDue()).isTrue();
  }

  @Test
  void a_server_is_not_asked_while_it_is_full_but_at_once_after() {
    answer(1, 100);
    pressure.refused();
    assertThat(isDue()).isFalse();
    clocks.pass(Duration.ofMillis(30_001));
    assertThat(isDue()).isTrue();
  }

  @Test
  void environments_do_not_all_ask_at_the_same_moment() {
    Set<Long> pauses = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      answer(1, 100);
      long millis = 0;
      while (!isDue()) {
        clocks.pass(Duration.ofMillis(500));
        millis += 500;
      }
      pauses.add(millis);
    }
    assertThat(pauses)
        .hasSizeGreaterThan(1)
        .allSatisfy(p -> assertThat(p).isBetween(45_000L, 75_500L));
  }

  @Test
  void a_server_is_not_asked_if_that_is_switched_off() {
    Pressure silent = new Pressure(clock, false);
    assertThat(isDue(silent)).isFalse();
    clocks.pass(Duration.ofHours(1));
    assertThat(isDue(silent)).isFalse();
    silent.refused();
    assertThat(isHigh(silent)).isTrue();
  }

  @Test
  void a_restored_environment_knows_nothing() {
    pressure.refused();
    answer(1, 100);
    pressure.forget();
    assertThat(isHigh(pressure)).isFalse();
    assertThat(isDue()).isTrue();
  }
}
