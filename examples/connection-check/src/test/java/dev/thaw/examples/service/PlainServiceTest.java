package dev.thaw.examples.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.lambda.EnvironmentProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What SIGTERM does to a plain JVM process outside Lambda; the guide for ECS and EKS says so. */
@DatabaseTest(schema = "schema.sql")
class PlainServiceTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int SIGTERM = 128 + 15;

  @BeforeEach
  void insert_an_asset(TestSchema schema) throws SQLException {
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT IGNORE INTO assets VALUES (1, 'saw')");
    }
  }

  @Test
  void requests_that_have_begun_are_finished_and_the_connections_closed_politely(
      TestSchema schema, DatabaseServer server) throws Exception {
    try (EnvironmentProcess service = start(schema, "20s");
        Connection admin = server.connect();
        Connection holder = server.connect()) {
      int port = Integer.parseInt(service.receive(LIMIT));
      assertThat(request(port, 1).answer()).isEqualTo("1 saw");
      long aborted = abortedClients(admin);

      lock(holder, schema);
      try (Request request = request(port, 1)) {
        await().until(() -> isWaiting(admin));
        service.terminate();
        await().until(() -> refuses(port)); // so its shutdown has begun
        holder.commit();
        assertThat(request.answer()).isEqualTo("1 saw");
      }
      assertThat(service.awaitEnd(LIMIT)).hasValue(SIGTERM);
      await().until(() -> schema.connectionIds().isEmpty());
      assertThat(abortedClients(admin)).as("sessions without a COM_QUIT").isEqualTo(aborted);
    }
  }

  @Test
  void without_a_grace_the_query_of_such_a_request_is_ended(
      TestSchema schema, DatabaseServer server) throws Exception {
    try (EnvironmentProcess service = start(schema, "0s");
        Connection admin = server.connect();
        Connection holder = server.connect()) {
      int port = Integer.parseInt(service.receive(LIMIT));
      lock(holder, schema);
      try (Request request = request(port, 1)) {
        await().until(() -> isWaiting(admin));
        service.terminate();
        assertThat(request.answer()).startsWith("failed: ");
      }
      assertThat(service.awaitEnd(LIMIT)).hasValue(SIGTERM);
    }
  }

  private static EnvironmentProcess start(TestSchema schema, String grace) {
    EnvironmentProcess.Builder builder =
        EnvironmentProcess.builder(PlainService.class)
            .jvmArguments("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    Map<String, String> variables = new HashMap<>(schema.environment());
    variables.put("DB_SHUTDOWN_GRACE", grace);
    variables.forEach(builder::environment);
    return builder.start();
  }

  private static void lock(Connection holder, TestSchema schema) throws SQLException {
    holder.setAutoCommit(false);
    try (Statement statement = holder.createStatement()) {
      statement.execute("SELECT id FROM " + schema.name() + ".assets WHERE id = 1 FOR UPDATE");
    }
  }

  private static boolean isWaiting(Connection admin) throws SQLException {
    return number(
            admin,
            "SELECT COUNT(*) FROM information_schema.processlist"
                + " WHERE info = 'SELECT id FROM assets WHERE id = 1 FOR UPDATE'")
        == 1;
  }

  private static long abortedClients(Connection admin) throws SQLException {
    boolean mariaDb = admin.getMetaData().getDatabaseProductVersion().contains("MariaDB");
    return number(
        admin,
        "SELECT VARIABLE_VALUE FROM "
            + (mariaDb ? "information_schema" : "performance_schema")
            + ".global_status WHERE VARIABLE_NAME = 'Aborted_clients'");
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static boolean refuses(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !socket.isConnected();
    } catch (ConnectException e) {
      return true;
    }
  }

  private static Request request(int port, long id) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.getOutputStream().write((id + "\n").getBytes(UTF_8));
    return new Request(socket);
  }

  private record Request(Socket socket) implements AutoCloseable {
    String answer() throws IOException {
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
