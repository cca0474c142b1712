package dev.thaw.examples.benchmarks.candidate;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.zaxxer.hikari.HikariConfig;
import dev.thaw.examples.benchmarks.program.ColdStart;
import java.sql.SQLException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;

/** HikariCP with a password that is read once, by hand, with the smallest client of AWS's SDK. */
public final class HikariWithSdk extends Pool {
  /** Reads the secret and starts the pool. */
  public HikariWithSdk() {
    super(config(secret()));
  }

  /** Measures a cold start. */
  public static void main(String[] args) throws SQLException {
    ColdStart start = ColdStart.begin();
    start.firstRow(new HikariWithSdk());
  }

  private static JsonObject secret() {
    try (SecretsManagerClient client = client()) {
      ColdStart.step("SDK_client");
      JsonObject secret = secret(client);
      ColdStart.step("secret_read");
      return secret;
    }
  }

  static HikariConfig config(JsonObject secret) {
    HikariConfig config = config();
    config.setJdbcUrl(JdbcUrl.of("jdbc:mysql"));
    config.setUsername(secret.getString("username"));
    config.setPassword(secret.getString("password"));
    return config;
  }

  static SecretsManagerClient client() {
    return SecretsManagerClient.builder().httpClient(UrlConnectionHttpClient.create()).build();
  }

  static JsonObject secret(SecretsManagerClient client) {
    GetSecretValueRequest request =
        GetSecretValueRequest.builder().secretId(System.getenv("DB_SECRET_NAME")).build();
    try {
      return JsonParser.object().from(client.getSecretValue(request).secretString());
    } catch (JsonParserException e) {
      throw new IllegalStateException("the secret is no JSON object", e);
    }
  }
}
