package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Sql;
import dev.thaw.provider.crac.Core;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.lambda.EnvironmentProcess;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a warm-up does where Lambda says that a snapshot comes, in JVMs of their own. */
@DatabaseTest
class ProviderRehearsalTest {
  private static final Duration WAIT = Duration.ofSeconds(60);

  /** Does what it is told, and tells what that has taken. */
  static final class Environment {
    private Environment() {}

    public static void main(String[] args) throws Exception {
      AtomicInteger fetches = new AtomicInteger();
      PooledConnectionProvider provider =
          PooledConnectionProvider.builder()
              .host(args[0])
              .port(Integer.parseInt(args[1]))
              .credentials(source(args[2], Integer.parseInt(args[3]), fetches))
              .acquireTimeout(WAIT)
              .build();
      BufferedReader requests =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      String request;
      while ((request = requests.readLine()) != null) {
        long loaded = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();
        switch (request) {
          case "warm up" -> provider.warmUp();
          case "warm up while a connection is in use" -> {
            try (Connection connection = provider.get()) {
              provider.warmUp();
              Sql.string(connection, "SELECT 1");
            }
          }
          case "snapshot" -> {
            Core.beforeCheckpoint();
            Core.afterRestore();
          }
          default -> {
            try (Connection connection = provider.get(Deadline.after(WAIT))) {
              Sql.string(connection, "SELECT 1");
            }
          }
        }
        loaded = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount() - loaded;
        System.out.println(loaded + " " + fetches + " " + provider.stats().refusedLogins());
      }
    }

    /** Returns a source whose password is right as often as is said, and then wrong. */
    private static CredentialsSource source(String user, int times, AtomicInteger fetches) {
      String password = System.getenv("TEST_PASSWORD");
      return deadline ->
          DatabaseCredentials.of(
              user, fetches.incrementAndGet() > times ? "no longer " + password : password);
    }
  }

  private static EnvironmentProcess start(
      TestSchema schema, FaultProxy proxy, String initialization, int rightPasswords)
      throws Exception {
    DatabaseCredentials user = schema.createUser();
    return EnvironmentProcess.builder(Environment.class)
        .jvmArguments(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Dorg.crac.Core.Compat=dev.thaw.provider.crac")
        .arguments(
            proxy.host(),
            String.valueOf(proxy.port()),
            user.username(),
            String.valueOf(rightPasswords))
        .environment("TEST_PASSWORD", user.password())
        .environment("AWS_LAMBDA_INITIALIZATION_TYPE", initialization)
        .start();
  }

  /** What a request has taken: classes, and since the start fetches and refused logins. */
  private record Effect(long classes, long fetches, long refusedLogins) {
    static Effect of(EnvironmentProcess environment, String request) throws Exception {
      environment.send(request);
      String[] words = environment.receive(WAIT).split(" ", -1);
      return new Effect(
          Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
    }
  }

  @Test
  void before_a_snapshot_the_whole_way_to_a_row_is_gone_several_times(
      TestSchema schema, DatabaseServer server) throws Exception {
    try (FaultProxy proxy = FaultProxy.to(server.host(), server.port());
        EnvironmentProcess environment = start(schema, proxy, "snap-start", 1_000)) {
      Effect warmUp = Effect.of(environment, "warm up");

      // A busy machine does not get to the end within the 10 s, which may be over after a fetch.
      assertThat(warmUp.fetches).isBetween(11L, 57L);
      assertThat(proxy.connections()).isBetween(warmUp.fetches - 1, warmUp.fetches);

      Effect unused = Effect.of(environment, "snapshot");
      // One is this test's, which queries; on a busy machine a wait takes a few that a rehearsal
      // without one has not loaded. Without a rehearsal there are hundreds.
      assertThat(Effect.of(environment, "get").classes).isLessThan(10);
    }
  }

  @Test
  void without_a_snapshot_to_come_it_is_gone_once(TestSchema schema, DatabaseServer server)
      throws Exception {
    try (FaultProxy proxy = FaultProxy.to(server.host(), server.port());
        EnvironmentProcess environment = start(schema, proxy, "on-demand", 1_000)) {
      assertThat(Effect.of(environment, "warm up").fetches).isOne();
      assertThat(proxy.connections()).isOne();
    }
  }

  @Test
  void a_server_that_refuses_the_first_login_is_sent_no_more_than_without_a_snapshot(
      TestSchema schema, DatabaseServer server) throws Exception {
    try (FaultProxy proxy = FaultProxy.to(server.host(), server.port());
        EnvironmentProcess snapshot = start(schema, proxy, "snap-start", 0);
        EnvironmentProcess onDemand = start(schema, proxy, "on-demand", 0)) {
      assertThat(Effect.of(snapshot, "warm up").refusedLogins)
          .isEqualTo(Effect.of(onDemand, "warm up").refusedLogins)
          .isOne();
    }
  }

  @Test
  void the_first_refused_login_of_a_rehearsal_is_the_last(TestSchema schema, DatabaseServer server)
      throws Exception {
    try (FaultProxy proxy = FaultProxy.to(server.host(), server.port());
        EnvironmentProcess environment = start(schema, proxy, "snap-start", 3)) {
      Effect warmUp = Effect.of(environment, "warm up");

      assertThat(warmUp.refusedLogins).isOne();
      assertThat(warmUp.fetches).isEqualTo(4);
    }
  }

  @Test
  void a_connection_that_is_in_use_meanwhile_stays(TestSchema schema, DatabaseServer server)
      throws Exception {
    try (FaultProxy proxy = FaultProxy.to(server.host(), server.port());
        EnvironmentProcess environment = start(schema, proxy, "snap-start", 1_000)) {
      assertThat(Effect.of(environment, "warm up while a connection is in use").fetches)
          .isGreaterThan(5);
    }
  }
}
