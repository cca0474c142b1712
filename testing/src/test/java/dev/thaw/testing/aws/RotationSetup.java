package dev.thaw.testing.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A secret of a schema's user, and its rotation. */
abstract class RotationSetup {
  static final String SECRET = "prod/orders/db";
  static final DatabaseServer SERVER = DatabaseServer.shared();

  private final Strategy strategy;
  FakeSecretsManager secretsManager;
  TestSchema schema;
  SecretRotation rotation;

  /** Which of the two rotations it is. */
  @FunctionalInterface
  interface Strategy {
    SecretRotation of(FakeSecretsManager secretsManager, String secretId, DatabaseInstance server);
  }

  RotationSetup(Strategy strategy) {
    this.strategy = strategy;
  }

  @BeforeEach
  void start() throws SQLException {
    secretsManager = FakeSecretsManager.start();
    schema = SERVER.createSchema();
    secretsManager.createSecret(SECRET, schema.credentials());
    rotation = strategy.of(secretsManager, SECRET, SERVER);
  }

  @AfterEach
  void stop() {
    rotation.close();
    schema.close();
    secretsManager.close();
  }

  final JsonObject secret(String stage) throws JsonParserException {
    return JsonParser.object().from(secretsManager.secretString(SECRET, stage).orElseThrow());
  }

  static void assertLogsIn(JsonObject secret) throws SQLException {
    try (Connection connection = SERVER.connect(login(secret))) {
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  static void assertRefused(JsonObject secret) {
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> SERVER.connect(login(secret)).close())
        .satisfies(e -> assertThat(e.getErrorCode()).isEqualTo(1045));
  }

  private static DatabaseCredentials login(JsonObject secret) {
    return DatabaseCredentials.of(secret.getString("username"), secret.getString("password"));
  }
}
