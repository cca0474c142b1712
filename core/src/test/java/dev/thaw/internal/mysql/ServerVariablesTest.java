package dev.thaw.internal.mysql;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.thaw.fixture.Clocks;
import dev.thaw.internal.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServerVariablesTest {
  private final Clocks clocks = new Clocks();
  private final ServerVariables variables =
      new ServerVariables(new Clock(clocks, clocks::nanoTime));

  @BeforeEach
  void fill() {
    variables.put("one", Map.of("sql_mode", "ANSI"));
    variables.put("other", Map.of("sql_mode", ""));
  }

  @Test
  void variables_are_known_of_each_server() {
    assertThat(variables.get("one")).isEqualTo(Map.of("sql_mode", "ANSI"));
    assertThat(variables.get("other")).isEqualTo(Map.of("sql_mode", ""));
    assertThat(variables.get("third")).isNull();
  }

  @Test
  void they_are_known_for_a_minute() {
    clocks.pass(Duration.ofSeconds(60));
    assertThat(variables.get("one")).isNotNull();
    clocks.pass(Duration.ofMillis(1));
    assertThat(variables.get("one")).isNull();
    variables.put("one", Map.of());
    assertThat(variables.get("one")).isNotNull();
  }

  @Test
  void they_are_unknown_after_a_freeze_during_which_only_the_wall_clock_ran() {
    clocks.passOnWall(Duration.ofMillis(60_001));
    assertThat(variables.get("one")).isNull();
  }

  @Test
  void they_are_unknown_after_a_freeze_during_which_only_the_monotonic_clock_ran() {
    clocks.passOnMonotonic(Duration.ofMillis(60_001));
    assertThat(variables.get("one")).isNull();
  }

  @Test
  void they_can_be_invalidated_one_or_all() {
    variables.put("third", Map.of());
    variables.invalidate("third");
    assertThat(variables.get("third")).isNull();
    assertThat(variables.get("other")).isNotNull();
    variables.invalidateAll();
    assertThat(variables.get("other")).isNull();
  }

  @Test
  void what_a_driver_changes_in_its_copy_changes_no_other() {
    Map<String, String> given = new HashMap<>(Map.of("a", "1"));
    variables.put("one", given);
    given.put("a", "2");
    requireNonNull(variables.get("one")).put("a", "3");
    assertThat(variables.get("one")).isEqualTo(Map.of("a", "1"));
  }

  @Test
  void a_driver_that_connects_on_its_own_has_none() {
    assertThatIllegalStateException()
        .isThrownBy(
            () -> new ServerVariablesFactory().getInstance(new ReentrantLock(), "url", 1, 1));
    assertThatIllegalStateException()
        .isThrownBy(() -> new ServerVariablesFactory().getInstance(new Object(), "url", 1, 1));
  }
}
