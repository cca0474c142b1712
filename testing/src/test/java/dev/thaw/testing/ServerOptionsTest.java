package dev.thaw.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.ConnectionProvider;
import dev.thaw.SslMode;
import dev.thaw.fixture.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ServerOptionsTest {

  @Nested
  @DatabaseTest(serverOptions = {"max_connections=40", "wait_timeout = 77"})
  class WithOptions {
    @Test
    void the_server_has_been_started_with_them(Connection connection, DatabaseServer server)
        throws SQLException {
      assertThat(Sql.string(connection, "SELECT @@max_connections")).isEqualTo("40");
      assertThat(Sql.string(connection, "SELECT @@wait_timeout")).isEqualTo("77");
      assertThat(server).isNotSameAs(DatabaseServer.shared());
      assertThat(DatabaseServer.shared(Map.of("wait_timeout", "77", "max_connections", "40"), ""))
          .isSameAs(server);
    }
  }

  @Test
  void an_option_of_another_form_is_refused() {
    assertThat(EngineRun.of(WrongForm.class).failure())
        .hasMessage(
            "server option is \"max_connections\", allowed is the form" + " max_connections=40");
    assertThat(EngineRun.of(Twice.class).failure())
        .hasMessage("server option max_connections is there twice");
    assertThat(EngineRun.of(WrongName.class).failure())
        .hasMessageStartingWith("server option is \"--user\", allowed");
  }

  @DatabaseTest(serverOptions = "max_connections")
  static class WrongForm extends NeverRuns {}

  @DatabaseTest(serverOptions = {"max_connections=1", "max_connections=2"})
  static class Twice extends NeverRuns {}

  @DatabaseTest(serverOptions = "--user=nobody")
  static class WrongName extends NeverRuns {}

  @Nested
  @DatabaseTest
  class Tls {
    @Test
    void a_client_with_the_server_s_ca_can_verify_its_identity(
        DatabaseServer server, TestSchema schema) throws SQLException {
      try (ConnectionProvider provider =
              schema
                  .provider()
                  .sslMode(SslMode.VERIFY_IDENTITY)
                  .sslCa(server.caCertificate())
                  .build();
          Connection connection = provider.get()) {
        assertThat(Sql.strings(connection, "SHOW STATUS LIKE 'Ssl_cipher'")).hasSize(1);
      }
      assertThat(server.caCertificate()).isSameAs(server.caCertificate());
    }

    @Test
    void without_it_it_cannot(TestSchema schema) {
      try (ConnectionProvider provider =
          schema.provider().sslMode(SslMode.VERIFY_IDENTITY).build()) {
        assertThatThrownBy(provider::get).isInstanceOf(SQLException.class);
      }
    }
  }
}
