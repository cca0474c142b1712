package dev.thaw.examples.local.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayTest {
  @Test
  void a_response_has_status_headers_and_body_of_the_answer() {
    APIGatewayV2HTTPResponse response =
        Gateway.response(
            """
            {"statusCode": 201, "headers": {"Location": "/assets/1", "X-Number": 3}, "body": "ä"}
            """);
    assertThat(response.getStatusCode()).isEqualTo(201);
    assertThat(response.getHeaders()).isEqualTo(Map.of("Location", "/assets/1", "X-Number", "3"));
    assertThat(response.getBody()).isEqualTo("ä");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not JSON",
        "[1, 2]",
        "{\"statusCode\": 42}",
        "{\"statusCode\": \"two hundred\"}",
        "{\"body\": \"ä\"}"
      })
  void what_is_no_answer_is_a_502(String answer) {
    APIGatewayV2HTTPResponse response = Gateway.response(answer);
    assertThat(response.getStatusCode()).isEqualTo(502);
    assertThat(response.getBody()).isEqualTo("{\"message\":\"Internal server error\"}");
  }
}
