package dev.thaw.examples.local.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseTest {
  @Test
  void has_status_headers_cookies_and_body_of_the_answer() {
    Response response =
        Response.of(
            """
            {"statusCode": 201, "headers": {"Location": "/assets/1", "X-Number": 3},
             "cookies": ["a=1", "b=2"], "body": "ä"}
            """);
    assertThat(response.status()).isEqualTo(201);
    assertThat(response.headers())
        .containsEntry("Location", List.of("/assets/1"))
        .containsEntry("X-Number", List.of("3"))
        .containsEntry("Set-Cookie", List.of("a=1", "b=2"));
    assertThat(response.body()).isEqualTo("ä".getBytes(UTF_8));
  }

  @Test
  void decodes_an_encoded_body() {
    Response response =
        Response.of("{\"statusCode\": 200, \"body\": \"/wA=\", \"isBase64Encoded\": true}");
    assertThat(response.body()).isEqualTo(new byte[] {(byte) 0xff, 0});
  }

  @Test
  void an_answer_without_status_is_the_body_itself() {
    Response response = Response.of("[1, 2]");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers()).containsEntry("Content-Type", List.of("application/json"));
    assertThat(response.body()).isEqualTo("[1, 2]".getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not JSON",
        "{\"statusCode\": 42}",
        "{\"statusCode\": \"two hundred\"}",
        "{\"statusCode\": 200, \"body\": \"%\", \"isBase64Encoded\": true}",
      })
  void what_is_no_answer_is_a_502(String answer) {
    Response response = Response.of(answer);
    assertThat(response.status()).isEqualTo(502);
    assertThat(new String(response.body(), UTF_8))
        .isEqualTo("{\"message\":\"Internal server error\"}");
  }
}
