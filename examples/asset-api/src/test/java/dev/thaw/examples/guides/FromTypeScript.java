package dev.thaw.examples.guides;

import com.amazonaws.services.lambda.runtime.Context;
import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.HealthReport;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.examples.assetapi.assets.Asset;
import dev.thaw.examples.assetapi.assets.AssetRepository;
import dev.thaw.secrets.ConnectionProviders;
import dev.thaw.secrets.SecretKeys;
import dev.thaw.secrets.SecretsManagerCredentialsSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What the right column of the table in examples/README.md shows, so that it compiles. */
final class FromTypeScript {
  private static final ConnectionProvider DB = ConnectionProviders.fromEnvironment();

  private FromTypeScript() {}

  static String connect(Context context) throws SQLException {
    try (Connection connection = DB.get(Deadline.of(context::getRemainingTimeInMillis))) {
      return connection.getCatalog();
    }
  }

  static void close() {
    DB.close();
  }

  static String test() {
    HealthReport report = DB.check();
    boolean success = report.success();
    String message = report.message();
    return success + " " + message;
  }

  static boolean active() {
    return DB.isActive();
  }

  static FailureKind kind(SQLException error) {
    return FailureKind.of(error);
  }

  static SecretsManagerCredentialsSource source() {
    return SecretsManagerCredentialsSource.builder()
        .secretId(System.getenv("DB_SECRET_NAME"))
        .keys(SecretKeys.builder().database("database").build())
        .build();
  }

  static DatabaseCredentials credentials(SecretsManagerCredentialsSource source, Deadline deadline)
      throws SQLException {
    return source.credentials(deadline);
  }

  static void forget(SecretsManagerCredentialsSource source) {
    source.invalidate();
  }

  static List<Asset> latest(AssetRepository assets, Deadline deadline) throws SQLException {
    return assets.latest(10, deadline);
  }
}
