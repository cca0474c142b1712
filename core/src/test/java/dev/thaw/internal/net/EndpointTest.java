package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.credentials.DatabaseCredentials;
import org.junit.jupiter.api.Test;

class EndpointTest {
  private static final DatabaseCredentials BARE = DatabaseCredentials.of("app", "s3cret");

  @Test
  void credentials_come_before_the_defaults() {
    DatabaseCredentials full =
        DatabaseCredentials.builder("app", "s3cret")
            .host("db.example")
            .port(3307)
            .database("orders")
            .build();
    assertThat(Endpoint.of(full, "other.example", 3306, "other"))
        .isEqualTo(new Endpoint("db.example", 3307, "orders"))
        .hasToString("db.example:3307/orders");
  }

  @Test
  void defaults_complete_what_credentials_do_not_say() {
    assertThat(Endpoint.of(BARE, "other.example", 3306, "other"))
        .hasToString("other.example:3306/other");
    assertThat(Endpoint.of(BARE, "other.example", 3306, null))
        .isEqualTo(new Endpoint("other.example", 3306, ""))
        .hasToString("other.example:3306");
  }

  @Test
  void an_ipv6_address_is_told_from_its_port() {
    assertThat(new Endpoint("fd00::1", 3306, "orders")).hasToString("[fd00::1]:3306/orders");
    assertThat(new Endpoint("[fd00::1]", 3306, "")).isEqualTo(new Endpoint("fd00::1", 3306, ""));
  }

  @Test
  void a_host_must_come_from_somewhere() {
    assertThat(Endpoint.of(BARE, null, 3306, "other")).isNull();
  }
}
