package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thaw.FailureKind;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.SecretsManagerOperation;
import dev.thaw.testing.fault.MovableClock;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A secret moves on to another user or schema, and what it named before is ended while it is still
 * kept: on a real server, with each end that an administrator can put to an account.
 */
@DatabaseTest
class EndedAccountTest {
  private static final String SECRET = "orders/database";

  private final TestSchema schema;
  private final DatabaseServer server;
  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-26T08:00:00Z"));
  private final String former;
  private final String next;
  private Connection admin;
  private FakeSecretsManager secretsManager;
  private PooledConnectionProvider provider;

  EndedAccountTest(TestSchema schema, DatabaseServer server) {
    this.schema = schema;
    this.server = server;
    this.former = schema.name() + "_a";
    this.next = schema.name() + "_b";
  }

  @BeforeEach
  void start() throws SQLException {
    admin = server.connect();
    for (String user : new String[] {former, next}) {
      execute("CREATE USER " + user + "@'%' IDENTIFIED BY 'pw'");
      execute("GRANT ALL ON " + schema.name() + ".* TO " + user + "@'%'");
    }
    secretsManager = FakeSecretsManager.start();
    secretsManager.createSecret(SECRET, secret(former, schema.name()));
    provider = provider();
  }

  @AfterEach
  void stop() throws SQLException {
    provider.close();
    secretsManager.close();
    execute("DROP USER IF EXISTS " + former + "@'%', " + next + "@'%'");
    admin.close();
  }

  private String secret(String user, String database) {
    return "{\"username\":\"%s\",\"password\":\"pw\",\"host\":\"%s\",\"port\":%d,\"dbname\":\"%s\"}"
        .formatted(user, server.host(), server.port(), database);
  }

  /** Its connections are too old for the next {@link #query}, which so opens one. */
  private PooledConnectionProvider provider() {
    return PooledConnectionProvider.builder()
        .credentials(
            SecretsManagerCredentialsSource.builder()
                .secretId(SECRET)
                .region(secretsManager.region())
                .endpoint(secretsManager.endpoint())
                .build())
        .maxLifetime(Duration.ofSeconds(30))
        .wallClock(clock)
        .nanoClock(clock::nanoTime)
        .giveBackWhenFull(false)
        .build();
  }

  private void execute(String sql) throws SQLException {
    Sql.execute(admin, sql);
  }

  private String query(String sql) throws SQLException {
    clock.advance(Duration.ofMinutes(1));
    return Sql.string(provider::get, sql);
  }

  private int fetches() {
    return secretsManager.calls(SecretsManagerOperation.GET_SECRET_VALUE);
  }

  private boolean isMariaDb() {
    return server.version().contains("MariaDB");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP USER %s@'%%'",
        "ALTER USER %s@'%%' IDENTIFIED BY 'other'",
        "ALTER USER %s@'%%' ACCOUNT LOCK",
        "ALTER USER %s@'%%' REQUIRE X509",
        "REVOKE ALL PRIVILEGES, GRANT OPTION FROM %s@'%%'",
        // MariaDB lets the session in and refuses its first statement, which is the driver's own.
        "ALTER USER %s@'%%' PASSWORD EXPIRE"
      })
  void the_next_get_logs_in_as_the_next_user(String end) throws SQLException {
    assertThat(query("SELECT USER()")).startsWith(former + "@");
    secretsManager.putSecretValue(SECRET, secret(next, schema.name()));
    execute(end.formatted(former));
    assertThat(query("SELECT USER()")).startsWith(next + "@");
    assertThat(fetches()).isEqualTo(2);
  }

  @Test
  void an_account_that_is_blocked_for_failed_logins_makes_the_source_look_again()
      throws SQLException {
    assertThat(query("SELECT USER()")).startsWith(former + "@");
    secretsManager.putSecretValue(SECRET, secret(next, schema.name()));
    String before = "";
    if (isMariaDb()) {
      before = Sql.string(admin, "SELECT @@max_password_errors");
      execute("SET GLOBAL max_password_errors = 1");
    } else {
      execute("ALTER USER " + former + "@'%' FAILED_LOGIN_ATTEMPTS 1 PASSWORD_LOCK_TIME 1");
    }
    try {
      assertThatThrownBy(this::wrongPassword).isInstanceOf(SQLException.class);
      assertThat(query("SELECT USER()")).startsWith(next + "@");
    } finally {
      if (isMariaDb()) {
        execute("SET GLOBAL max_password_errors = " + before);
      }
    }
    assertThat(fetches()).isEqualTo(2);
  }

  private void wrongPassword() throws SQLException {
    String url = "jdbc:mysql://" + server.host() + ":" + server.port() + "/";
    DriverManager.getConnection(url, former, "wrong").close();
  }

  @Test
  void a_method_of_authentication_that_the_server_has_unloaded_makes_the_source_look_again()
      throws SQLException {
    assumeTrue(!isMariaDb(), "the embedded MariaDB has no plugins to unload");
    execute("INSTALL PLUGIN auth_socket SONAME 'auth_socket.so'");
    assertThat(query("SELECT USER()")).startsWith(former + "@");
    secretsManager.putSecretValue(SECRET, secret(next, schema.name()));
    execute("ALTER USER " + former + "@'%' IDENTIFIED WITH auth_socket");
    execute("UNINSTALL PLUGIN auth_socket");
    assertThat(query("SELECT USER()")).startsWith(next + "@");
    assertThat(fetches()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_secret_that_names_another_schema_for_the_same_user_is_read_anew(boolean seesAll)
      throws SQLException {
    String gone = schema.name() + "_gone";
    String moved = schema.name() + "_moved";
    // Who may see every schema hears 1049 of one that is not there, others 1044.
    String rights = seesAll ? "*" : "`" + schema.name() + "%`";
    execute("CREATE DATABASE " + gone);
    execute("CREATE DATABASE " + moved);
    execute("GRANT ALL ON " + rights + ".* TO " + former + "@'%'");
    try {
      secretsManager.putSecretValue(SECRET, secret(former, gone));
      assertThat(query("SELECT DATABASE()")).isEqualTo(gone);
      secretsManager.putSecretValue(SECRET, secret(former, moved));
      execute("DROP DATABASE " + gone);
      assertThat(query("SELECT DATABASE()")).isEqualTo(moved);
      assertThat(fetches()).isEqualTo(2);
      assertThat(provider.stats().refusedLogins()).isZero();
    } finally {
      execute("DROP DATABASE IF EXISTS " + gone);
      execute("DROP DATABASE " + moved);
    }
  }

  @Test
  void a_schema_that_is_not_there_is_an_error_that_says_what_to_check() throws SQLException {
    secretsManager.putSecretValue(SECRET, secret(former, "no_such_schema"));
    assertThatThrownBy(provider::get)
        .isInstanceOf(SQLNonTransientConnectionException.class)
        .hasMessageContaining("no_such_schema")
        .hasMessageContaining("check the schema's name")
        .satisfies(e -> assertThat(FailureKind.of(e)).isEqualTo(FailureKind.SCHEMA_REFUSED));
    // At first, then AWSCURRENT and AWSPENDING.
    assertThat(fetches()).isEqualTo(3);
  }

  @Test
  void an_account_that_stays_locked_is_an_error_with_the_server_s_own_words() throws SQLException {
    execute("ALTER USER " + former + "@'%' ACCOUNT LOCK");
    assertThatThrownBy(provider::get)
        .isInstanceOf(SQLInvalidAuthorizationSpecException.class)
        .hasMessageContaining("1 login tried: Access denied")
        .hasMessageContaining("locked")
        .satisfies(
            e ->
                assertThat(((SQLException) e).getErrorCode()).isEqualTo(isMariaDb() ? 4151 : 3118));
  }

  @Test
  void a_fleet_with_a_password_that_was_rotated_does_not_lock_the_account() throws SQLException {
    assumeTrue(!isMariaDb(), "MariaDB counts no failed logins of an account by default");
    // The environments come one after the other, as logins do at a server.
    execute("ALTER USER " + former + "@'%' FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME 1");
    PooledConnectionProvider[] fleet = new PooledConnectionProvider[10];
    for (int i = 0; i < fleet.length; i++) {
      fleet[i] = provider();
      fleet[i].get().close();
    }
    execute("ALTER USER " + former + "@'%' IDENTIFIED BY 'rotated'");
    secretsManager.putSecretValue(
        SECRET, secret(former, schema.name()).replace("\"pw\"", "\"rotated\""));
    clock.advance(Duration.ofMinutes(1));
    for (PooledConnectionProvider environment : fleet) {
      environment.get().close();
      environment.close();
      assertThat(environment.stats().refusedLogins()).isOne();
    }
  }
}
