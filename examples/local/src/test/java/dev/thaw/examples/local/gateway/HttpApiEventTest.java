package dev.thaw.examples.local.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpApiEventTest {
  private static final Route ROUTE = new Route("POST", "/assets/{id}");
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00.123Z");

  @Test
  void has_all_that_a_request_says() throws JsonParserException {
    JsonObject event =
        event(
            new Request(
                "POST",
                "/assets/a%20b",
                "limit=3&tag=x&tag=y&empty&percent=100%",
                Map.of(
                    "Host", List.of("127.0.0.1:3000"),
                    "X-Twice", List.of("1", "2"),
                    "Cookie", List.of("a=1; b=2"),
                    "User-Agent", List.of("curl/8"),
                    "Content-Type", List.of("application/json; charset=utf-8")),
                "{\"name\": \"Säge\"}".getBytes(UTF_8),
                "127.0.0.1"));
    assertThat(event.getString("version")).isEqualTo("2.0");
    assertThat(event.getString("routeKey")).isEqualTo("POST /assets/{id}");
    assertThat(event.getString("rawPath")).isEqualTo("/assets/a%20b");
    assertThat(event.getString("rawQueryString"))
        .isEqualTo("limit=3&tag=x&tag=y&empty&percent=100%");
    assertThat(event.getArray("cookies")).isEqualTo(List.of("a=1", "b=2"));
    assertThat(event.getObject("headers"))
        .containsEntry("x-twice", "1,2")
        .containsEntry("host", "127.0.0.1:3000")
        .doesNotContainKeys("cookie", "Host");
    assertThat(event.getObject("queryStringParameters"))
        .isEqualTo(Map.of("limit", "3", "tag", "x,y", "empty", "", "percent", "100%"));
    assertThat(event.getObject("pathParameters")).isEqualTo(Map.of("id", "a b"));
    assertThat(event.getString("body")).isEqualTo("{\"name\": \"Säge\"}");
    assertThat(event.getBoolean("isBase64Encoded")).isFalse();
    JsonObject context = event.getObject("requestContext");
    assertThat(context)
        .containsEntry("domainName", "127.0.0.1")
        .containsEntry("stage", "$default")
        .containsEntry("time", "01/Nov/2026:12:00:00 +0000");
    assertThat(context.getLong("timeEpoch")).isEqualTo(NOW.toEpochMilli());
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
  void a_body_that_is_no_text_is_encoded(String type) throws JsonParserException {
    JsonObject event =
        event(
            new Request(
                "POST",
                "/assets/1",
                "",
                Map.of("Content-Type", List.of(type)),
                new byte[] {(byte) 0xff, 0},
                "127.0.0.1"));
    assertThat(event.getString("body")).isEqualTo("/wA=");
    assertThat(event.getBoolean("isBase64Encoded")).isTrue();
  }

  @Test
  void what_was_not_sent_is_not_there() throws JsonParserException {
    JsonObject event =
        event(new Request("POST", "/assets/1", "", Map.of(), new byte[0], "127.0.0.1"));
    assertThat(event).doesNotContainKeys("body", "cookies", "queryStringParameters");
  }

  private static JsonObject event(Request request) throws JsonParserException {
    Map<String, String> parameters = ROUTE.match(request).orElseThrow();
    return JsonParser.object().from(HttpApiEvent.of(request, ROUTE, parameters, NOW));
  }
}
