package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.ConnectionProvider;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.SecretRotation;
import dev.thaw.testing.aws.SecretsManagerOperation;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Provider, database and Secrets Manager, wired together by the annotation. */
@DatabaseTest(secretsManager = true)
class WiredSecretsManagerTest {

  @Test
  void the_provider_reads_its_login_from_the_fake(
      ConnectionProvider db, FakeSecretsManager secretsManager) throws SQLException {
    int before = secretsManager.calls(SecretsManagerOperation.GET_SECRET_VALUE);
    assertWorks(db);
    assertThat(secretsManager.calls(SecretsManagerOperation.GET_SECRET_VALUE) - before).isOne();
  }

  @Test
  void a_rotation_can_be_stopped_in_the_middle(ConnectionProvider db, SecretRotation rotation)
      throws SQLException {
    try (Connection held = db.get()) {
      rotation.createSecret();
      rotation.setSecret();
      assertWorks(db);
      assertThat(db.stats().refusedLogins()).isOne();
      rotation.testSecret();
      rotation.finishSecret();
      assertWorks(db);
      assertThat(held.isValid(1)).isTrue();
    }
    assertThat(db.stats().refusedLogins()).isOne();
  }

  private static void assertWorks(ConnectionProvider db) throws SQLException {
    assertThat(Sql.string(db::get, "SELECT 1")).isEqualTo("1");
  }
}
