package dev.thaw.examples.assetapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventsTest {
  @Test
  void reads_what_handlers_use_as_the_runtime_does() throws Exception {
    APIGatewayV2HTTPEvent expected;
    try (InputStream input = recorded()) {
      expected =
          LambdaEventSerializers.serializerFor(
                  APIGatewayV2HTTPEvent.class, EventsTest.class.getClassLoader())
              .fromJson(input);
    }
    assertThat(Events.read(recorded()))
        .usingRecursiveComparison()
        .comparingOnlyFields(
            "rawPath",
            "headers",
            "queryStringParameters",
            "pathParameters",
            "body",
            "isBase64Encoded",
            "requestContext.http.method")
        .isEqualTo(expected);
    assertThat(expected.getRawPath()).isEqualTo("/prod/assets");
    assertThat(expected.getQueryStringParameters()).containsEntry("tag", "a,b");
  }

  @Test
  void finds_a_header_by_its_name_in_any_case() throws Exception {
    assertThat(Events.read(recorded()).getHeaders())
        .containsEntry("oRIGIN", "https://app.example.com");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|it is not JSON: wrong at line 1, character 0",
        "[]|it is JSON, but not an object",
        "null|it is JSON, but not an object",
        "{}|version is not 2.0",
        "{\"version\":\"1.0\"}|version is not 2.0",
        "{\"version\":2.0}|version is not a string",
        "{\"version\":\"2.0\"}|requestContext.http.method is missing",
        "{\"version\":\"2.0\",\"requestContext\":{\"http\":1}}|requestContext.http is not an object",
        "-\"rawPath\":\"\"}|rawPath is missing",
        "-\"rawPath\":1}|rawPath is not a string",
        "-\"rawPath\":\"/\",\"headers\":[]}|headers is not an object",
        "-\"rawPath\":\"/\",\"headers\":{\"a\":1}}|headers.a is not a string",
        "-\"rawPath\":\"/\",\"isBase64Encoded\":\"no\"}|isBase64Encoded is not true or false",
      })
  void says_what_is_wrong_with_an_event(String event, String problem) {
    String get = "{\"version\":\"2.0\",\"requestContext\":{\"http\":{\"method\":\"GET\"}},";
    assertMalformed(event.replaceFirst("^-", get).getBytes(UTF_8), problem);
  }

  @Test
  void does_not_repair_wrong_utf_8() {
    assertMalformed(new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'}, "it is not UTF-8");
  }

  @Test
  void does_not_follow_nesting_without_end() {
    assertMalformed(
        "[".repeat(1_000_000).getBytes(UTF_8), "it is nested more than 100 levels deep");
  }

  private static void assertMalformed(byte[] event, String problem) {
    assertThatThrownBy(() -> Events.read(new ByteArrayInputStream(event)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("This is not an event of API Gateway: " + problem);
  }

  private static InputStream recorded() {
    return EventsTest.class.getResourceAsStream("http-api-2.0.json");
  }
}
