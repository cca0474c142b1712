package dev.thaw;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.MySqlSession;
import dev.thaw.fixture.ScriptedServer;
import dev.thaw.fixture.TestCertificate;
import dev.thaw.internal.provider.Provider;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody answers in the server's place, and wants the password. */
class ImpostorTest {
  private static final String PASSWORD = "S3cr3t-Passw0rd!";
  private static final Map<String, String> LAMBDA = Map.of("AWS_LAMBDA_FUNCTION_NAME", "fn");
  private static final Map<String, String> ELSEWHERE = Map.of();

  /** Leads to loopback, and is none of the names by which loopback is known. */
  private static final String ANOTHER_HOST = "127.1";

  private static final String FULL = "caching_sha2_password";
  private static final List<String> CLEAR =
      List.of(FULL, "sha256_password", "mysql_clear_password");
  private static final List<String> NEVER =
      List.of(
          "mysql_old_password",
          "authentication_ldap_sasl_client",
          "authentication_kerberos_client",
          "authentication_oci_client",
          "authentication_webauthn_client",
          "authentication_openid_connect_client");

  private static TestCertificate certificate;

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = TestCertificate.forHost("evil.example");
  }

  /** An impostor on loopback; what clients have sent can be taken from the queue. */
  private static ScriptedServer impostor(
      String method, boolean offersTls, BlockingQueue<byte[]> sent) throws IOException {
    return ScriptedServer.start(
        (self, session) -> {
          try {
            session.greet(offersTls);
            if (offersTls) {
              session.startTls(certificate.serverContext());
            }
            session.login();
            ask(session, method);
            session.command();
          } finally {
            sent.add(session.received());
          }
        });
  }

  private static void ask(MySqlSession session, String method) throws IOException {
    session.switchTo(method);
    if (method.equals(FULL)) {
      session.command();
      session.askForFullAuthentication();
    }
  }

  private static PooledConnectionProvider.Builder builder(String host, int port) {
    return PooledConnectionProvider.builder()
        .host(host)
        .port(port)
        .database("shop")
        .credentials("app", PASSWORD);
  }

  private static boolean hasPassword(BlockingQueue<byte[]> sent) throws InterruptedException {
    byte[] bytes = sent.poll(Background.LONG.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(bytes).as("what was sent").isNotNull();
    return new String(bytes, ISO_8859_1).contains(PASSWORD);
  }

  static Stream<Arguments> defaults() {
    Stream<Arguments> unverified =
        CLEAR.stream()
            .flatMap(
                method ->
                    Stream.of(
                        Arguments.of(LAMBDA, "localhost", true, method),
                        Arguments.of(LAMBDA, "127.0.0.1", false, method),
                        Arguments.of(LAMBDA, ANOTHER_HOST, true, method),
                        Arguments.of(ELSEWHERE, ANOTHER_HOST, true, method),
                        Arguments.of(ELSEWHERE, ANOTHER_HOST, false, method),
                        Arguments.of(ELSEWHERE, "localhost", false, method)));
    Stream<Arguments> loopback =
        Stream.concat(Stream.of("mysql_clear_password"), NEVER.stream())
            .map(method -> Arguments.of(ELSEWHERE, "localhost", true, method));
    return Stream.concat(unverified, loopback);
  }

  @ParameterizedTest
  @MethodSource("defaults")
  void gets_no_password_by_any_default(
      Map<String, String> environment, String host, boolean offersTls, String method)
      throws Exception {
    BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
    try (ScriptedServer server = impostor(method, offersTls, sent)) {
      Provider provider = new Provider(builder(host, server.port()).settings(environment));
      try {
        assertThatThrownBy(() -> provider.get(Deadline.after(Background.LONG)))
            .isInstanceOf(SQLException.class)
            .message()
            .doesNotContain(PASSWORD);
        assertThat(hasPassword(sent)).isFalse();
      } finally {
        provider.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256_password", FULL})
  void gets_the_password_where_the_settings_allow_it(String method) throws Exception {
    BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
    try (ScriptedServer server = impostor(method, true, sent);
        PooledConnectionProvider provider =
            builder(ANOTHER_HOST, server.port()).sslMode(SslMode.REQUIRED).build()) {
      assertThatThrownBy(() -> provider.get(Deadline.after(Background.LONG)))
          .isInstanceOf(SQLException.class);
      assertThat(hasPassword(sent)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mysql_clear_password, REQUIRED, which it gets only if its certificate is verified: set sslMode",
    "mysql_clear_password, PREFERRED, which it gets only if its certificate is verified: set sslMode",
    "mysql_old_password, REQUIRED, 'which is never used, since it may give the password away'",
    "authentication_ldap_sasl_client, REQUIRED, which is never used",
    "sha256_password, , its certificate is not verified: set sslCa (DB_SSL_CA)",
    "caching_sha2_password, , its certificate is not verified: set sslCa (DB_SSL_CA)",
  })
  void is_refused_with_what_to_do(String method, SslMode mode, String advice) throws Exception {
    BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
    try (ScriptedServer server = impostor(method, true, sent)) {
      PooledConnectionProvider.Builder builder = builder(ANOTHER_HOST, server.port());
      if (mode != null) {
        builder.sslMode(mode);
      }
      try (PooledConnectionProvider provider = builder.build()) {
        assertThatThrownBy(() -> provider.get(Deadline.after(Background.LONG)))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining(method)
            .hasMessageContaining(advice);
      }
      assertThat(hasPassword(sent)).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, , caching_sha2_password",
    "localhost, PREFERRED, caching_sha2_password",
    "localhost, REQUIRED, sha256_password",
    "127.1, , sha256_password",
    "127.1, REQUIRED, caching_sha2_password",
    "127.1, DISABLED, caching_sha2_password",
  })
  void gets_no_token_whatever_wraps_its_source(String host, SslMode mode, String method)
      throws Exception {
    BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
    DatabaseCredentials token =
        DatabaseCredentials.builder("app", PASSWORD).needsVerifiedTls(true).build();
    try (ScriptedServer server = impostor(method, true, sent)) {
      PooledConnectionProvider.Builder builder =
          PooledConnectionProvider.builder()
              .host(host)
              .port(server.port())
              .database("shop")
              // As a decorator that knows nothing of tokens.
              .credentials(deadline -> token);
      if (mode != null) {
        builder.sslMode(mode);
      }
      Provider provider = new Provider(builder.settings(ELSEWHERE));
      try {
        assertThatThrownBy(() -> provider.get(Deadline.after(Background.LONG)))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining(
                mode == null
                    ? "The certificate of " + host + " was not accepted"
                    : "sslMode (DB_SSL_MODE) is "
                        + mode
                        + ", allowed are VERIFY_CA and VERIFY_IDENTITY");
      } finally {
        provider.close();
      }
      if (mode == null) {
        assertThat(hasPassword(sent)).isFalse();
      } else {
        assertThat(sent).noneMatch(bytes -> new String(bytes, ISO_8859_1).contains(PASSWORD));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"DISABLED", "PREFERRED"})
  void without_tls_is_refused_with_what_to_do(SslMode mode) throws Exception {
    BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
    try (ScriptedServer server = impostor(FULL, false, sent);
        PooledConnectionProvider provider =
            builder("localhost", server.port()).sslMode(mode).build()) {
      assertThatThrownBy(() -> provider.get(Deadline.after(Background.LONG)))
          .isInstanceOf(SQLException.class)
          .hasMessageContainingAll(
              "which needs TLS", "set sslMode (DB_SSL_MODE) to REQUIRED or a mode that verifies");
      assertThat(hasPassword(sent)).isFalse();
    }
  }

  @Test
  void gets_no_login_at_all_where_it_has_no_certificate() throws Exception {
    BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
    try (ScriptedServer server = impostor(FULL, true, sent)) {
      Provider provider = new Provider(builder("localhost", server.port()).settings(LAMBDA));
      try {
        assertThatThrownBy(() -> provider.get(Deadline.after(Background.LONG)))
            .hasMessageContaining("The certificate of localhost was not accepted");
        assertThat(new String(sent.take(), ISO_8859_1)).doesNotContain("app");
      } finally {
        provider.close();
      }
    }
  }
}
