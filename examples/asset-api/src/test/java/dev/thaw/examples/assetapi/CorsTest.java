package dev.thaw.examples.assetapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {
  private static final String PAGE = "https://app.example.com";

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {"*", " * "})
  void allows_every_origin_by_default(String setting) {
    assertThat(Cors.of(setting).headers(PAGE))
        .isEqualTo(Map.of("Access-Control-Allow-Origin", "*"));
  }

  @Test
  void names_the_origin_if_it_is_one_of_those_allowed() {
    Cors cors = Cors.of("https://example.com, " + PAGE + ",http://localhost:5173,http://[::1]:80");
    assertThat(cors.headers(PAGE))
        .isEqualTo(Map.of("Access-Control-Allow-Origin", PAGE, "Vary", "Origin"));
    assertThat(cors.headers("http://localhost:5173"))
        .containsEntry("Access-Control-Allow-Origin", "http://localhost:5173");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "https://app.example.com.evil.test", "http://app.example.com"})
  void names_no_other_origin(String origin) {
    assertThat(Cors.of(PAGE).headers(origin)).isEqualTo(Map.of("Vary", "Origin"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com",
        "https://example.com/",
        "https://*.example.com",
        "*,https://a.b",
        "https://a.b,",
        "https://a.b\r\nX: 1",
        "null"
      })
  void refuses_what_is_no_origin(String setting) {
    assertThatThrownBy(() -> Cors.of(setting))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("CORS_ALLOW_ORIGIN is \"" + setting + "\", allowed are");
  }
}
