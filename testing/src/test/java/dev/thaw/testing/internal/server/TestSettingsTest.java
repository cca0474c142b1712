package dev.thaw.testing.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TestSettingsTest {

  @Test
  void a_variable_is_read_from_the_environment() {
    assertThat(settings(Map.of("THAW_TEST_DATABASE", "docker"), Map.of()).get("THAW_TEST_DATABASE"))
        .contains("docker");
  }

  @Test
  void the_system_property_of_the_same_name_wins() {
    TestSettings settings =
        settings(
            Map.of("THAW_TEST_JDBC_URL", "environment"), Map.of("thaw.test.jdbc.url", "property"));

    assertThat(settings.get(TestSettings.JDBC_URL)).contains("property");
  }

  @Test
  void an_empty_value_counts_as_not_set() {
    TestSettings settings = settings(Map.of("THAW_TEST_CACHE", " "), Map.of());

    assertThat(settings.get(TestSettings.CACHE)).isEmpty();
    assertThat(settings.get(TestSettings.MYSQL_IMAGE)).isEmpty();
  }

  private static TestSettings settings(
      Map<String, String> environment, Map<String, String> properties) {
    return new TestSettings(environment::get, properties::get);
  }
}
