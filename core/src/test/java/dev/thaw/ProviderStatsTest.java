package dev.thaw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProviderStatsTest {
  private static final Map<
          String, BiFunction<ProviderStats.Builder, Integer, ProviderStats.Builder>>
      SETTERS =
          Map.of(
              "active", ProviderStats.Builder::active,
              "idle", ProviderStats.Builder::idle,
              "waiting", ProviderStats.Builder::waiting,
              "maxSize", ProviderStats.Builder::maxSize,
              "opened", ProviderStats.Builder::opened,
              "reused", ProviderStats.Builder::reused,
              "waited", ProviderStats.Builder::waited,
              "refusedLogins", ProviderStats.Builder::refusedLogins,
              "retired BROKEN", (b, n) -> b.retired(RetireReason.BROKEN, n));

  static Stream<Arguments> setters() {
    return SETTERS.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @Test
  void hold_what_was_set() {
    ProviderStats stats =
        ProviderStats.builder()
            .active(1)
            .idle(2)
            .waiting(3)
            .maxSize(4)
            .opened(5)
            .reused(6)
            .waited(7)
            .refusedLogins(8)
            .retired(RetireReason.IDLE, 9)
            .retired(RetireReason.BROKEN, 10)
            .build();
    assertThat(stats.active()).isEqualTo(1);
    assertThat(stats.idle()).isEqualTo(2);
    assertThat(stats.total()).isEqualTo(3);
    assertThat(stats.waiting()).isEqualTo(3);
    assertThat(stats.maxSize()).isEqualTo(4);
    assertThat(stats.opened()).isEqualTo(5);
    assertThat(stats.reused()).isEqualTo(6);
    assertThat(stats.waited()).isEqualTo(7);
    assertThat(stats.refusedLogins()).isEqualTo(8);
    assertThat(stats.retired())
        .containsExactly(Map.entry(RetireReason.BROKEN, 10L), Map.entry(RetireReason.IDLE, 9L));
    assertThat(stats.retired(RetireReason.IDLE)).isEqualTo(9);
    assertThat(stats.retired(RetireReason.EXPIRED)).isZero();
    assertThat(stats)
        .hasToString(
            "active=1, idle=2, waiting=3, max=4, opened=5, reused=6, waited=7, refusedLogins=8,"
                + " retired={BROKEN=10, IDLE=9}");
  }

  @Test
  void are_zero_at_first() {
    assertThat(ProviderStats.builder().build())
        .hasToString(
            "active=0, idle=0, waiting=0, max=0, opened=0, reused=0, waited=0, refusedLogins=0,"
                + " retired={}");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("setters")
  void each_value_is_set_once(
      String name, BiFunction<ProviderStats.Builder, Integer, ProviderStats.Builder> setter) {
    ProviderStats.Builder once = setter.apply(ProviderStats.builder(), 0);
    assertThatIllegalStateException()
        .isThrownBy(() -> setter.apply(once, 1))
        .withMessage(name + " is set already");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("setters")
  void reject_negative_numbers(
      String name, BiFunction<ProviderStats.Builder, Integer, ProviderStats.Builder> setter) {
    assertThatThrownBy(() -> setter.apply(ProviderStats.builder(), -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(name + " is -1, allowed are 0 and more");
  }

  @Test
  void do_not_change_with_the_builder_and_cannot_be_changed() {
    ProviderStats.Builder builder = ProviderStats.builder().retired(RetireReason.IDLE, 1);
    ProviderStats stats = builder.build();
    builder.retired(RetireReason.BROKEN, 1);
    assertThat(stats.retired()).containsOnlyKeys(RetireReason.IDLE);
    assertThatThrownBy(() -> stats.retired().put(RetireReason.BROKEN, 1L))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
