package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.lambda.EnvironmentProcess;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is loaded before the first get needs it, and what is not at all, in JVMs of their own. */
@DatabaseTest
class ProviderWarmUpTest {
  private static final Duration WAIT = Duration.ofSeconds(60);

  /** Warms up if it is told so, and then tells how many classes its first get loads. */
  static final class Environment {
    private static long before;

    private Environment() {}

    public static void main(String[] args) throws Exception {
      DatabaseCredentials login =
          DatabaseCredentials.of(args[3], System.getenv().getOrDefault("TEST_PASSWORD", ""));
      boolean late = args.length > 5;
      PooledConnectionProvider provider =
          PooledConnectionProvider.builder()
              .host(args[0])
              .port(Integer.parseInt(args[1]))
              .database(args[2])
              .credentials(deadline -> late ? afterTheEarlyConnection(login) : login)
              .acquireTimeout(Duration.ofSeconds(Long.parseLong(args[4])))
              .build();
      BufferedReader requests =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      String request;
      while ((request = requests.readLine()) != null) {
        before = loaded();
        if (request.equals("warm up")) {
          provider.warmUp();
        } else {
          // The acquire timeout is that of a warm-up without an answer.
          try (Connection connection = provider.get(Deadline.after(WAIT))) {
            Sql.string(connection, "SELECT 1");
          }
        }
        System.out.println(loaded() - before);
      }
    }

    private static long loaded() {
      return ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();
    }

    /** Returns the credentials once nothing is done beside them, and counts from then on. */
    private static DatabaseCredentials afterTheEarlyConnection(DatabaseCredentials login) {
      for (Thread thread : Thread.getAllStackTraces().keySet()) {
        if (thread.getName().equals("thaw-early-connect")) {
          try {
            thread.join();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        }
      }
      before = loaded();
      return login;
    }
  }

  private static EnvironmentProcess start(TestSchema schema, FaultProxy proxy, int seconds) {
    return environment(schema, proxy.host(), proxy.port(), String.valueOf(seconds)).start();
  }

  private static EnvironmentProcess.Builder environment(
      TestSchema schema, String host, int port, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(host, String.valueOf(port), schema.name(), schema.credentials().username()));
    arguments.addAll(List.of(more));
    return EnvironmentProcess.builder(Environment.class)
        .jvmArguments("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC") // as Lambda does
        .arguments(arguments.toArray(String[]::new))
        .environment("TEST_PASSWORD", schema.credentials().password());
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

  @Test
  void while_a_warm_up_fetches_the_credentials_the_drivers_classes_are_loaded(
      TestSchema schema, DatabaseServer server) throws Exception {
    try (EnvironmentProcess all = environment(schema, server.host(), server.port(), "30").start();
        EnvironmentProcess rest =
            environment(schema, server.host(), server.port(), "30", "late").start()) {
      assertThat(loaded(rest, "warm up")).isLessThan(loaded(all, "get") / 3);
    }
  }

  @Test
  void nothing_of_the_flight_recorder_is_loaded_unless_it_records(
      TestSchema schema, DatabaseServer server, @TempDir Path folder) throws Exception {
    Path log = folder.resolve("classes.txt");
    try (EnvironmentProcess environment =
        environment(schema, server.host(), server.port(), "30")
            .jvmArguments("-Xlog:class+load:file=" + log)
            .start()) {
      loaded(environment, "get");
    }
    assertThat(Files.readString(log))
        .contains("dev.thaw.internal.provider.Events")
        .doesNotContain("jdk.jfr.internal.");
  }
}
