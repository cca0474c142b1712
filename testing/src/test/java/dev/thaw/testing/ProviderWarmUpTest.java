package dev.thaw.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.PooledConnectionProvider;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What {@code warmUp()} spares the first get, in JVMs of their own. */
@DatabaseTest
class ProviderWarmUpTest {
  private static final Duration WAIT = Duration.ofSeconds(60);

  /** Warms up if it is told so, and then tells how many classes its first get loads. */
  static final class Environment {
    private Environment() {}

    public static void main(String[] args) throws Exception {
      PooledConnectionProvider provider =
          PooledConnectionProvider.builder()
              .host(args[0])
              .port(Integer.parseInt(args[1]))
              .database(args[2])
              .credentials(args[3], System.getenv("TEST_PASSWORD"))
              .acquireTimeout(Duration.ofSeconds(Long.parseLong(args[4])))
              .build();
      BufferedReader requests =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
      String request;
      while ((request = requests.readLine()) != null) {
        long before = classes.getTotalLoadedClassCount();
        if (request.equals("warm up")) {
          provider.warmUp();
        } else {
          try (Connection connection = provider.get()) {
            Sql.string(connection, "SELECT 1");
          }
        }
        System.out.println(classes.getTotalLoadedClassCount() - before);
      }
    }
  }

  private static EnvironmentProcess start(TestSchema schema, FaultProxy proxy, int seconds) {
    return EnvironmentProcess.builder(Environment.class)
        .jvmArguments("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC") // as Lambda does
        .arguments(
            proxy.host(),
            String.valueOf(proxy.port()),
            schema.name(),
            schema.credentials().username(),
            String.valueOf(seconds))
        .environment("TEST_PASSWORD", schema.credentials().password())
        .start();
  }

  private static FaultProxy proxy(DatabaseServer server) {
    return FaultProxy.to(server.host(), server.port());
  }

  private static long loaded(EnvironmentProcess environment, String request) throws Exception {
    environment.send(request);
    return Long.parseLong(environment.receive(WAIT));
  }

  @Test
  void the_first_get_finds_nearly_all_classes_loaded(TestSchema schema, DatabaseServer server)
      throws Exception {
    try (FaultProxy proxy = proxy(server);
        EnvironmentProcess cold = start(schema, proxy, 30);
        EnvironmentProcess warm = start(schema, proxy, 30)) {
      long classes = loaded(cold, "get");
      loaded(warm, "warm up");

      assertThat(loaded(warm, "get")).isLessThan(classes / 10);
    }
  }

  @Test
  void without_a_server_most_classes_are_loaded_too(TestSchema schema, DatabaseServer server)
      throws Exception {
    try (FaultProxy proxy = proxy(server);
        EnvironmentProcess cold = start(schema, proxy, 30);
        EnvironmentProcess refused = start(schema, proxy, 1);
        EnvironmentProcess unanswered = start(schema, proxy, 1)) {
      long classes = loaded(cold, "get");
      proxy.refuseConnections();
      loaded(refused, "warm up");
      proxy.resume();
      proxy.acceptSilently();
      loaded(unanswered, "warm up");
      proxy.resume();

      assertThat(loaded(refused, "get")).as("refused").isLessThan(classes / 2);
      assertThat(loaded(unanswered, "get")).as("unanswered").isLessThan(classes / 2);
    }
  }
}
