package dev.thaw.examples.local.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpApiEventTest {
  private static final String QUERY = "limit=3&tag=x&tag=y&empty&percent=100%";

  @Test
  void has_all_that_a_request_says() {
    JsonObject event =
        HttpApiEvent.of(
            "POST",
            "/assets/a%20b",
            QUERY,
            Map.of(
                "Host", List.of("127.0.0.1:3000"),
                "X-Twice", List.of("1", "2"),
                "User-Agent", List.of("curl/8"),
                "Content-Type", List.of("application/json; charset=utf-8")),
            "{\"name\": \"Säge\"}".getBytes(UTF_8));
    assertThat(event)
        .containsEntry("version", "2.0")
        .containsEntry("rawPath", "/assets/a%20b")
        .containsEntry("rawQueryString", QUERY)
        .containsEntry("body", "{\"name\": \"Säge\"}")
        .containsEntry("isBase64Encoded", false);
    assertThat(event.getObject("headers"))
        .containsEntry("x-twice", "1,2")
        .containsEntry("host", "127.0.0.1:3000")
        .doesNotContainKey("Host");
    assertThat(event.getObject("queryStringParameters"))
        .isEqualTo(Map.of("limit", "3", "tag", "x,y", "empty", "", "percent", "100%"));
    JsonObject context = event.getObject("requestContext");
    assertThat(context).containsEntry("domainName", "127.0.0.1").containsEntry("stage", "$default");
    assertThat(context.getString("time"))
        .matches("[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2} \\+0000");
    assertThat(context.getObject("http"))
        .isEqualTo(
            Map.of(
                "method", "POST",
                "path", "/assets/a%20b",
                "protocol", "HTTP/1.1",
                "sourceIp", "127.0.0.1",
                "userAgent", "curl/8"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/octet-stream", "image/png", ""})
  void a_body_that_is_no_text_is_encoded(String type) {
    Map<String, List<String>> headers = Map.of("Content-Type", List.of(type));
    byte[] body = {(byte) 0xff, 0};
    assertThat(HttpApiEvent.of("POST", "/assets/1", "", headers, body))
        .containsEntry("body", "/wA=")
        .containsEntry("isBase64Encoded", true);
  }

  @Test
  void what_was_not_sent_is_not_there() {
    assertThat(HttpApiEvent.of("POST", "/assets/1", "", Map.of(), new byte[0]))
        .doesNotContainKeys("body", "queryStringParameters");
  }
}
