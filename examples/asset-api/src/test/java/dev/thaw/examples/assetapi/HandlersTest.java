package dev.thaw.examples.assetapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import dev.thaw.ConnectionProvider;
import dev.thaw.examples.assetapi.assets.JdbcAssetRepository;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.Isolation;
import dev.thaw.testing.fault.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DatabaseTest(schema = "schema.sql", isolation = Isolation.SCHEMA_PER_TEST)
class HandlersTest {
  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-01T12:00:00.123456Z"));
  private ListAssets list;
  private CreateAsset create;
  private GetAsset get;

  @BeforeEach
  void make_the_handlers(ConnectionProvider db) {
    JdbcAssetRepository assets = new JdbcAssetRepository(db::get, clock);
    Cors cors = Cors.of("*");
    list = new ListAssets(assets, cors);
    create = new CreateAsset(assets, cors);
    get = new GetAsset(assets, cors);
  }

  @Test
  void an_asset_that_was_created_can_be_got_and_listed() {
    Answer created = Answer.of(create, Event.create(asset("saw", "S-1")));
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.body().getBoolean("success")).isTrue();
    long id = created.data().getLong("id");
    assertThat(created.data())
        .isEqualTo(
            JsonObject.builder()
                .value("id", (int) id)
                .value("name", "saw")
                .value("serialNumber", "S-1")
                .nul("category")
                .value("createdAt", "2026-11-01T12:00:00.123456Z")
                .done());
    assertThat(created.header("Location")).isEqualTo("/prod/assets/" + id);
    assertThat(created.header("Content-Type")).isEqualTo("application/json; charset=utf-8");

    Answer got = Answer.of(get, Event.get(String.valueOf(id)));
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.body()).isEqualTo(created.body());

    Answer listed = Answer.of(list, Event.list());
    assertThat(listed.status()).isEqualTo(200);
    assertThat(listed.list()).containsExactly(created.data());
  }

  @Test
  void the_latest_assets_come_first_ten_unless_said_otherwise() {
    for (int i = 1; i <= 12; i++) {
      createAsset("asset " + i, "S-" + i);
      clock.advance(Duration.ofMillis(1));
    }
    assertThat(names(Event.list())).hasSize(10).startsWith("asset 12", "asset 11");
    assertThat(names(Event.list().query("limit", "2"))).containsExactly("asset 12", "asset 11");
    assertThat(names(Event.list().query("limit", "100"))).hasSize(12).endsWith("asset 1");
  }

  @Test
  void assets_of_one_moment_keep_the_order_of_their_creation() {
    createAsset("first", "S-1");
    createAsset("second", "S-2");
    assertThat(names(Event.list())).containsExactly("second", "first");
  }

  @Test
  void an_empty_table_is_an_empty_list() {
    assertThat(Answer.of(list, Event.list()).text()).isEqualTo("{\"success\":true,\"data\":[]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "101",
        "-1",
        "abc",
        "",
        " 5",
        "5 ",
        "1e1",
        "0x5",
        "5.0",
        "٣",
        "99999999999999999999",
        "5,6",
        "1;DROP TABLE assets"
      })
  void a_wrong_limit_is_the_clients_mistake(String limit) {
    Answer answer = Answer.of(list, Event.list().query("limit", limit));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.fields()).isEqualTo(Map.of("limit", "is not one number from 1 to 100"));
  }

  @Test
  void an_asset_that_is_not_there_is_not_found() {
    Answer answer = Answer.of(get, Event.get("17"));
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).isEqualTo("{\"success\":false,\"error\":\"There is no asset 17\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "abc",
        "1.0",
        "01",
        " 1",
        "1 OR 1=1",
        "1;--",
        "٣",
        "9999999999999999999",
        "00000000-0000-0000-0000-000000000000"
      })
  void a_wrong_id_is_the_clients_mistake(String id) {
    Answer answer = Answer.of(get, Event.get(id));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.fields()).containsOnlyKeys("id");
  }

  @Test
  void a_missing_id_is_the_clients_mistake() {
    assertThat(Answer.of(get, Event.list()).fields()).containsOnlyKeys("id");
  }

  @Test
  void a_serial_number_is_given_once() {
    createAsset("saw", "S-1");
    Answer answer = Answer.of(create, Event.create(asset("drill", "S-1")));
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body().getString("error")).isEqualTo("The asset exists already");
    assertThat(answer.fields()).containsOnlyKeys("serialNumber");
    assertThat(names(Event.list())).containsExactly("saw");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'); DROP TABLE assets; --",
        "\" OR \"\"=\"",
        "\\'; DELETE FROM assets WHERE 1; #",
        "${jndi:ldap://example.com}",
        "<script>alert(1)</script>",
        "Säge 🪚 鋸",
        "%_?",
      })
  void a_value_is_text_whatever_it_says(String text) {
    JsonObject asset = asset(text, "S-1");
    asset.put("category", text);
    JsonObject created = Answer.of(create, Event.create(asset)).data();
    assertThat(created).containsEntry("name", text).containsEntry("category", text);
    Answer got = Answer.of(get, Event.get(String.valueOf(created.getLong("id"))));
    assertThat(got.data()).isEqualTo(created);
    assertThat(names(Event.list())).containsExactly(text);
  }

  @Test
  void values_may_be_as_long_as_their_columns() {
    JsonObject asset = asset("🪚".repeat(100), "S".repeat(64));
    asset.put("category", "c".repeat(50));
    assertThat(Answer.of(create, Event.create(asset)).status()).isEqualTo(201);
    assertThat(names(Event.list())).containsExactly("🪚".repeat(100));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "/assets, /assets/",
        "/prod/assets/, /prod/assets/",
        "/pr%0d%0aod/assets, /assets/",
        "/, /assets/",
        "//evil.example.com/assets, /assets/",
      })
  void the_location_is_a_path_of_this_api(String path, String location) {
    Event event = Event.create(asset("saw", "S-1"));
    event.members().put("rawPath", path);
    Answer created = Answer.of(create, event);
    assertThat(created.header("Location")).isEqualTo(location + created.data().getLong("id"));
  }

  @Test
  void invocations_share_a_connection(ConnectionProvider db) {
    createAsset("saw", "S-1");
    for (int i = 0; i < 5; i++) {
      assertThat(names(Event.list())).containsExactly("saw");
    }
    assertThat(db.stats().opened()).isEqualTo(1);
  }

  private void createAsset(String name, String serialNumber) {
    assertThat(Answer.of(create, Event.create(asset(name, serialNumber))).status()).isEqualTo(201);
  }

  private List<String> names(Event event) {
    Answer answer = Answer.of(list, event);
    assertThat(answer.status()).isEqualTo(200);
    return answer.list().stream().map(asset -> ((JsonObject) asset).getString("name")).toList();
  }

  static JsonObject asset(String name, String serialNumber) {
    return JsonObject.builder().value("name", name).value("serialNumber", serialNumber).done();
  }
}
