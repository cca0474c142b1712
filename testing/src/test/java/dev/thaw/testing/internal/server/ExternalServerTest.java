package dev.thaw.testing.internal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.testing.DatabaseServer;
import java.sql.Connection;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalServerTest {
  private final DatabaseServer shared = DatabaseServer.shared();
  private final String server = "jdbc:mysql://" + shared.host() + ":" + shared.port();

  @Test
  void logs_in_at_the_url_with_user_and_password() throws Exception {
    RunningServer external = start(server + "/mysql?connectTimeout=5000");

    assertThat(external.kind()).isEqualTo(ServerKind.EXTERNAL);
    assertThat(external.version()).isEqualTo(shared.version());
    try (Connection connection = external.connect()) {
      assertThat(connection.isValid(5)).isTrue();
    }
    external.close();
    assertThat(shared.connect().isValid(5)).as("the server runs on").isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/test", "/test?sslMode=PREFERRED", "?sslMode=PREFERRED&a=b"})
  void the_url_may_name_a_schema_and_parameters(String rest) {
    assertThat(start(server + rest).port()).isEqualTo(shared.port());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mariadb://localhost:3306/",
        "jdbc:mysql://one:3306,two:3306/",
        "jdbc:mysql://user:hidden-word@localhost:3306/",
        "jdbc:mysql://(host=localhost,password=hidden-word)/",
        "jdbc:mysql:loadbalance://localhost/",
        "localhost:3306"
      })
  void another_form_of_url_is_refused_without_showing_it(String url) {
    assertThatThrownBy(() -> start(url))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("THAW_TEST_JDBC_URL is not of the form jdbc:mysql://host:port/")
        .hasMessageNotContaining("hidden-word");
  }

  @Test
  void a_password_in_the_url_is_refused_without_showing_it() {
    assertThatThrownBy(() -> start(server + "/?user=root&password=hidden-word"))
        .hasMessage(
            "THAW_TEST_JDBC_URL holds the parameter user: set THAW_TEST_JDBC_USER instead, as URLs"
                + " end up in logs");
    assertThatThrownBy(() -> start(server + "/?%70assword=hidden-word"))
        .hasMessageStartingWith("THAW_TEST_JDBC_URL holds the parameter password: set")
        .hasMessageNotContaining("hidden-word");
  }

  @Test
  void a_missing_user_is_named() {
    ExternalServer external = new ExternalServer(Settings.of("THAW_TEST_JDBC_URL", server));

    assertThatThrownBy(() -> external.start(ServerOptions.NONE))
        .hasMessageStartingWith("THAW_TEST_JDBC_USER is not set. Set THAW_TEST_JDBC_URL");
  }

  @Test
  void a_refused_login_names_the_server_and_shows_no_password() {
    ExternalServer external =
        new ExternalServer(
            Settings.of(
                "THAW_TEST_JDBC_URL", server,
                "THAW_TEST_JDBC_USER", "nobody",
                "THAW_TEST_JDBC_PASSWORD", "hidden-word"));

    assertThatThrownBy(() -> external.start(ServerOptions.NONE))
        .hasMessageContaining("cannot log in to the external server " + shared.host())
        .hasMessageContaining("Access denied")
        .hasMessageNotContaining("hidden-word");
  }

  @Test
  void options_cannot_be_given_to_a_server_that_runs() {
    ExternalServer external = new ExternalServer(Settings.of("THAW_TEST_JDBC_URL", server));

    assertThatThrownBy(() -> external.start(new ServerOptions(Map.of("max_connections", "40"), "")))
        .hasMessageContaining("[max_connections] cannot be given to the external server")
        .hasMessageContaining("THAW_TEST_DATABASE=docker or embedded");
  }

  private RunningServer start(String url) {
    return new ExternalServer(
            Settings.of(
                "THAW_TEST_JDBC_URL", url,
                "THAW_TEST_JDBC_USER", shared.admin().username(),
                "THAW_TEST_JDBC_PASSWORD", shared.admin().password()))
        .start(ServerOptions.NONE);
  }
}
