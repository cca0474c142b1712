package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonWriter;
import dev.thaw.ConnectionProvider;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.aws.FakeSecretsManager;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords of all kinds, from the secret to the server's own check of the login. */
@DatabaseTest
class OddSecretsTest {
  private static final String SECRET = "orders/database";

  private final TestSchema schema;
  @AutoClose private FakeSecretsManager secretsManager;

  OddSecretsTest(TestSchema schema) {
    this.schema = schema;
  }

  @BeforeEach
  void start() {
    secretsManager = FakeSecretsManager.start();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p\u00e4ssw\u00f6rd-\u20ac",
        "\u5bc6\u7801",
        "\ud83d\udd11 key",
        " spaces at both ends ",
        "?user=root&password=x#@/()",
        "quotes ' \" and \\ backslash",
        "line\nbreak\tand tab",
        "a-long-one-of-more-than-64-characters-a-long-one-of-more-than-64-characters"
      })
  void a_password_reaches_the_server_as_it_is(String password) throws SQLException {
    DatabaseCredentials user = schema.createUser();
    schema.setPassword(user.username(), password);
    String json =
        JsonWriter.string()
            .object()
            .value("host", user.host().orElseThrow())
            .value("port", String.valueOf(user.port().orElseThrow()))
            .value("dbname", user.database().orElseThrow())
            .value("username", user.username())
            .value("password", password)
            .end()
            .done();
    secretsManager.createSecret(SECRET, json);
    secretsManager.createSecret(SECRET + "-binary", json.getBytes(StandardCharsets.UTF_8));
    for (String secret : new String[] {SECRET, SECRET + "-binary"}) {
      SecretsManagerCredentialsSource source =
          SecretsManagerCredentialsSource.builder()
              .secretId(secret)
              .region(secretsManager.region())
              .endpoint(secretsManager.endpoint())
              .build();
      try (ConnectionProvider provider =
          PooledConnectionProvider.builder().credentials(source).build()) {
        provider.get().close();
        assertThat(provider.stats().refusedLogins()).isZero();
      }
    }
  }
}
