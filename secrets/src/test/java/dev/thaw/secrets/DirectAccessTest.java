package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectAccessTest {

  private static @Nullable DirectAccess access(
      Map<String, String> variables, String region, @Nullable URI set) {
    return DirectAccess.of(
        variables, region, set, new ElapsedClock(InstantSource.system(), System::nanoTime));
  }

  private static Map<String, String> lambdaWith(String name, String value) {
    Map<String, String> variables = new HashMap<>(SourceFixture.LAMBDA);
    variables.put(name, value);
    return variables;
  }

  @ParameterizedTest
  @CsvSource({
    "eu-central-1,secretsmanager.eu-central-1.amazonaws.com",
    "ap-southeast-4,secretsmanager.ap-southeast-4.amazonaws.com",
    "us-gov-west-1,secretsmanager.us-gov-west-1.amazonaws.com",
    "cn-north-1,secretsmanager.cn-north-1.amazonaws.com.cn"
  })
  void the_address_is_the_regions(String region, String host) {
    DirectAccess access = access(SourceFixture.LAMBDA, region, null);

    assertThat(access)
        .extracting(DirectAccess::endpoint)
        .isEqualTo(new HttpEndpoint(true, host, 443))
        .extracting(HttpEndpoint::header)
        .isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "eusc-de-east-1"})
  void regions_with_addresses_of_another_kind_are_the_sdks(String region) {
    assertThat(access(SourceFixture.LAMBDA, region, null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"AWS_LAMBDA_FUNCTION_NAME", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"})
  void without_what_lambda_sets_the_sdk_is_asked(String name) {
    assertThat(access(lambdaWith(name, ""), "us-east-1", null)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_PROFILE,prod",
    "AWS_USE_FIPS_ENDPOINT,true",
    "AWS_USE_DUALSTACK_ENDPOINT,true",
    "AWS_ENDPOINT_URL,https://example.com",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER,https://example.com/a",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER,https://u:p@example.com",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER,http://10.0.0.1",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER,not an address"
  })
  void what_only_the_sdk_understands_is_left_to_it(String name, String value) {
    assertThat(access(lambdaWith(name, value), "us-east-1", null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"aws.useFipsEndpoint", "aws.accessKeyId", "https.proxyHost"})
  void a_system_property_that_the_sdk_heeds_is_left_to_it(String name) {
    System.setProperty(name, "true");
    try {
      assertThat(access(SourceFixture.LAMBDA, "us-east-1", null)).isNull();
    } finally {
      System.clearProperty(name);
    }
  }

  @Test
  void the_variable_for_the_address_counts_unless_one_is_set() {
    Map<String, String> variables =
        lambdaWith("AWS_ENDPOINT_URL_SECRETS_MANAGER", "https://vpce.example.com:8443/");

    assertThat(access(variables, "us-iso-east-1", null))
        .extracting(used -> used.endpoint().header())
        .isEqualTo("vpce.example.com:8443");
    assertThat(access(variables, "us-east-1", URI.create("http://127.0.0.1:80")))
        .extracting(used -> used.endpoint().header())
        .isEqualTo("127.0.0.1");
  }
}
