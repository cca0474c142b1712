package dev.thaw.testing.internal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.fixture.ClosedPort;
import dev.thaw.testing.internal.server.ServerSource.Obstacle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerServerTest {
  @TempDir private Path folder;

  @Test
  void no_engine_is_an_obstacle_that_names_where_one_was_looked_for() {
    String nowhere = "unix://" + folder.resolve("docker.sock");

    assertThat(obstacle("DOCKER_HOST", nowhere))
        .hasValueSatisfying(
            obstacle -> {
              assertThat(obstacle.reason()).isEqualTo("no Docker engine answers at " + nowhere);
              assertThat(obstacle.absolute()).isTrue();
            });
  }

  @Test
  void a_file_or_port_without_an_engine_is_no_engine() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    int closed = ClosedPort.next();

    assertThat(obstacle("DOCKER_HOST", "unix://" + file)).isPresent();
    assertThat(obstacle("DOCKER_HOST", "tcp://127.0.0.1:" + closed)).isPresent();
    assertThat(obstacle("DOCKER_HOST", "ssh://somewhere")).isPresent();
    assertThat(obstacle("DOCKER_HOST", "not an address")).isPresent();
  }

  @Test
  void an_engine_that_does_not_answer_or_not_in_http_is_no_engine() throws Exception {
    try (FakeEngine mute = new FakeEngine(folder.resolve("mute"), path -> "");
        FakeEngine other =
            new FakeEngine(folder.resolve("other"), path -> "220 mail.example\r\n")) {
      assertThat(obstacle("DOCKER_HOST", mute.place())).isPresent();
      assertThat(obstacle("DOCKER_HOST", other.place())).isPresent();
    }
  }

  @Test
  void testcontainers_own_properties_are_looked_at_without_a_variable() throws Exception {
    try (FakeEngine engine = new FakeEngine(folder.resolve("engine"), path -> everything())) {
      Files.writeString(
          folder.resolve(".testcontainers.properties"), "docker.host=" + engine.place() + "\n");
      TestSettings settings =
          new TestSettings(
              name -> name.equals("TESTCONTAINERS_RYUK_DISABLED") ? "true" : null,
              name -> name.equals("user.home") ? folder.toString() : null);

      assertThat(new DockerServer(settings).obstacle(ServerOptions.NONE)).isEmpty();
    }
  }

  @Test
  void an_image_that_is_not_there_is_an_obstacle_as_long_as_there_are_other_servers()
      throws Exception {
    try (FakeEngine engine = new FakeEngine(folder.resolve("engine"), this::withoutImages)) {
      Optional<Obstacle> obstacle =
          obstacle("DOCKER_HOST", engine.place(), "THAW_TEST_MYSQL_IMAGE", "mysql:8.4");

      assertThat(obstacle)
          .hasValueSatisfying(
              found -> {
                assertThat(found.reason())
                    .isEqualTo(
                        "the Docker engine at " + engine.place() + " has no image mysql:8.4");
                assertThat(found.cure()).startsWith("Run docker pull mysql:8.4, or set");
                assertThat(found.absolute()).isFalse();
              });
    }
  }

  @Test
  void an_image_of_the_test_s_own_is_taken_instead_of_the_environment_s() throws Exception {
    try (FakeEngine engine = new FakeEngine(folder.resolve("engine"), this::withoutImages)) {
      DockerServer docker =
          new DockerServer(
              Settings.of("DOCKER_HOST", engine.place(), "THAW_TEST_MYSQL_IMAGE", "mysql:9.7"));

      assertThat(docker.obstacle(new ServerOptions(Map.of(), "mysql:8.4")))
          .hasValueSatisfying(
              found -> assertThat(found.reason()).endsWith("has no image mysql:8.4"));
      assertThatThrownBy(() -> docker.start(new ServerOptions(Map.of(), "mysql:8.4")))
          .hasMessageContaining("has no image mysql:8.4 and cannot pull it");
      assertThatThrownBy(() -> docker.obstacle(new ServerOptions(Map.of(), "my sql")))
          .hasMessageStartingWith("mysqlImage is \"my sql\", allowed are names of images");
    }
  }

  @Test
  void an_image_that_cannot_be_pulled_fails_at_once_and_says_why() throws Exception {
    try (FakeEngine engine = new FakeEngine(folder.resolve("engine"), this::withoutImages)) {
      DockerServer docker = new DockerServer(Settings.of("DOCKER_HOST", engine.place()));

      assertThatThrownBy(() -> docker.start(ServerOptions.NONE))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has no image mysql:9.7 and cannot pull it: no such host")
          .hasMessageContaining("THAW_TEST_MYSQL_IMAGE");
    }
  }

  @Test
  void testcontainers_clean_up_image_must_be_there_too_unless_it_is_disabled() throws Exception {
    try (FakeEngine engine =
        new FakeEngine(
            folder.resolve("engine"),
            path ->
                path.startsWith("/images/json")
                    ? FakeEngine.response(200, "[]\n")
                    : everything())) {
      assertThat(obstacle("DOCKER_HOST", engine.place()))
          .hasValueSatisfying(
              found -> {
                assertThat(found.reason()).endsWith("has no image testcontainers/ryuk");
                assertThat(found.cure()).contains("TESTCONTAINERS_RYUK_DISABLED=true");
              });
      assertThat(obstacle("DOCKER_HOST", engine.place(), "TESTCONTAINERS_RYUK_DISABLED", "true"))
          .isEmpty();
    }
  }

  @Test
  void an_image_name_that_could_be_something_else_is_refused() throws Exception {
    try (FakeEngine engine = new FakeEngine(folder.resolve("engine"), path -> everything())) {
      assertThatThrownBy(
              () ->
                  obstacle(
                      "DOCKER_HOST", engine.place(), "THAW_TEST_MYSQL_IMAGE", "mysql HTTP/1.0\r\n"))
          .hasMessageStartingWith("THAW_TEST_MYSQL_IMAGE is \"mysql HTTP/1.0\r\n\", allowed are");
    }
  }

  private static Optional<Obstacle> obstacle(String... variables) {
    return new DockerServer(Settings.of(variables)).obstacle(ServerOptions.NONE);
  }

  private static String everything() {
    return FakeEngine.response(200, "[{}]");
  }

  private String withoutImages(String path) {
    if (path.equals("/_ping")) {
      return FakeEngine.response(200, "OK");
    }
    return path.startsWith("/distribution/")
        ? FakeEngine.response(500, "no such host")
        : FakeEngine.response(404, "{}");
  }
}
