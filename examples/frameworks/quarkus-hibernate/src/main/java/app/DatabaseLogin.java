package app;

import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.secrets.SecretsManagerCredentialsSource;
import io.quarkus.arc.Unremovable;
import io.quarkus.credentials.CredentialsProvider;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

// @start region="credentials"
@ApplicationScoped
@Unremovable
@Named("thaw")
public class DatabaseLogin implements CredentialsProvider {
  private final SecretsManagerCredentialsSource source =
      SecretsManagerCredentialsSource.builder().secretId(System.getenv("DB_SECRET_NAME")).build();

  @Override
  public Map<String, String> getCredentials(String name) {
    source.invalidate(); // Agroal does not report a refused login: each new connection asks anew
    try {
      Deadline deadline = Deadline.current().orElse(Deadline.after(Duration.ofSeconds(5)));
      DatabaseCredentials login = source.credentials(deadline);
      return Map.of(
          USER_PROPERTY_NAME, login.username(), PASSWORD_PROPERTY_NAME, login.password());
    } catch (SQLException e) {
      throw new IllegalStateException("The database's login cannot be read", e);
    }
  }
}
// @end region="credentials"
