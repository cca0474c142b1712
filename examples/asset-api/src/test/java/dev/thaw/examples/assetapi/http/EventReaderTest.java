package dev.thaw.examples.assetapi.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
  @ParameterizedTest
  @ValueSource(strings = {"rest-api.json", "http-api-1.0.json"})
  void reads_format_1_as_the_runtime_does(String file) throws Exception {
    APIGatewayProxyRequestEvent event = deserialize(file, APIGatewayProxyRequestEvent.class);
    assertThat(EventReader.read(resource(file)))
        .usingRecursiveComparison()
        .isEqualTo(ApiRequest.of(event));
  }

  @Test
  void reads_format_2_as_the_runtime_does() throws Exception {
    APIGatewayV2HTTPEvent event = deserialize("http-api-2.0.json", APIGatewayV2HTTPEvent.class);
    assertThat(EventReader.read(resource("http-api-2.0.json")))
        .usingRecursiveComparison()
        .isEqualTo(ApiRequest.of(event));
  }

  @Test
  void gives_a_handler_what_a_rest_api_sends() throws Exception {
    ApiRequest request = EventReader.read(resource("rest-api.json"));
    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.path()).isEqualTo("/prod/assets/17");
    assertThat(request.pathParameter("id")).contains("17");
    assertThat(request.query("limit")).containsExactly("3");
    assertThat(request.query("tag")).containsExactly("a", "b");
    assertThat(request.query("other")).isEmpty();
    assertThat(request.header("oRIGIN")).contains("https://app.example.com");
    assertThat(request.text()).isEmpty();
  }

  @Test
  void gives_a_handler_what_an_http_api_sends() throws Exception {
    ApiRequest request = EventReader.read(resource("http-api-2.0.json"));
    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.path()).isEqualTo("/prod/assets");
    assertThat(request.pathParameter("id")).contains("17");
    assertThat(request.query("tag")).containsExactly("a,b");
    assertThat(request.header("Origin")).contains("https://app.example.com");
    assertThat(request.text()).isEmpty();
  }

  @Test
  void decodes_a_base64_body() throws Exception {
    assertThat(EventReader.read(resource("http-api-1.0.json")).text())
        .isEqualTo("{\"name\":\"Säge\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|it is not JSON: wrong at line 1, character 0",
        "[]|it is JSON, but not an object",
        "null|it is JSON, but not an object",
        "{}|httpMethod is missing",
        "{\"version\":\"3.0\"}|version is neither 1.0 nor 2.0",
        "{\"version\":2.0}|version is not a string",
        "{\"version\":\"2.0\"}|requestContext.http.method is missing",
        "{\"httpMethod\":\"\",\"path\":\"/\"}|httpMethod is missing",
        "{\"httpMethod\":\"GET\"}|path is missing",
        "{\"headers\":[]}|headers is not an object",
        "{\"headers\":{\"a\":1}}|headers.a is not a string",
        "{\"multiValueHeaders\":{\"a\":\"b\"}}|multiValueHeaders.a is not an array of strings",
        "{\"multiValueHeaders\":{\"a\":[1]}}|multiValueHeaders.a is not an array of strings",
        "{\"isBase64Encoded\":\"no\"}|isBase64Encoded is not true or false",
        "{\"version\":\"2.0\",\"requestContext\":{\"http\":1}}|requestContext.http is not an object",
      })
  void says_what_is_wrong_with_an_event(String event, String message) {
    assertThatThrownBy(() -> EventReader.read(new ByteArrayInputStream(event.getBytes(UTF_8))))
        .isInstanceOf(MalformedEventException.class)
        .hasMessage(message);
  }

  @Test
  void does_not_repair_wrong_utf_8() {
    byte[] event = {'{', '"', (byte) 0xC3, '"', ':', '1', '}'};
    assertThatThrownBy(() -> EventReader.read(new ByteArrayInputStream(event)))
        .hasMessage("it is not UTF-8");
  }

  @Test
  void does_not_follow_nesting_without_end() {
    byte[] event = "[".repeat(1_000_000).getBytes(UTF_8);
    assertThatThrownBy(() -> EventReader.read(new ByteArrayInputStream(event)))
        .hasMessage("it is nested more than 100 levels deep");
  }

  private static <T> T deserialize(String file, Class<T> type) throws IOException {
    try (InputStream input = resource(file)) {
      return LambdaEventSerializers.serializerFor(type, EventReaderTest.class.getClassLoader())
          .fromJson(input);
    }
  }

  private static InputStream resource(String file) {
    return EventReaderTest.class.getResourceAsStream(file);
  }
}
