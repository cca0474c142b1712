package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.lambda.EnvironmentProcess;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The end of the process, as Lambda announces it with SIGTERM. */
@DatabaseTest
class ProviderShutdownTest {

  /** Opens two connections, says so, and goes on until it is told to end. */
  static final class Environment {
    private Environment() {}

    public static void main(String[] args) throws Exception {
      PooledConnectionProvider provider =
          PooledConnectionProvider.builder()
              .host(args[0])
              .port(Integer.parseInt(args[1]))
              .database(args[2])
              .credentials(args[3], System.getenv("TEST_PASSWORD"))
              .build();
      String answers;
      try (Connection one = provider.get();
          Connection two = provider.get()) {
        answers = Sql.string(one, "SELECT 1") + Sql.string(two, "SELECT 1");
      }
      System.out.println(answers);
      BufferedReader requests =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      String request;
      while ((request = requests.readLine()) != null) {
        if (request.equals("exit amid a query")) {
          exitAmidQuery(provider);
        }
        System.out.println(provider.check());
      }
    }

    /** Ends the JVM while one thread waits for the server and another is in a transaction. */
    private static void exitAmidQuery(PooledConnectionProvider provider) throws SQLException {
      var unused = Background.perform(() -> Work.borrow(provider, Work.sql("SELECT SLEEP(61)")));
      try (Connection connection = provider.get()) {
        connection.setAutoCommit(false);
        await()
            .until(
                () ->
                    Sql.string(
                            connection,
                            "SELECT COUNT(*) FROM information_schema.processlist"
                                + " WHERE info = 'SELECT SLEEP(61)'")
                        .equals("1"));
        // Over an idle connection the query is ended at once; to open one may take longer than an
        // exit waits for that.
        provider.get().close();
        System.exit(3);
      }
    }
  }

  private static EnvironmentProcess start(TestSchema schema, String host, int port) {
    return EnvironmentProcess.builder(Environment.class)
        .jvmArguments("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC") // as Lambda does
        .arguments(host, String.valueOf(port), schema.name(), schema.credentials().username())
        .environment("TEST_PASSWORD", schema.credentials().password())
        .start();
  }

  @Test
  void sigterm_closes_the_connections_politely(TestSchema schema, DatabaseServer server)
      throws Exception {
    try (EnvironmentProcess environment = start(schema, server.host(), server.port());
        Connection admin = server.connect()) {
      assertThat(environment.receive(Duration.ofSeconds(30))).isEqualTo("11");
      assertThat(schema.connectionIds()).hasSize(2);
      long aborted = abortedClients(admin);
      environment.terminate();
      assertThat(environment.awaitEnd(Duration.ofSeconds(10))).isPresent();
      await().until(() -> schema.connectionIds().isEmpty());
      assertThat(abortedClients(admin)).as("sessions without a COM_QUIT").isEqualTo(aborted);
    }
  }

  @Test
  void an_exit_amid_a_query_and_a_transaction_leaves_no_session(
      TestSchema schema, DatabaseServer server) throws Exception {
    try (EnvironmentProcess environment = start(schema, server.host(), server.port());
        Connection admin = server.connect()) {
      assertThat(environment.receive(Duration.ofSeconds(30))).isEqualTo("11");
      long aborted = abortedClients(admin);
      environment.send("exit amid a query");
      assertThat(environment.awaitEnd(Duration.ofSeconds(20))).hasValue(3);
      await().until(() -> schema.connectionIds().isEmpty());
      assertThat(abortedClients(admin)).as("sessions without a COM_QUIT").isEqualTo(aborted);
    }
  }

  private static long abortedClients(Connection admin) throws SQLException {
    return Long.parseLong(
        Sql.string(
            admin,
            "SELECT VARIABLE_VALUE FROM "
                + (Sql.string(admin, "SELECT VERSION()").contains("MariaDB")
                    ? "information_schema"
                    : "performance_schema")
                + ".global_status WHERE VARIABLE_NAME = 'Aborted_clients'"));
  }

  @Test
  void an_environment_that_was_really_frozen_while_its_connections_died_goes_on(
      TestSchema schema, DatabaseServer server) throws Exception {
    try (FaultProxy proxy = FaultProxy.to(server.host(), server.port());
        EnvironmentProcess environment = start(schema, proxy.host(), proxy.port())) {
      assertThat(environment.receive(Duration.ofSeconds(30))).isEqualTo("11");
      environment.freeze();
      assertThat(proxy.disconnect()).isEqualTo(2);
      environment.thaw();
      assertThat(environment.ask("check", Duration.ofSeconds(30)))
          .contains("success=true", "CLOSED_BY_SERVER=2");
    }
  }
}
