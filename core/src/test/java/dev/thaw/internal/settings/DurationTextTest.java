package dev.thaw.internal.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

  @ParameterizedTest
  @CsvSource({
    "250ms, PT0.25S",
    "30s, PT30S",
    "5m, PT5M",
    "1h, PT1H",
    "0s, PT0S",
    "30S, PT30S",
    "PT1M30S, PT1M30S",
    "P1D, PT24H"
  })
  void durations_are_read_in_short_form_and_in_iso_8601(String text, Duration expected) {
    assertThat(DurationText.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "30", "s", "-1s", "-PT1S", "1.5s", "30 s", "1w", "999999999999h", "P999D"})
  void anything_else_is_none(String text) {
    assertThat(DurationText.parse(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT0.001S, 1ms",
    "PT1.5S, 1500ms",
    "PT90S, 90s",
    "PT1H, 1h",
    "P365D, 8760h"
  })
  void a_text_is_read_as_what_it_was_written_from(Duration duration, String text) {
    assertThat(DurationText.of(duration)).isEqualTo(text);
    assertThat(DurationText.parse(text)).isEqualTo(duration);
  }
}
