package dev.thaw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HealthReportTest {
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  private static final ProviderStats STATS = ProviderStats.builder().maxSize(5).build();

  private static final Map<String, UnaryOperator<HealthReport.Builder>> SETTERS =
      Map.of(
          "credentialsVersion", b -> b.credentialsVersion("v1"),
          "credentialsAge", b -> b.credentialsAge(Duration.ofMinutes(3)),
          "staleSince", b -> b.staleSince(NOON),
          "lastFailure", b -> b.lastFailure("no route", NOON));

  private static HealthReport.Builder success() {
    return HealthReport.success(Duration.ofMillis(12), STATS);
  }

  static Stream<Arguments> setters() {
    return SETTERS.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @Test
  void a_success_says_so() {
    HealthReport report = success().build();
    assertThat(report.success()).isTrue();
    assertThat(report.message()).isEqualTo("Connection successful");
    assertThat(report.latency()).isEqualTo(Duration.ofMillis(12));
    assertThat(report.stats()).isSameAs(STATS);
    assertThat(report.failureKind()).isEmpty();
    assertThat(report.credentialsVersion()).isEmpty();
    assertThat(report.credentialsAge()).isEmpty();
    assertThat(report.staleSince()).isEmpty();
    assertThat(report.lastFailure()).isEmpty();
    assertThat(report.lastFailureAt()).isEmpty();
  }

  @Test
  void a_failure_says_what_happened_and_what_it_means() {
    HealthReport report =
        HealthReport.failure(FailureKind.UNREACHABLE, "no route", Duration.ofMillis(12), STATS)
            .build();
    assertThat(report.success()).isFalse();
    assertThat(report.message()).isEqualTo("no route");
    assertThat(report.failureKind()).contains(FailureKind.UNREACHABLE);
  }

  @Test
  void holds_what_was_set() {
    HealthReport report =
        success()
            .credentialsVersion("v1")
            .credentialsAge(Duration.ofMinutes(3))
            .staleSince(NOON)
            .lastFailure("no route", NOON.minusSeconds(1))
            .build();
    assertThat(report.credentialsVersion()).contains("v1");
    assertThat(report.credentialsAge()).contains(Duration.ofMinutes(3));
    assertThat(report.staleSince()).contains(NOON);
    assertThat(report.lastFailure()).contains("no route");
    assertThat(report.lastFailureAt()).contains(NOON.minusSeconds(1));
    assertThat(report)
        .hasToString(
            "HealthReport[success=true, message=Connection successful, latency=12 ms, "
                + STATS
                + ", credentialsVersion=v1, credentialsAge=PT3M, staleSince=2026-11-01T12:00:00Z,"
                + " lastFailure=no route at 2026-11-01T11:59:59Z]");
  }

  @Test
  void shows_nothing_that_is_not_known() {
    assertThat(success().build())
        .hasToString(
            "HealthReport[success=true, message=Connection successful, latency=12 ms, "
                + STATS
                + "]");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("setters")
  void each_value_is_set_once(String name, UnaryOperator<HealthReport.Builder> setter) {
    HealthReport.Builder once = setter.apply(success());
    assertThatIllegalStateException()
        .isThrownBy(() -> setter.apply(once))
        .withMessage(name + " is set already");
  }

  @Test
  @SuppressWarnings("NullAway") // what this is about
  void names_what_is_null() {
    assertThatNullPointerException()
        .isThrownBy(() -> HealthReport.success(null, STATS))
        .withMessage("latency");
    assertThatNullPointerException()
        .isThrownBy(() -> HealthReport.failure(null, "no route", Duration.ZERO, STATS))
        .withMessage("kind");
    assertThatNullPointerException()
        .isThrownBy(() -> success().lastFailure("no route", null))
        .withMessage("lastFailureAt");
  }
}
