package dev.thaw.examples.assetapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.ConnectionProvider;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.examples.assetapi.assets.AssetRepository;
import dev.thaw.examples.assetapi.assets.JdbcAssetRepository;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.Isolation;
import dev.thaw.testing.TestSchema;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DatabaseTest(schema = "schema.sql", isolation = Isolation.SCHEMA_PER_TEST)
class FailuresTest {
  private static final String PAGE = "https://app.example.com";
  private static final Cors CORS = Cors.of(PAGE);
  private static final AssetRepository UNUSED = new StubAssets(new UnsupportedOperationException());
  private static final Event LIST = Event.list().header("origin", PAGE);

  @Test
  void a_failure_in_the_code_is_a_500_whose_reason_only_the_log_shows(
      ConnectionProvider db, TestSchema schema) throws SQLException {
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE assets");
    }
    try (CapturedLog log = new CapturedLog()) {
      Answer answer = Answer.of(list(db), LIST);
      assertInternalError(answer);
      assertThat(log.text())
          .contains("ERROR", StubContext.REQUEST_ID, schema.name() + ".assets' doesn't exist");
    }
  }

  @Test
  void an_unchecked_exception_is_a_500_too() {
    IllegalStateException failure = new IllegalStateException("the reason");
    try (CapturedLog log = new CapturedLog()) {
      assertInternalError(Answer.of(new ListAssets(new StubAssets(failure), CORS), LIST));
      assertThat(log.text()).contains(StubContext.REQUEST_ID, failure.toString(), "\tat ");
    }
  }

  @Test
  void a_refused_login_is_a_500_since_no_repetition_cures_it(TestSchema schema) {
    DatabaseCredentials right = schema.credentials();
    DatabaseCredentials wrong =
        DatabaseCredentials.builder(right.username(), "not-the-password").build();
    try (ConnectionProvider db =
            PooledConnectionProvider.builder()
                .host(right.host().orElseThrow())
                .port(right.port().orElseThrow())
                .database(schema.name())
                .credentials(deadline -> wrong)
                .build();
        CapturedLog log = new CapturedLog()) {
      assertInternalError(Answer.of(list(db), LIST));
      assertThat(log.text())
          .contains(StubContext.REQUEST_ID, "Access denied for user")
          .doesNotContain("not-the-password");
    }
  }

  @Test
  void a_server_out_of_reach_is_a_503_to_be_tried_again() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    try (ConnectionProvider db =
            PooledConnectionProvider.builder()
                .host("127.0.0.1")
                .port(port)
                .database("nowhere")
                .credentials(deadline -> DatabaseCredentials.builder("nobody", "x").build())
                .acquireTimeout(Duration.ofMillis(300))
                .build();
        CapturedLog log = new CapturedLog()) {
      assertUnavailable(Answer.of(list(db), LIST.bytes(), Duration.ofMillis(500)));
      assertThat(log.text()).contains("WARN", StubContext.REQUEST_ID, "127.0.0.1:" + port);
    }
  }

  @Test
  void a_query_that_outlives_the_invocation_is_a_503_in_time(
      ConnectionProvider db, TestSchema schema) throws SQLException {
    try (Connection other = schema.connect();
        Statement statement = other.createStatement();
        CapturedLog log = new CapturedLog()) {
      statement.execute("LOCK TABLES assets WRITE");
      assertUnavailable(Answer.of(list(db), LIST.bytes(), Duration.ofSeconds(2)));
      assertThat(log.text()).contains(StubContext.REQUEST_ID);
      statement.execute("UNLOCK TABLES");
    }
    assertThat(Answer.of(list(db), LIST).status()).isEqualTo(200);
  }

  @Test
  void a_deadlock_is_a_503_to_be_tried_again() {
    SQLException deadlock = new SQLTransactionRollbackException("Deadlock found", "40001", 1213);
    try (CapturedLog log = new CapturedLog()) {
      assertUnavailable(Answer.of(new ListAssets(new StubAssets(deadlock), CORS), LIST));
      assertThat(log.text()).contains("Deadlock found");
    }
  }

  @Test
  void a_preflight_request_asks_nothing_of_the_database() {
    Event event = Event.create("").method("OPTIONS").header("origin", PAGE);
    Answer answer = Answer.of(new CreateAsset(UNUSED, CORS), event);
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.text()).isEmpty();
    assertThat(answer.event().getObject("headers"))
        .isEqualTo(
            Map.of(
                "Access-Control-Allow-Origin", PAGE,
                "Access-Control-Allow-Methods", "POST, OPTIONS",
                "Access-Control-Allow-Headers",
                    "Content-Type, Authorization, X-Amz-Content-Sha256, X-Amz-Date,"
                        + " X-Amz-Security-Token",
                "Access-Control-Max-Age", "600",
                "Vary", "Origin"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "HEAD", "get", "nonsense"})
  void another_method_is_not_allowed(String method) {
    Event event = Event.list().method(method).header("origin", PAGE);
    Answer answer = Answer.of(new ListAssets(UNUSED, CORS), event);
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET, OPTIONS");
    assertReadable(answer);
  }

  @Test
  void a_malformed_event_is_a_400() {
    ListAssets list = new ListAssets(UNUSED, Cors.of("*"));
    Answer answer = Answer.of(list, "{".getBytes(UTF_8), Duration.ofSeconds(30));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(answer.body().getString("error"))
        .isEqualTo(
            "This is not an event of API Gateway: it is not JSON: wrong at line 1, character 1");
  }

  private static void assertInternalError(Answer answer) {
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body())
        .isEqualTo(
            Map.of(
                "success", false, "error", "Internal error", "requestId", StubContext.REQUEST_ID));
    assertReadable(answer);
  }

  private static void assertUnavailable(Answer answer) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isEqualTo("1");
    assertThat(answer.body())
        .isEqualTo(
            Map.of(
                "success",
                false,
                "error",
                "The database is not available",
                "requestId",
                StubContext.REQUEST_ID));
    assertReadable(answer);
  }

  private static void assertReadable(Answer answer) {
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json; charset=utf-8");
  }

  private static ListAssets list(ConnectionProvider db) {
    return new ListAssets(new JdbcAssetRepository(db::get, InstantSource.system()), CORS);
  }
}
