package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.ConnectionProvider;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.RetireReason;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.aws.FakeIamServer;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.fault.MovableClock;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsUtilities;

/** Logins with tokens, to a server that checks them. */
@DatabaseTest(iam = true)
class IamLoginTest {

  private static IamTokenCredentialsSource.Builder source(FakeIamServer iam, TestSchema schema) {
    return IamTokenCredentialsSource.builder()
        .host(iam.host())
        .port(iam.port())
        .username(schema.credentials().username())
        .database(schema.name())
        .region(iam.region())
        .credentials(StaticCredentialsProvider.create(keys(iam, "AWS_SECRET_ACCESS_KEY")));
  }

  private static AwsSessionCredentials keys(FakeIamServer iam, String secret) {
    Map<String, String> variables = iam.environment();
    return AwsSessionCredentials.create(
        variables.get("AWS_ACCESS_KEY_ID"),
        variables.getOrDefault(secret, secret),
        variables.get("AWS_SESSION_TOKEN"));
  }

  private static PooledConnectionProvider provider(
      FakeIamServer iam, IamTokenCredentialsSource.Builder source) {
    return PooledConnectionProvider.builder()
        .host(iam.host())
        .port(iam.port())
        .credentials(source.build())
        .sslCa(iam.caCertificate())
        .build();
  }

  @Test
  void a_token_lets_its_user_in(ConnectionProvider db, FakeIamServer iam, TestSchema schema)
      throws SQLException {
    try (Connection connection = db.get()) {
      assertThat(Sql.string(connection, "SELECT CURRENT_USER()"))
          .startsWith(schema.credentials().username() + "@");
      assertThat(Sql.string(connection, "SELECT DATABASE()")).isEqualTo(schema.name());
    }
    assertThat(iam.logins()).isEqualTo(1);
    assertThat(iam.refusals()).isEmpty();
  }

  @Test
  void a_new_token_is_no_rotation(ConnectionProvider db, FakeIamServer iam, MovableClock clock)
      throws Exception {
    try (CapturedLog log = new CapturedLog()) {
      try (Connection first = db.get()) {
        clock.advance(Duration.ofMinutes(16));
        try (Connection second = db.get()) {
          assertThat(second.isValid(5)).isTrue();
        }
        assertThat(first.isValid(5)).isTrue();
      }
      assertThat(log.text())
          .contains("IamLoginTest - Opened the connection")
          .doesNotContain("rotated", "X-Amz-Signature", iam.environment().get("AWS_SESSION_TOKEN"));
    }
    assertThat(iam.logins()).isEqualTo(2);
    assertThat(iam.refusals()).isEmpty();
    assertThat(db.stats().retired(RetireReason.CREDENTIALS_ROTATED)).isZero();
    assertThat(db.stats().refusedLogins()).isZero();
    assertThat(db.check().credentialsVersion()).contains("iam");
  }

  @Test
  void a_proxy_between_changes_nothing_of_what_is_signed(
      ConnectionProvider db, FaultProxy proxy, FakeIamServer iam, MovableClock clock)
      throws SQLException {
    db.get().close();
    proxy.disconnect();
    // What was asked a millisecond ago is not asked again.
    clock.advance(Duration.ofMillis(10));
    db.get().close();
    assertThat(proxy.connections()).isEqualTo(2);
    assertThat(iam.logins()).isEqualTo(2);
  }

  @Test
  void a_user_who_may_not_is_told_what_to_check(FakeIamServer iam, TestSchema schema) {
    IamTokenCredentialsSource.Builder source =
        IamTokenCredentialsSource.builder()
            .host(iam.host())
            .port(iam.port())
            .username("nobody")
            .region(iam.region())
            .credentials(StaticCredentialsProvider.create(keys(iam, "AWS_SECRET_ACCESS_KEY")));
    try (PooledConnectionProvider db = provider(iam, source)) {
      assertThatExceptionOfType(SQLInvalidAuthorizationSpecException.class)
          .isThrownBy(() -> db.get(soon()))
          .withMessageContainingAll(
              "1 login tried",
              "rds-db:connect",
              "AWSAuthenticationPlugin",
              iam.host() + ":" + iam.port() + ", for which the token was signed")
          .withMessageNotContaining("X-Amz-Signature");
      assertThat(db.stats().refusedLogins()).isEqualTo(1);
    }
    assertThat(iam.refusals()).containsExactly("user nobody is unknown");
    assertThat(schema.name()).isNotEmpty();
  }

  @Test
  void a_token_for_another_address_or_of_another_key_lets_nobody_in(
      FakeIamServer iam, TestSchema schema) {
    try (PooledConnectionProvider db =
            provider(iam, source(iam, schema).signedHost("db.example.com"));
        PooledConnectionProvider other =
            provider(
                iam,
                IamTokenCredentialsSource.builder()
                    .host(iam.host())
                    .port(iam.port())
                    .username(schema.credentials().username())
                    .region(iam.region())
                    .credentials(StaticCredentialsProvider.create(keys(iam, "another key"))))) {
      assertThatThrownBy(() -> db.get(soon()))
          .isInstanceOf(SQLInvalidAuthorizationSpecException.class)
          .hasMessageContaining("db.example.com:");
      assertThatThrownBy(() -> other.get(soon()))
          .isInstanceOf(SQLInvalidAuthorizationSpecException.class);
    }
    assertThat(iam.refusals())
        .containsExactly(
            "the token is for db.example.com:" + iam.port() + " and not for " + address(iam),
            "the signature is not that of the role's key");
  }

  private static String address(FakeIamServer iam) {
    return iam.host() + ":" + iam.port();
  }

  @Test
  void the_token_of_the_sdk_counts_until_it_expires(
      FakeIamServer iam, TestSchema schema, MovableClock clock) throws SQLException {
    String token =
        RdsUtilities.builder()
            .region(Region.of(iam.region()))
            .credentialsProvider(
                StaticCredentialsProvider.create(keys(iam, "AWS_SECRET_ACCESS_KEY")))
            .build()
            .generateAuthenticationToken(
                request ->
                    request
                        .hostname(iam.host())
                        .port(iam.port())
                        .username(schema.credentials().username()));
    connect(iam, schema, token, "REQUIRED").close();
    clock.advance(Duration.ofMinutes(15));
    assertThatThrownBy(() -> connect(iam, schema, token, "REQUIRED"))
        .hasMessageStartingWith("Access denied for user");
    clock.advanceWall(Duration.ofMinutes(-25));
    assertThatThrownBy(() -> connect(iam, schema, token, "REQUIRED"))
        .hasMessageStartingWith("Access denied for user");
    assertThat(iam.refusals())
        .satisfiesExactly(
            reason -> assertThat(reason).startsWith("the token has expired"),
            reason -> assertThat(reason).startsWith("the token is of the future"));
  }

  @Test
  void without_tls_or_a_token_nobody_gets_in(FakeIamServer iam, TestSchema schema) {
    DatabaseCredentials login = schema.credentials();
    assertThatThrownBy(() -> connect(iam, schema, login.password(), "DISABLED"))
        .hasMessageStartingWith("Access denied for user");
    assertThatThrownBy(() -> connect(iam, schema, login.password(), "REQUIRED"))
        .hasMessageStartingWith("Access denied for user");
    assertThat(iam.refusals())
        .containsExactly("the client does not use TLS", "the password is no token");
  }

  private static Connection connect(
      FakeIamServer iam, TestSchema schema, String password, String sslMode) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", schema.credentials().username());
    properties.setProperty("password", password);
    properties.setProperty("sslMode", sslMode);
    return DriverManager.getConnection("jdbc:mysql://" + address(iam) + "/", properties);
  }

  @Test
  void who_shows_another_certificate_is_not_sent_a_token(
      FakeIamServer iam, TestSchema schema, DatabaseServer server) {
    try (FakeIamServer impostor = FakeIamServer.start(server)) {
      impostor.allow(schema.credentials());
      try (PooledConnectionProvider db =
          PooledConnectionProvider.builder()
              .credentials(source(impostor, schema).build())
              .sslCa(iam.caCertificate())
              .build()) {
        assertThatThrownBy(() -> db.get(soon())).isInstanceOf(SQLException.class);
      }
      assertThat(impostor.logins()).isZero();
      assertThat(impostor.refusals()).isEmpty();
    }
  }
}
