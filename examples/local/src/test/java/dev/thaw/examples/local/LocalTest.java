package dev.thaw.examples.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The front with its real functions. What the actions do to the lanes, the browser test sees. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocalTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String FOREIGN = "https://elsewhere.example.com";

  private final HttpClient client = HttpClient.newHttpClient();
  private Local local;

  @BeforeAll
  void start() throws Exception {
    local = new Local(0, Duration.ofSeconds(2), Duration.ofSeconds(2));
  }

  @AfterAll
  void leaves_no_process() {
    List<ProcessHandle> children = ProcessHandle.current().descendants().toList();
    // Two servers and an environment of each lane, at least.
    assertThat(children).hasSizeGreaterThanOrEqualTo(4);
    local.close();
    await().atMost(PATIENCE).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void stores_lists_and_finds_an_asset() throws Exception {
    HttpResponse<String> created =
        create("{\"name\": \"Table saw\", \"serialNumber\": \"TS-4711\", \"category\": \"tools\"}");
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    String location = created.headers().firstValue("Location").orElseThrow();
    assertThat(location).matches("/assets/[0-9]+");

    HttpResponse<String> found = send(request(location));
    assertThat(found.statusCode()).isEqualTo(200);
    assertThat(json(found).getObject("data"))
        .isEqualTo(json(created).getObject("data"))
        .containsEntry("serialNumber", "TS-4711");

    HttpResponse<String> listed = send(request("/assets?limit=100"));
    assertThat(listed.statusCode()).isEqualTo(200);
    JsonArray assets = json(listed).getArray("data");
    assertThat(assets).contains(json(created).getObject("data"));

    assertThat(create("{\"name\": \"Saw\", \"serialNumber\": \"TS-4711\"}").statusCode())
        .isEqualTo(409);
  }

  @Test
  void refuses_a_malformed_body_and_a_wrong_query() throws Exception {
    assertThat(create("{").statusCode()).isEqualTo(400);
    HttpResponse<String> invalid = create("{\"name\": \"\", \"serialNumber\": 4711}");
    assertThat(invalid.statusCode()).isEqualTo(400);
    assertThat(json(invalid).getObject("fields"))
        .isEqualTo(Map.of("name", "is blank", "serialNumber", "is not a string"));
    assertThat(send(request("/assets?limit=0")).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/assets/999999999", "/nothing", "/assets/"})
  void what_does_not_exist_is_not_found(String path) throws Exception {
    assertThat(send(request(path)).statusCode()).isEqualTo(404);
  }

  @Test
  void any_page_may_use_the_api() throws Exception {
    HttpResponse<String> preflight =
        send(
            request("/assets")
                .header("Origin", FOREIGN)
                .header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", BodyPublishers.noBody()));
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.headers().map())
        .containsEntry("access-control-allow-origin", List.of("*"))
        .containsEntry("access-control-allow-methods", List.of("POST, OPTIONS"));
    assertThat(send(request("/assets").header("Origin", FOREIGN)).headers().map())
        .containsEntry("access-control-allow-origin", List.of("*"));
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=utf-8",
    "/style.css, text/css; charset=utf-8",
    "/script.js, text/javascript; charset=utf-8",
    "/timeline.js, text/javascript; charset=utf-8",
    "/actions.js, text/javascript; charset=utf-8",
    "/failures.js, text/javascript; charset=utf-8",
    "/format.js, text/javascript; charset=utf-8",
    "/icon.svg, image/svg+xml",
  })
  void serves_the_page(String path, String type) throws Exception {
    HttpResponse<String> file = send(request(path));
    assertThat(file.statusCode()).isEqualTo(200);
    assertThat(file.headers().map())
        .containsEntry("content-type", List.of(type))
        .containsEntry("content-security-policy", List.of("default-src 'self'"));
    assertThat(file.body()).isNotBlank();
  }

  @Test
  void tells_a_client_the_actions_then_what_happens() throws Exception {
    HttpResponse<Stream<String>> events =
        client.send(request("/playground/events").build(), BodyHandlers.ofLines());
    assertThat(events.headers().firstValue("content-type"))
        .contains("text/event-stream; charset=utf-8");
    try (Stream<String> lines = events.body()) {
      var line = lines.iterator();
      assertThat(line.next()).isEqualTo("event: hello");
      JsonObject hello = data(line.next());
      assertThat(hello.getArray("actions"))
          .extracting(action -> ((JsonObject) action).getString("name"))
          .containsExactly(
              "rotate",
              "long-rotation",
              "freeze",
              "kill",
              "silence",
              "fail-over",
              "fill",
              "snapshot",
              "cold-start");
      while (!line.next().equals("event: request")) {}
      assertThat(data(line.next()))
          .containsOnlyKeys("lane", "at", "millis", "status", "code", "error");
      while (!line.next().equals("event: counters")) {}
      assertThat(data(line.next()))
          .containsOnlyKeys(
              "lane",
              "opened",
              "reused",
              "refusedLogins",
              "secretAgeSeconds",
              "ok",
              "slow",
              "failed",
              "pendingSince");
    }
  }

  @Test
  void runs_one_action_at_a_time() throws Exception {
    await().atMost(PATIENCE).until(() -> press("freeze").statusCode() == 202);
    assertThat(press("kill").statusCode()).isEqualTo(409);
    assertThat(press("nothing").statusCode()).isEqualTo(404);
    await().atMost(PATIENCE).until(() -> press("kill").statusCode() == 202);
  }

  @ParameterizedTest
  @CsvSource({"GET, /playground/events", "POST, /playground/actions/kill", "GET, /"})
  void a_page_elsewhere_neither_reads_the_events_nor_starts_an_action(String method, String path)
      throws Exception {
    HttpResponse<String> answer =
        send(request(path).header("Origin", FOREIGN).method(method, BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
  }

  private HttpResponse<String> create(String body) throws IOException, InterruptedException {
    return send(
        request("/assets")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> press(String action) throws IOException, InterruptedException {
    return send(request("/playground/actions/" + action).POST(BodyPublishers.noBody()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + local.port() + path))
        .timeout(PATIENCE);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonObject json(HttpResponse<String> response) throws JsonParserException {
    return JsonParser.object().from(response.body());
  }

  private static JsonObject data(String line) throws JsonParserException {
    assertThat(line).startsWith("data: ");
    return JsonParser.object().from(line.substring("data: ".length()));
  }
}
