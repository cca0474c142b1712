package dev.thaw.testing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import dev.thaw.testing.lambda.EnvironmentProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.DockerClientFactory;

/** Servers in containers, where the tests run on them. */
@Timeout(240)
class ContainerTest {
  private static final Duration START = Duration.ofSeconds(100);
  private static final AtomicReference<DatabaseServer> SERVER = new AtomicReference<>();

  @BeforeEach
  void requireDocker() {
    assumeTrue(
        DatabaseServer.shared().kind() == DatabaseServer.Kind.DOCKER,
        "the tests run on another kind of server");
  }

  @Test
  void the_image_of_the_annotation_is_the_one_that_runs() throws Throwable {
    DockerClient docker = DockerClientFactory.instance().client();
    docker.tagImageCmd("mysql:9.7", "thaw-test/mysql", "named").exec();
    try {
      assertThat(EngineRun.of(Named.class).succeeded()).isEqualTo(1);

      int port = requireNonNull(SERVER.get()).port();
      assertThat(containers().filter(it -> publishes(it, port)))
          .singleElement()
          .satisfies(it -> assertThat(it.getImage()).isEqualTo("thaw-test/mysql:named"));
      assertThat(SERVER.get()).isNotSameAs(DatabaseServer.shared());
    } finally {
      docker.removeImageCmd("thaw-test/mysql:named").exec();
    }
  }

  @DatabaseTest(mysqlImage = "thaw-test/mysql:named")
  static class Named {
    @Test
    void runs(DatabaseServer server) {
      SERVER.set(server);
    }
  }

  @Test
  void a_reused_container_outlives_its_jvm_and_serves_the_next_one() throws Exception {
    // Options that no other container has, so that none of the developer's own is found.
    String option = "table_open_cache=" + ThreadLocalRandom.current().nextInt(100_000, 500_000);
    try {
      String first = startAndEnd(option);
      assertThat(containersWith(option)).hasSize(1);

      assertThat(startAndEnd(option)).isEqualTo(first);
      assertThat(containersWith(option)).hasSize(1);
    } finally {
      for (Container container : containersWith(option)) {
        DockerClientFactory.instance()
            .client()
            .removeContainerCmd(container.getId())
            .withForce(true)
            .withRemoveVolumes(true)
            .exec();
      }
    }
  }

  /** Returns port and identity of the server that a JVM of its own has started or found. */
  private static String startAndEnd(String option) throws Exception {
    try (EnvironmentProcess process =
        EnvironmentProcess.builder(ServerProgram.class)
            .arguments(option)
            .environment("THAW_TEST_DATABASE", "docker")
            .environment("TESTCONTAINERS_REUSE_ENABLE", "true")
            .start()) {
      String server = process.receive(START);
      process.terminate();
      assertThat(process.awaitEnd(START)).isPresent();
      return server;
    }
  }

  private static List<Container> containersWith(String option) {
    String argument = "--" + option.replace('_', '-');
    return containers().filter(it -> it.getCommand().contains(argument)).toList();
  }

  private static Stream<Container> containers() {
    return DockerClientFactory.instance().client().listContainersCmd().exec().stream();
  }

  private static boolean publishes(Container container, int port) {
    // Another container may have the same number for IPv6.
    return Stream.of(container.getPorts())
        .filter(it -> it.getIp() != null && !it.getIp().contains(":"))
        .anyMatch(it -> it.getPublicPort() != null && it.getPublicPort() == port);
  }
}
