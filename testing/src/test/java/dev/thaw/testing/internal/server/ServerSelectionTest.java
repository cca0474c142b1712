package dev.thaw.testing.internal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.internal.server.ServerSource.Obstacle;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ServerSelectionTest {
  private static final Obstacle ABSENT = new Obstacle("it is absent", "Get it.", true);
  private static final Obstacle INCONVENIENT = new Obstacle("it must be pulled", "Pull it.", false);

  private final List<ServerKind> started = new ArrayList<>();

  @Test
  void the_first_that_is_there_is_taken() {
    assertThat(start(source(ServerKind.EXTERNAL, ABSENT), there(ServerKind.DOCKER)))
        .isEqualTo(ServerKind.DOCKER);
    assertThat(start(there(ServerKind.EXTERNAL), there(ServerKind.DOCKER)))
        .isEqualTo(ServerKind.EXTERNAL);
    assertThat(started).containsExactly(ServerKind.DOCKER, ServerKind.EXTERNAL);
  }

  @Test
  void docker_that_fails_gives_way_to_the_embedded_server() {
    assertThat(start(failing(ServerKind.DOCKER), there(ServerKind.EMBEDDED)))
        .isEqualTo(ServerKind.EMBEDDED);
  }

  @Test
  void an_external_server_that_fails_gives_way_to_nobody() {
    assertThatThrownBy(() -> start(failing(ServerKind.EXTERNAL), there(ServerKind.EMBEDDED)))
        .hasMessage("EXTERNAL has failed");
  }

  @Test
  void a_server_that_is_inconvenient_is_the_last_resort() {
    assertThat(start(source(ServerKind.DOCKER, INCONVENIENT), there(ServerKind.EMBEDDED)))
        .isEqualTo(ServerKind.EMBEDDED);
    assertThat(start(source(ServerKind.DOCKER, INCONVENIENT), source(ServerKind.EMBEDDED, ABSENT)))
        .isEqualTo(ServerKind.DOCKER);
  }

  @Test
  void without_any_server_the_error_lists_what_can_be_done() {
    assertThatThrownBy(
            () ->
                start(
                    source(ServerKind.EXTERNAL, ABSENT),
                    failing(ServerKind.DOCKER),
                    source(ServerKind.EMBEDDED, ABSENT)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "no database server for the tests: it is absent; DOCKER has failed; it is absent."
                + " Do one of these:\n- external: Get it.\n- embedded: Get it.");
  }

  @Test
  void a_forced_server_is_taken_though_another_one_comes_first() {
    TestSettings forced = Settings.of("THAW_TEST_DATABASE", "embedded");

    assertThat(start(forced, there(ServerKind.EXTERNAL), there(ServerKind.EMBEDDED)))
        .isEqualTo(ServerKind.EMBEDDED);
  }

  @Test
  void a_forced_server_that_is_not_there_is_an_error_that_says_what_to_do() {
    TestSettings forced = Settings.of("THAW_TEST_DATABASE", "docker");

    assertThatThrownBy(
            () -> start(forced, source(ServerKind.DOCKER, ABSENT), there(ServerKind.EMBEDDED)))
        .hasMessage("THAW_TEST_DATABASE is docker, but it is absent. Get it.");
    assertThat(started).isEmpty();
  }

  @Test
  void a_forced_server_that_is_inconvenient_is_tried() {
    TestSettings forced = Settings.of("THAW_TEST_DATABASE", "docker");

    assertThat(start(forced, source(ServerKind.DOCKER, INCONVENIENT))).isEqualTo(ServerKind.DOCKER);
  }

  @Test
  void an_unknown_kind_is_refused_with_what_is_allowed() {
    TestSettings forced = Settings.of("THAW_TEST_DATABASE", "postgres");

    assertThatThrownBy(() -> start(forced, there(ServerKind.DOCKER)))
        .hasMessage(
            "THAW_TEST_DATABASE is \"postgres\", allowed are external, docker and embedded");
  }

  @Test
  void a_forced_external_server_without_its_variables_says_which() {
    TestSettings settings = Settings.of("THAW_TEST_DATABASE", "external");

    assertThatThrownBy(() -> ServerSelection.of(settings).start(ServerOptions.NONE))
        .hasMessage(
            "THAW_TEST_DATABASE is external, but THAW_TEST_JDBC_URL is not set. Set"
                + " THAW_TEST_JDBC_URL (jdbc:mysql://host:port/), THAW_TEST_JDBC_USER and"
                + " THAW_TEST_JDBC_PASSWORD to a user who may create schemas and users.");
  }

  private ServerKind start(ServerSource... sources) {
    return start(Settings.of(), sources);
  }

  private static ServerKind start(TestSettings settings, ServerSource... sources) {
    return new ServerSelection(settings, List.of(sources)).start(ServerOptions.NONE).kind();
  }

  private ServerSource there(ServerKind kind) {
    return new Source(kind, Optional.empty(), started, false);
  }

  private ServerSource source(ServerKind kind, Obstacle obstacle) {
    return new Source(kind, Optional.of(obstacle), started, false);
  }

  private ServerSource failing(ServerKind kind) {
    return new Source(kind, Optional.empty(), started, true);
  }

  /** Where servers come from that are the shared one in disguise. */
  private record Source(
      ServerKind kind, Optional<Obstacle> obstacle, List<ServerKind> started, boolean fails)
      implements ServerSource {

    @Override
    public Optional<Obstacle> obstacle(ServerOptions options) {
      return obstacle;
    }

    @Override
    public RunningServer start(ServerOptions options) {
      if (fails) {
        throw new IllegalStateException(kind + " has failed");
      }
      started.add(kind);
      DatabaseServer shared = DatabaseServer.shared();
      try {
        return new RunningServer(
            kind,
            new ServerAddress(shared.host(), shared.port()),
            shared.admin(),
            new Properties(),
            null,
            () -> {});
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    }
  }
}
