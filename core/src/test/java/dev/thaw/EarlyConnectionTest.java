package dev.thaw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.ScriptedServer;
import dev.thaw.fixture.TestCertificate;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Connecting while the credentials are still being obtained. */
class EarlyConnectionTest {
  private static final DatabaseCredentials APP = DatabaseCredentials.of("app", "s3cret");

  private static PooledConnectionProvider provider(int port, CredentialsSource source) {
    return PooledConnectionProvider.builder()
        .host("127.0.0.1")
        .port(port)
        .database("shop")
        .credentials(source)
        .acquireTimeout(Duration.ofSeconds(20))
        .build();
  }

  /** Returns a provider whose credentials are there once the server has a connection. */
  private static PooledConnectionProvider providerThatWaitsFor(ScriptedServer server) {
    return provider(
        server.port(),
        deadline -> {
          awaitConnection(server);
          return APP;
        });
  }

  private static void awaitConnection(ScriptedServer server) {
    await().until(() -> server.accepted() >= 1);
  }

  @Test
  void the_connection_is_opened_while_the_credentials_are_obtained_and_then_used()
      throws Exception {
    try (ScriptedServer server = ScriptedServer.start();
        PooledConnectionProvider provider = providerThatWaitsFor(server)) {
      provider.warmUp();
      provider.get().close();
      assertThat(server.accepted()).isEqualTo(1);
      assertThat(provider.stats().opened()).isEqualTo(1);
    }
  }

  @Test
  void the_tls_handshake_is_done_early_too() throws Exception {
    TestCertificate certificate = TestCertificate.forHost("127.0.0.1");
    CountDownLatch encrypted = new CountDownLatch(1);
    try (ScriptedServer server =
            ScriptedServer.start(
                (self, session) -> {
                  session.greet(true);
                  session.startTls(certificate.serverContext());
                  encrypted.countDown();
                  self.finishLogin(session);
                });
        PooledConnectionProvider provider =
            provider(
                server.port(),
                deadline -> {
                  await().until(() -> encrypted.getCount() == 0);
                  return APP;
                })) {
      provider.warmUp();
      provider.get().close();
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  @Test
  void it_is_closed_when_there_are_no_credentials() throws Exception {
    try (ScriptedServer server = ScriptedServer.start();
        PooledConnectionProvider provider =
            provider(
                server.port(),
                deadline -> {
                  awaitConnection(server);
                  throw new SQLNonTransientConnectionException("no secret");
                })) {
      provider.warmUp();
      await().until(() -> server.open() == 0);
    }
  }

  @Test
  void a_full_server_is_seen_as_one_and_tried_again() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (ScriptedServer server =
            ScriptedServer.start(
                (self, session) -> {
                  if (connections.incrementAndGet() == 1) {
                    session.error(1040, "08004", "Too many connections");
                    return;
                  }
                  self.letIn(session);
                });
        PooledConnectionProvider provider = providerThatWaitsFor(server)) {
      provider.warmUp();
      provider.get().close();
      assertThat(server.accepted()).isEqualTo(2);
    }
  }

  @Test
  void nothing_is_opened_early_for_credentials_that_are_there() throws Exception {
    try (ScriptedServer server = ScriptedServer.start();
        PooledConnectionProvider provider = provider(server.port(), deadline -> APP)) {
      provider.warmUp();
      provider.get().close();
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  @Test
  void a_request_for_tls_that_the_driver_makes_otherwise_costs_a_second_connection()
      throws Exception {
    TestCertificate certificate = TestCertificate.forHost("127.0.0.1");
    try (ScriptedServer server =
            ScriptedServer.start(
                (self, session) -> {
                  // No server calls itself so; the driver reads 8.0.5, the early request 8.0.0.
                  session.greet("8.0.05", true);
                  session.startTls(certificate.serverContext());
                  self.finishLogin(session);
                });
        PooledConnectionProvider provider = providerThatWaitsFor(server)) {
      provider.warmUp();
      provider.get().close();
      assertThat(server.accepted()).isEqualTo(2);
      assertThat(provider.stats().opened()).isEqualTo(1);
      await().until(() -> server.open() == 1);
    }
  }

  @Test
  void what_is_no_greeting_is_for_the_driver_to_judge() throws Exception {
    try (ScriptedServer server =
            ScriptedServer.start(
                (self, session) -> session.socket().getOutputStream().write(new byte[] {1, 2}));
        PooledConnectionProvider provider = providerThatWaitsFor(server)) {
      provider.warmUp();
      assertThat(provider.stats().opened()).isZero();
      await().until(() -> server.open() == 0);
    }
  }
}
