package dev.thaw.testing.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import com.mysql.cj.jdbc.MysqlDataSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SecretRotationTest extends RotationSetup {
  SecretRotationTest() {
    super(SecretRotation::singleUser);
  }

  @Test
  void each_step_changes_one_thing() throws Exception {
    JsonObject old = secret("AWSCURRENT");

    String version = rotation.createSecret();
    JsonObject pending = secret("AWSPENDING");
    assertThat(pending.getString("password")).isNotEqualTo(old.getString("password"));
    assertThat(pending.getString("username")).isEqualTo(old.getString("username"));
    assertLogsIn(old);
    assertRefused(pending);

    rotation.setSecret();
    assertRefused(old);
    assertLogsIn(pending);
    assertThat(secret("AWSCURRENT")).isEqualTo(old);

    rotation.testSecret();
    assertThat(secret("AWSCURRENT")).isEqualTo(old);

    rotation.finishSecret();
    assertThat(secret("AWSCURRENT")).isEqualTo(pending);
    assertThat(secret("AWSPREVIOUS")).isEqualTo(old);
    assertThat(secretsManager.versionIdsToStages(SECRET))
        .containsEntry(version, Set.of("AWSCURRENT", "AWSPENDING"));
  }

  @Test
  void rotate_takes_all_steps_again_and_again() throws Exception {
    JsonObject first = secret("AWSCURRENT");
    String second = rotation.rotate();
    JsonObject previous = secret("AWSCURRENT");
    String third = rotation.rotate();

    assertThat(third).isNotEqualTo(second);
    assertLogsIn(secret("AWSCURRENT"));
    assertRefused(previous);
    assertRefused(first);
    assertThat(secretsManager.versionIdsToStages(SECRET))
        .isEqualTo(
            Map.of(second, Set.of("AWSPREVIOUS"), third, Set.of("AWSCURRENT", "AWSPENDING")));
  }

  @Test
  void rotate_goes_on_with_what_is_under_way() throws Exception {
    String version = rotation.createSecret();
    assertThat(rotation.createSecret()).isEqualTo(version);
    rotation.setSecret();

    assertThat(rotation.rotate()).isEqualTo(version);

    assertLogsIn(secret("AWSCURRENT"));
  }

  @Test
  void a_pending_version_of_the_test_is_rotated_in_whatever_its_password_contains()
      throws Exception {
    JsonObject pending = secret("AWSCURRENT");
    pending.put("password", "it's \\ a \"quoted\" `pass` % ü;--");
    secretsManager.putSecretValue(SECRET, JsonWriter.string(pending), "AWSPENDING");

    rotation.rotate();

    assertThat(secret("AWSCURRENT")).isEqualTo(pending);
    assertLogsIn(pending);
  }

  @Test
  void an_administrator_of_ones_own_may_use_another_sql_mode() throws Exception {
    MysqlDataSource administrator = administrator("NO_BACKSLASH_ESCAPES,ANSI_QUOTES");
    JsonObject pending = secret("AWSCURRENT");
    pending.put("password", "a\\b'c\"d");
    secretsManager.putSecretValue(SECRET, JsonWriter.string(pending), "AWSPENDING");

    SecretRotation.singleUser(secretsManager, SECRET, administrator).rotate();
    assertLogsIn(pending);

    try (SecretRotation alternating =
        SecretRotation.alternatingUsers(secretsManager, SECRET, administrator)) {
      alternating.rotate();
      assertLogsIn(secret("AWSCURRENT"));
    }
  }

  @Test
  void the_other_keys_of_the_secret_stay_as_they_are() throws Exception {
    JsonObject before = secret("AWSCURRENT");

    rotation.rotate();

    JsonObject after = secret("AWSCURRENT");
    assertThat(after.remove("password")).isNotEqualTo(before.remove("password"));
    assertThat(after).isEqualTo(before).containsKeys("engine", "host", "port", "dbname");
  }

  @Test
  void a_connection_that_is_open_stays_open() throws Exception {
    try (Connection connection = schema.connect()) {
      rotation.rotate();

      assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void test_secret_fails_as_a_login_does_until_the_password_is_set() {
    rotation.createSecret();

    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(rotation::testSecret)
        .satisfies(
            e -> {
              assertThat(e.getSQLState()).isEqualTo("28000");
              assertThat(e.getErrorCode()).isEqualTo(1045);
            });
  }

  @Test
  void no_step_but_the_first_begins_a_rotation() throws Exception {
    String message = "secret prod/orders/db: no version is pending, call createSecret() first";
    assertThatIllegalStateException().isThrownBy(rotation::setSecret).withMessage(message);
    assertThatIllegalStateException().isThrownBy(rotation::testSecret).withMessage(message);
    assertThatIllegalStateException().isThrownBy(rotation::finishSecret).withMessage(message);

    rotation.rotate();
    assertThatIllegalStateException().isThrownBy(rotation::finishSecret).withMessage(message);
  }

  @Test
  void a_pending_version_for_somebody_else_is_not_set() throws Exception {
    JsonObject pending = secret("AWSCURRENT");
    pending.put("username", SERVER.admin().username());
    secretsManager.putSecretValue(SECRET, JsonWriter.string(pending), "AWSPENDING");

    assertThatIllegalStateException()
        .isThrownBy(rotation::setSecret)
        .withMessage("secret prod/orders/db: the pending version is for a user of its own");
  }

  @Test
  void a_secret_that_cannot_be_rotated_is_refused_without_being_shown() {
    secretsManager.createSecret("text", "hunter2");
    secretsManager.createSecret("binary", new byte[] {1});
    secretsManager.createSecret("other", "{\"password\":\"hunter2\"}");

    assertThatIllegalStateException()
        .isThrownBy(() -> SecretRotation.singleUser(secretsManager, "text", SERVER).createSecret())
        .withMessage("secret text: the AWSCURRENT version is not a JSON object")
        .withNoCause();
    assertThatIllegalStateException()
        .isThrownBy(
            () -> SecretRotation.singleUser(secretsManager, "binary", SERVER).createSecret())
        .withMessage("secret binary: no text is AWSCURRENT");
    assertThatIllegalStateException()
        .isThrownBy(
            () -> SecretRotation.alternatingUsers(secretsManager, "other", SERVER).createSecret())
        .withMessage("secret other: the key username is missing");
  }

  @Test
  void a_user_that_the_server_does_not_have_is_reported() {
    secretsManager.createSecret("ghost", DatabaseCredentials.of("thawnobody", "x"));

    assertThatIllegalStateException()
        .isThrownBy(() -> SecretRotation.singleUser(secretsManager, "ghost", SERVER).rotate())
        .withMessage("the server does not have the user that the secret names");
  }

  @Test
  void a_user_with_accounts_for_several_hosts_gets_the_password_for_all() throws Exception {
    String user = schema.credentials().username();
    String stored =
        "SELECT authentication_string FROM mysql.user WHERE Host = '10.1.2.3' AND User = '"
            + user
            + "'";
    try (Connection admin = SERVER.connect()) {
      Sql.execute(admin, "CREATE USER " + user + "@'10.1.2.3' IDENTIFIED BY 'Aa1-otherpassword'");
      try {
        String before = Sql.string(admin, stored);
        rotation.rotate();

        assertThat(Sql.string(admin, stored)).isNotEqualTo(before);
        assertLogsIn(secret("AWSCURRENT"));
      } finally {
        Sql.execute(admin, "DROP USER " + user + "@'10.1.2.3'");
      }
    }
  }

  @Test
  void nothing_of_it_is_counted_or_stopped_by_the_fake() throws Exception {
    secretsManager.inject(SecretsManagerFault.error(SecretsManagerError.THROTTLING));

    rotation.rotate();

    assertThat(secretsManager.calls()).isZero();
  }

  private static MysqlDataSource administrator(String sqlMode) throws SQLException {
    MysqlDataSource source = new MysqlDataSource();
    source.setServerName(SERVER.host());
    source.setPort(SERVER.port());
    source.setUser(SERVER.admin().username());
    source.setPassword(SERVER.admin().password());
    source.setSessionVariables("sql_mode='" + sqlMode + "'");
    return source;
  }
}
