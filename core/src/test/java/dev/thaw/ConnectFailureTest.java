package dev.thaw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.util.Throwables.getStackTrace;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.CapturedLog;
import dev.thaw.fixture.ClosedPort;
import dev.thaw.fixture.HeldDeadline;
import dev.thaw.fixture.Listener;
import dev.thaw.fixture.ScriptedServer;
import dev.thaw.fixture.TestCertificate;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connects that fail at once: which exception comes, and what it says. */
class ConnectFailureTest {
  private static final Deadline SOON = Deadline.after(Duration.ofMinutes(1));

  private static PooledConnectionProvider.Builder builder(int port) {
    return PooledConnectionProvider.builder()
        .name("orders")
        .host("localhost")
        .port(port)
        .database("shop")
        .acquireTimeout(Duration.ofSeconds(20));
  }

  private static PooledConnectionProvider provider(int port) {
    return builder(port).credentials("app", "s3cret").build();
  }

  @Test
  void building_a_provider_does_no_io() throws Exception {
    try (Listener listener = Listener.open();
        PooledConnectionProvider provider = provider(listener.port())) {
      assertThat(provider.isActive()).isFalse();
      assertThat(provider.stats().total()).isZero();
      assertThat(provider.asDataSource()).isSameAs(provider.asDataSource());
      assertThat(listener.hasCaller(200)).isFalse();
    }
  }

  @Test
  void a_refused_connection_is_tried_again_until_the_deadline() throws Exception {
    try (PooledConnectionProvider provider = provider(ClosedPort.next())) {
      assertThatThrownBy(() -> provider.get(Deadline.after(Duration.ofMillis(800))))
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessageStartingWith("orders - localhost:")
          .hasMessageContaining("/shop cannot be reached: ConnectException: ")
          .hasMessageContaining("check host, port, security group and the function's subnets")
          .hasMessageContaining("back-off")
          .hasMessageMatching("(?s).* after \\d+ tries")
          .hasMessageMatching("(?s).*credentials \\d+ ms, driver \\d+ ms, .*")
          .satisfies(e -> assertThat(getStackTrace(e)).doesNotContain("CIRCULAR REFERENCE"))
          .hasRootCauseInstanceOf(ConnectException.class);
      assertThat(provider.stats().opened()).isZero();
      assertThat(provider.isActive()).isFalse();
    }
  }

  @Test
  void a_warm_up_that_opens_no_connection_is_said() throws Exception {
    try (CapturedLog log = new CapturedLog();
        PooledConnectionProvider provider = provider(ClosedPort.next())) {
      provider.warmUp();
      assertThat(log.text())
          .contains("WARN dev.thaw.ConnectionProvider - orders - Warmed up without a connection: ")
          .contains("cannot be reached");
    }
  }

  @Test
  void a_full_server_is_named_with_its_numbers() throws Exception {
    try (ScriptedServer server =
            ScriptedServer.start(
                (self, session) -> session.error(1040, "08004", "Too many connections"));
        PooledConnectionProvider provider = provider(server.port())) {
      assertThatThrownBy(() -> provider.get(Deadline.after(Duration.ofSeconds(1))))
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessageContaining("has no connection left: ")
          .hasMessageContaining("Too many connections")
          .hasMessageContaining("max=5")
          .satisfies(e -> assertThat(((SQLException) e).getErrorCode()).isEqualTo(1040));
    }
  }

  @Test
  void a_server_that_is_full_of_what_outlived_its_deadline_is_told_as_such() throws Exception {
    AtomicBoolean full = new AtomicBoolean();
    try (ScriptedServer server =
            ScriptedServer.start(
                (self, session) -> {
                  if (full.getAndSet(true)) {
                    session.error(1040, "08004", "Too many connections");
                    return;
                  }
                  self.letIn(session);
                });
        PooledConnectionProvider provider = provider(server.port())) {
      server.on("SELECT SLEEP", session -> {});
      HeldDeadline held = new HeldDeadline(Duration.ofMillis(300));
      try (Connection connection = provider.get(held.deadline());
          Statement statement = connection.createStatement()) {
        held.release();
        assertThatThrownBy(() -> statement.execute("SELECT SLEEP(60)"))
            .isInstanceOf(SQLTimeoutException.class);
      }
      assertThatThrownBy(() -> provider.get(Deadline.after(Duration.ofSeconds(1))))
          .hasMessageContaining("Too many connections")
          .hasMessageContaining("statements of 1 former connections have outlived their time");
    }
  }

  @Test
  void an_unknown_host_is_not_tried_again() {
    try (PooledConnectionProvider provider =
        PooledConnectionProvider.builder()
            .host("db.invalid")
            .credentials("app", "s3cret")
            .build()) {
      assertThatThrownBy(() -> provider.get(SOON))
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessageContaining("db.invalid:3306 cannot be reached: UnknownHostException")
          .hasMessageNotContaining("tries");
    }
  }

  @Test
  void a_refused_login_says_how_often_it_was_tried_and_shows_no_password() throws Exception {
    try (ScriptedServer server = refusing();
        PooledConnectionProvider provider = provider(server.port())) {
      assertThatThrownBy(() -> provider.get(SOON))
          .isInstanceOf(SQLInvalidAuthorizationSpecException.class)
          .hasMessageStartingWith(
              "orders - localhost:"
                  + server.port()
                  + "/shop refused the login: 1 login tried; check")
          .hasMessageNotContaining("s3cret")
          .satisfies(
              e -> {
                assertThat(((SQLException) e).getSQLState()).isEqualTo("28000");
                assertThat(((SQLException) e).getErrorCode()).isEqualTo(1045);
              });
      assertThat(provider.stats().refusedLogins()).isEqualTo(1);
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  private static ScriptedServer refusing() throws IOException {
    return ScriptedServer.start(
        (self, session) -> {
          session.greet();
          String user = session.login();
          session.error(1045, "28000", "Access denied for user '" + user + "'@'localhost'");
        });
  }

  @Test
  void a_server_that_breaks_off_is_said_to_have_broken_off() throws Exception {
    try (ScriptedServer server =
            ScriptedServer.start(
                (self, session) -> {
                  session.greet();
                  session.login();
                });
        PooledConnectionProvider provider = provider(server.port())) {
      assertThatThrownBy(() -> provider.get(SOON))
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessageContaining("The connection to localhost:" + server.port() + "/shop broke: ");
    }
  }

  @Test
  void a_server_without_tls_cannot_be_used_where_tls_is_required() throws Exception {
    try (ScriptedServer server = refusing();
        PooledConnectionProvider provider =
            builder(server.port()).credentials("app", "s3cret").sslMode(SslMode.REQUIRED).build()) {
      assertThatThrownBy(() -> provider.get(SOON))
          .isInstanceOf(SQLNonTransientConnectionException.class)
          .hasMessageContaining(
              "cannot be used: SSL Connection required, but not provided by server.");
    }
  }

  @Test
  void a_certificate_that_does_not_fit_is_explained(@TempDir Path directory) throws Exception {
    TestCertificate certificate = TestCertificate.forHost("db.example");
    Path ca = Files.writeString(directory.resolve("ca.pem"), certificate.pem());
    try (ScriptedServer server =
            ScriptedServer.start(
                (self, session) -> {
                  session.greet(true);
                  session.startTls(certificate.serverContext());
                });
        PooledConnectionProvider provider =
            builder(server.port()).credentials("app", "s3cret").sslCa(ca).build()) {
      assertThatThrownBy(() -> provider.get(SOON))
          .isInstanceOf(SQLNonTransientConnectionException.class)
          .hasMessageContaining(
              "cannot be used: The certificate of localhost was not accepted (sslMode"
                  + " VERIFY_IDENTITY): it is for db.example, issued by CN=db.example; its authority"
                  + " is trusted, but localhost is none of its names: set host (DB_HOST) to one of"
                  + " them; ");
    }
  }

  @Test
  void a_ca_file_that_went_missing_is_explained(@TempDir Path directory) throws Exception {
    Path ca =
        Files.writeString(directory.resolve("ca.pem"), TestCertificate.forHost("localhost").pem());
    try (ScriptedServer server =
            ScriptedServer.start(
                (self, session) -> {
                  session.greet(true);
                  session.command();
                });
        PooledConnectionProvider provider =
            builder(server.port()).credentials("app", "s3cret").sslCa(ca).build()) {
      Files.delete(ca);
      provider.warmUp();
      assertThatThrownBy(() -> provider.get(SOON))
          .isInstanceOf(SQLNonTransientConnectionException.class)
          .hasMessageContaining(
              "cannot be used: the CA file "
                  + ca
                  + " (sslCa, DB_SSL_CA) cannot be used: there is no such file");
      assertThat(provider.check().success()).isFalse();
    }
  }

  @Test
  void a_login_over_tls_works(@TempDir Path directory) throws Exception {
    TestCertificate certificate = TestCertificate.forHost("localhost");
    Path ca = Files.writeString(directory.resolve("ca.pem"), certificate.pem());
    try (ScriptedServer server =
            ScriptedServer.start((self, session) -> self.letIn(session, certificate));
        PooledConnectionProvider provider =
            builder(server.port()).credentials("app", "s3cret").sslCa(ca).build()) {
      assertThat(provider.check().success()).isTrue();
    }
  }

  @Test
  void a_source_without_a_host_is_told_where_one_may_come_from() {
    try (PooledConnectionProvider provider =
        PooledConnectionProvider.builder().credentials("app", "s3cret").build()) {
      assertThatThrownBy(() -> provider.get(SOON))
          .isInstanceOf(SQLNonTransientConnectionException.class)
          .hasMessage(
              "thaw - The credentials cannot be used: host is neither in the credentials nor set in"
                  + " the builder (DB_HOST)");
    }
  }

  @Test
  void what_a_server_says_is_one_line_of_bounded_length() throws Exception {
    String forged = "full\r\n2026-11-26 ERROR forged " + "x".repeat(2_000);
    try (ScriptedServer full =
            ScriptedServer.start((self, session) -> session.error(1040, "08004", forged));
        ScriptedServer other =
            ScriptedServer.start(
                (self, session) -> {
                  session.greet();
                  session.login();
                  session.error(1044, "42000", forged);
                });
        PooledConnectionProvider first = provider(full.port());
        PooledConnectionProvider second = provider(other.port())) {
      assertThatThrownBy(() -> second.get(SOON))
          .hasMessageContaining("full 2026-11-26 ERROR forged xxx")
          .satisfies(
              e ->
                  assertThat(getStackTrace(e))
                      .doesNotContain("full\r", "\n2026-11-26", "x".repeat(600)));
      for (PooledConnectionProvider provider : List.of(first, second)) {
        assertThat(provider.check().message())
            .contains("full 2026-11-26 ERROR forged")
            .doesNotContain("\r", "\n")
            .hasSizeLessThan(1_500);
      }
    }
  }

  @Test
  void the_version_of_credentials_is_one_line() {
    DatabaseCredentials credentials =
        DatabaseCredentials.builder("app", "s3cret").version("v1\nERROR forged").build();

    assertThat(credentials.version()).contains("v1 ERROR forged");
    assertThat(credentials.toString()).doesNotContain("\n");
  }

  @Test
  @SuppressWarnings("NullAway") // what this is about
  void a_source_that_returns_nothing_is_named() throws Exception {
    try (PooledConnectionProvider provider =
        builder(3306).credentials((CredentialsSource) deadline -> null).build()) {
      assertThatThrownBy(() -> provider.get(SOON))
          .isInstanceOf(SQLNonTransientConnectionException.class)
          .hasMessageContaining("The credentials cannot be used: ")
          .hasMessageContaining("returned null");
      assertThat(provider.check().success()).isFalse();
      assertThat(provider.stats().active()).isZero();
    }
    CredentialsSource forgetful =
        new CredentialsSource() {
          @Override
          public DatabaseCredentials credentials(Deadline deadline) {
            return DatabaseCredentials.of("app", "s3cret");
          }

          @Override
          public Optional<DatabaseCredentials> refused(
              DatabaseCredentials refused, Deadline deadline) {
            return null;
          }
        };
    try (ScriptedServer server = refusing();
        PooledConnectionProvider provider = builder(server.port()).credentials(forgetful).build()) {
      assertThatThrownBy(() -> provider.get(SOON))
          .isInstanceOf(SQLNonTransientConnectionException.class)
          .hasMessageContaining("returned null");
    }
  }

  @Test
  void the_exception_of_a_source_comes_through_as_it_is() {
    SQLException denied = new SQLNonTransientConnectionException("secret orders: denied");
    CredentialsSource source =
        deadline -> {
          throw denied;
        };
    try (PooledConnectionProvider provider = builder(3306).credentials(source).build()) {
      assertThatThrownBy(() -> provider.get(SOON)).isSameAs(denied);
      HealthReport report = provider.check();
      assertThat(report.message()).isEqualTo("secret orders: denied");
      assertThat(report.lastFailure()).contains("secret orders: denied");
    }
  }
}
