package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.SslMode;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.CapturedLog;
import dev.thaw.fixture.Sql;
import dev.thaw.provider.crac.Core;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.fault.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connection that is opened while the credentials are obtained, on a real server. */
@DatabaseTest
class ProviderEarlyConnectionTest {
  // The server's greeting has about 100 bytes, what it says in a TLS handshake more than 500.
  private static final int GREETED = 50;
  private static final int ENCRYPTED = 600;

  private final TestSchema schema;
  private final FaultProxy proxy;

  ProviderEarlyConnectionTest(TestSchema schema) {
    this.schema = schema;
    this.proxy = Proxied.proxy(schema);
  }

  @BeforeEach
  void the_proxy_is_unused() {
    assertThat(proxy.connections()).isZero();
  }

  @AfterEach
  void closeProxy() {
    proxy.close();
  }

  private DatabaseCredentials login() {
    return DatabaseCredentials.of(schema.credentials().username(), schema.credentials().password());
  }

  private PooledConnectionProvider.Builder provider(CredentialsSource source) {
    return PooledConnectionProvider.builder()
        .host(proxy.host())
        .port(proxy.port())
        .database(schema.name())
        .credentials(source)
        .acquireTimeout(Duration.ofSeconds(20));
  }

  /** A source that answers once the server has said so much. */
  private CredentialsSource after(int bytes) {
    return deadline -> {
      await().until(() -> proxy.bytesToClient() >= bytes);
      return login();
    };
  }

  private static Path ca(Path folder, Certificate... certificates)
      throws IOException, GeneralSecurityException {
    StringBuilder pem = new StringBuilder();
    for (Certificate certificate : certificates) {
      pem.append("-----BEGIN CERTIFICATE-----\n")
          .append(Base64.getMimeEncoder().encodeToString(certificate.getEncoded()))
          .append("\n-----END CERTIFICATE-----\n");
    }
    return Files.writeString(folder.resolve("ca.pem"), pem);
  }

  /** Returns a CA of the JVM's, which has not signed the server's certificate. */
  private static Certificate strange() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    return ((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers()[0];
  }

  /** Returns the connection that a warm-up has opened. */
  private static Connection warmedUp(PooledConnectionProvider provider) throws SQLException {
    provider.warmUp();
    assertThat(provider.stats().idle()).isOne();
    return provider.get();
  }

  private static String cipher(Connection connection) throws SQLException {
    return Sql.string(
        connection,
        "SELECT VARIABLE_VALUE FROM "
            + (connection.getMetaData().getDatabaseProductVersion().contains("MariaDB")
                ? "information_schema.SESSION_STATUS"
                : "performance_schema.session_status")
            + " WHERE VARIABLE_NAME = 'Ssl_cipher'");
  }

  @ParameterizedTest
  @EnumSource(names = {"PREFERRED", "REQUIRED"})
  void the_server_sees_one_connection_which_is_the_one_used(SslMode mode) throws SQLException {
    try (PooledConnectionProvider provider = provider(after(ENCRYPTED)).sslMode(mode).build();
        Connection connection = warmedUp(provider)) {
      assertThat(cipher(connection)).startsWith("TLS");
      assertThat(Sql.string(connection, "SELECT DATABASE()")).isEqualTo(schema.name());
      assertThat(proxy.connections()).isOne();
      assertThat(provider.stats().opened()).isOne();
    }
  }

  @Test
  void without_a_schema_tls_is_left_to_the_driver_on_the_same_connection() throws SQLException {
    try (PooledConnectionProvider provider =
            PooledConnectionProvider.builder()
                .host(proxy.host())
                .port(proxy.port())
                .credentials(after(GREETED))
                .sslMode(SslMode.REQUIRED)
                .build();
        Connection connection = warmedUp(provider)) {
      assertThat(cipher(connection)).startsWith("TLS");
      assertThat(proxy.connections()).isOne();
    }
  }

  @Test
  void a_schema_that_only_the_secret_names_is_used_on_the_same_connection() throws SQLException {
    CredentialsSource source =
        deadline -> {
          await().until(() -> proxy.bytesToClient() >= GREETED);
          return DatabaseCredentials.builder(login().username(), login().password())
              .database(schema.name())
              .build();
        };
    try (PooledConnectionProvider provider =
            PooledConnectionProvider.builder()
                .host(proxy.host())
                .port(proxy.port())
                .credentials(source)
                .build();
        Connection connection = warmedUp(provider)) {
      assertThat(Sql.string(connection, "SELECT DATABASE()")).isEqualTo(schema.name());
      assertThat(proxy.connections()).isOne();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"VERIFY_CA", "VERIFY_IDENTITY"})
  void a_certificate_that_does_not_fit_is_refused_as_without_it(SslMode mode, @TempDir Path folder)
      throws Exception {
    Path ca = ca(folder, strange());
    try (CapturedLog log = new CapturedLog();
        PooledConnectionProvider early =
            provider(after(ENCRYPTED)).sslMode(mode).sslCa(ca).build();
        PooledConnectionProvider usual =
            provider(deadline -> login()).sslMode(mode).sslCa(ca).build()) {
      String refusal = "was not accepted (sslMode " + mode;
      assertThatThrownBy(usual::get).hasMessageContaining(refusal);
      early.warmUp();
      assertThat(log.text()).contains("Warmed up without a connection: ").contains(refusal);
      await().until(() -> proxy.openConnections() == 0);
    }
  }

  @Test
  void one_that_the_secret_does_not_fit_is_dropped() throws SQLException {
    try (FaultProxy named = Proxied.proxy(schema);
        PooledConnectionProvider provider =
            provider(
                    deadline -> {
                      await().until(() -> proxy.bytesToClient() >= ENCRYPTED);
                      return DatabaseCredentials.builder(login().username(), login().password())
                          .host(named.host())
                          .port(named.port())
                          .build();
                    })
                .build();
        Connection connection = warmedUp(provider)) {
      assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
      assertThat(named.connections()).isOne();
      await().until(() -> proxy.openConnections() == 0);
      assertThat(proxy.connections()).isOne();
    }
  }

  @Test
  void one_that_has_waited_too_long_for_its_login_is_replaced() throws SQLException {
    MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    CredentialsSource source =
        deadline -> {
          await().until(() -> proxy.bytesToClient() >= ENCRYPTED);
          await().until(() -> threads("thaw-early-connect") == 0);
          clock.advance(Duration.ofSeconds(6));
          return login();
        };
    try (PooledConnectionProvider provider =
            provider(source).wallClock(clock).nanoClock(clock::nanoTime).build();
        Connection connection = warmedUp(provider)) {
      assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
      assertThat(proxy.connections()).isEqualTo(2);
      await().until(() -> proxy.openConnections() == 1);
    }
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .count();
  }

  @Test
  void it_is_closed_before_a_snapshot_and_when_the_provider_is_closed() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    CredentialsSource source =
        deadline -> {
          await().until(() -> answer.getCount() == 0);
          return login();
        };
    try (PooledConnectionProvider provider = provider(source).build()) {
      Background<Void> warmUp = Background.perform(provider::warmUp);
      await().until(() -> proxy.bytesToClient() >= ENCRYPTED);
      Core.beforeCheckpoint();
      await().until(() -> proxy.openConnections() == 0);
      answer.countDown();
      warmUp.join();
      assertThat(proxy.openConnections()).isZero();
      Core.afterRestore();
      provider.get().close();
    }
    await().until(() -> proxy.openConnections() == 0);
  }

  @Test
  void it_is_closed_with_its_provider() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    PooledConnectionProvider provider =
        provider(
                deadline -> {
                  await().until(() -> answer.getCount() == 0);
                  return login();
                })
            .build();
    Background<Void> warmUp = Background.perform(provider::warmUp);
    await().until(() -> proxy.bytesToClient() >= ENCRYPTED);
    provider.close();
    await().until(() -> proxy.openConnections() == 0);
    answer.countDown();
    warmUp.join();
    assertThat(proxy.openConnections()).isZero();
  }

  @Test
  void callers_at_the_same_time_begin_one_only() throws Exception {
    int callers = 4;
    AtomicInteger asked = new AtomicInteger();
    CredentialsSource source =
        deadline -> {
          asked.incrementAndGet();
          await().until(() -> asked.get() == callers && proxy.bytesToClient() >= ENCRYPTED);
          return login();
        };
    try (PooledConnectionProvider provider = provider(source).build()) {
      List<Background<Void>> work = Background.perform(callers, provider::warmUp);
      Background.joinAll(work);
      assertThat(proxy.connections()).isEqualTo(callers);
    }
  }

  @Test
  void a_source_that_keeps_failing_costs_the_server_one_connection() {
    CredentialsSource source =
        deadline -> {
          await().until(() -> proxy.bytesToClient() >= ENCRYPTED);
          throw new SQLNonTransientConnectionException("no secret");
        };
    try (PooledConnectionProvider provider = provider(source).build()) {
      for (int i = 0; i < 3; i++) {
        provider.warmUp();
      }
      await().until(() -> proxy.openConnections() == 0);
      assertThat(proxy.connections()).isOne();
    }
  }

  @Test
  void a_get_opens_none() throws SQLException {
    try (FaultProxy named = Proxied.proxy(schema);
        PooledConnectionProvider provider =
            provider(
                    deadline ->
                        DatabaseCredentials.builder(login().username(), login().password())
                            .host(named.host())
                            .port(named.port())
                            .build())
                .build();
        Connection connection = provider.get()) {
      assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
      assertThat(proxy.connections()).isZero();
    }
  }

  @Test
  void an_interrupted_caller_leaves_none() throws Exception {
    proxy.acceptSilently();
    CountDownLatch answered = new CountDownLatch(1);
    try (PooledConnectionProvider provider =
        provider(
                deadline -> {
                  await().until(() -> proxy.connections() == 1);
                  answered.countDown();
                  return login();
                })
            .build()) {
      Background<Void> caller = Background.perform(provider::warmUp);
      assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
      caller.thread().interrupt();
      caller.join();
      await().until(() -> threads("thaw-early-connect") == 0);
      // A silent proxy does not look; the server itself ends a session without a login after 10 s.
      proxy.resume();
      await().atMost(Duration.ofSeconds(5)).until(() -> proxy.openConnections() == 0);
    }
  }
}
