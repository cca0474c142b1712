package dev.thaw.examples.assetapi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What CreateAsset takes and refuses before it asks the database. */
class ValidationTest {
  private static final String BODY = "{\"name\":\"Säge\",\"serialNumber\":\"S-1\"}";

  private final CreateAsset create = new CreateAsset(new StubAssets(null), Cors.of("*"));

  @Test
  void names_each_field_that_is_wrong() {
    Answer answer =
        send("{\"name\":\" \",\"serialNumber\":\"-1\",\"category\":7,\"colour\":\"red\"}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).containsEntry("success", false);
    assertThat(answer.body()).containsEntry("error", "The request is not valid");
    assertThat(answer.fields())
        .isEqualTo(
            Map.of(
                "name", "is blank",
                "serialNumber",
                    "has other characters than letters, digits and . _ / - after the first",
                "category", "is not a string",
                "colour", "is unknown"));
  }

  @Test
  void names_each_field_that_is_missing() {
    assertThat(send("{}").fields())
        .isEqualTo(Map.of("name", "is missing", "serialNumber", "is missing"));
    assertThat(send("{\"name\":null,\"serialNumber\":null,\"category\":null}").fields())
        .isEqualTo(Map.of("name", "is missing", "serialNumber", "is missing"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name|17|is not a string",
        "name|true|is not a string",
        "name|[\"saw\"]|is not a string",
        "name|{\"de\":\"Säge\"}|is not a string",
        "name|\"\"|is blank",
        "name|\"a\\u0000b\"|has control characters",
        "name|\"a\\nb\"|has control characters",
        "name|\"\\ud83e\"|has half of a surrogate pair",
        "serialNumber|4711|is not a string",
        "serialNumber|\"é\"|has other characters than letters, digits and . _ / - after the first",
        "category|\"\"|is blank",
      })
  void says_what_is_wrong_with_a_value(String field, String value, String message) {
    String other = field.equals("name") ? "serialNumber" : "name";
    String third = field.equals("category") ? ",\"serialNumber\":\"S-1\"" : "";
    Answer answer = send("{\"" + field + "\":" + value + ",\"" + other + "\":\"S1\"" + third + "}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.fields()).isEqualTo(Map.of(field, message));
  }

  @Test
  void counts_characters_as_mysql_does() {
    JsonObject asset = HandlersTest.asset("🪚".repeat(101), "S".repeat(65));
    asset.put("category", "c".repeat(51));
    Answer answer = Answer.of(create, Event.create(asset));
    assertThat(answer.fields())
        .isEqualTo(
            Map.of(
                "name", "has 101 characters, allowed are 100",
                "serialNumber", "has 65 characters, allowed are 64",
                "category", "has 51 characters, allowed are 50"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|is missing",
        "` `|is missing",
        "[]|is JSON, but not an object",
        "\"text\"|is JSON, but not an object",
        "null|is JSON, but not an object",
        "{\"name\":|is not JSON: wrong at line 1, character 8",
        "name=saw|is not JSON: wrong at line 1, character 1",
      })
  void says_what_is_wrong_with_a_body(String body, String message) {
    Answer answer = send(body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.fields()).isEqualTo(Map.of("body", message));
  }

  @Test
  void wants_a_body() {
    Event event = Event.create("");
    event.members().put("body", null);
    assertThat(Answer.of(create, event).fields()).isEqualTo(Map.of("body", "is missing"));
  }

  @Test
  void takes_a_body_of_16_ki_characters_and_no_more() {
    String blanks = " ".repeat(16 * 1024 - BODY.length());
    assertThat(send(BODY + blanks).status()).isEqualTo(201);
    assertThat(send(BODY + blanks + " ").fields())
        .isEqualTo(Map.of("body", "has 16385 characters, allowed are 16384"));
  }

  @Test
  void does_not_follow_nesting_without_end() {
    assertThat(send("{\"name\":" + "[".repeat(16_000)).fields())
        .isEqualTo(Map.of("body", "is nested more than 100 levels deep"));
  }

  @Test
  void brackets_in_a_text_are_no_nesting() {
    JsonObject asset = HandlersTest.asset("\"" + "[".repeat(99), "S-1");
    asset.put("category", "\\" + "{".repeat(49));
    assertThat(Answer.of(create, Event.create(asset)).status()).isEqualTo(201);
  }

  @Test
  void takes_a_base64_body() {
    Answer answer = Answer.of(create, Event.create(BODY).base64());
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.data()).containsEntry("name", "Säge");
  }

  @Test
  void refuses_a_body_that_is_not_the_base64_it_should_be() {
    Event event = Event.create(BODY);
    event.members().put("isBase64Encoded", true);
    assertThat(Answer.of(create, event).fields())
        .isEqualTo(Map.of("body", "is not Base64, as the event says"));
  }

  @Test
  void refuses_a_body_in_another_charset() {
    Event latin = Event.create("").base64(BODY.getBytes(ISO_8859_1));
    assertThat(Answer.of(create, latin).fields()).isEqualTo(Map.of("body", "is not UTF-8"));
    Event utf8 = Event.create("").base64(BODY.getBytes(UTF_8));
    assertThat(Answer.of(create, utf8).status()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "APPLICATION/JSON; Charset=UTF-8",
        "application/json;charset=\"utf-8\"",
        "application/vnd.example+json"
      })
  void takes_json_by_any_name(String type) {
    Event event = Event.create(BODY).header("content-type", type);
    assertThat(Answer.of(create, event).status()).isEqualTo(201);
  }

  @Test
  void takes_a_body_of_no_stated_type() {
    Event event = Event.create(BODY);
    event.members().put("headers", null);
    assertThat(Answer.of(create, event).status()).isEqualTo(201);
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain, is not application/json",
    "application/x-www-form-urlencoded, is not application/json",
    "application/jsonx, is not application/json",
    "application/json; charset=iso-8859-1, names a charset other than utf-8",
  })
  void refuses_other_types(String type, String message) {
    Event event = Event.create(BODY).header("content-type", type);
    assertThat(Answer.of(create, event).fields()).isEqualTo(Map.of("Content-Type", message));
  }

  private Answer send(String body) {
    return Answer.of(create, Event.create(body));
  }
}
