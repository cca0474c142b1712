package dev.thaw.examples.local.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.grack.nanojson.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTest {
  private static final Route GET = new Route("GET", "/assets/{id}");

  @ParameterizedTest
  @CsvSource({
    "/assets/1, 1",
    "/assets/a%2Fb, a/b",
    "/assets/a+b, a+b",
    "/assets/%C3%A4, ä",
  })
  void a_segment_stands_for_a_variable(String path, String id) {
    assertThat(GET.match("GET", path)).contains(new JsonObject(Map.of("id", id)));
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /assets/1",
    "GET, /assets",
    "GET, /assets/",
    "GET, /assets/1/2",
    "GET, /Assets/1",
    "GET, /other/1",
  })
  void another_method_or_path_is_another_route(String method, String path) {
    assertThat(GET.match(method, path)).isEmpty();
  }

  @Test
  void a_segment_that_cannot_be_decoded_is_refused() {
    assertThatThrownBy(() -> GET.match("GET", "/assets/%zz"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
