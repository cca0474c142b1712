package dev.thaw.secrets;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.thaw.Deadline;
import java.sql.SQLException;
import java.time.Duration;

/** A Lambda function that answers with the password of its secret, or says why it has none. */
@SuppressWarnings("exports") // public for the runtime only
public final class PasswordFunction implements RequestHandler<Object, String> {
  private static final SecretsManagerCredentialsSource SOURCE =
      SecretsManagerCredentialsSource.builder().secretId(System.getenv("DB_SECRET_NAME")).build();

  /** Called by the runtime. */
  public PasswordFunction() {}

  @Override
  public String handleRequest(Object event, Context context) {
    try {
      return "read " + SOURCE.credentials(Deadline.after(Duration.ofSeconds(30))).password();
    } catch (SQLException e) {
      return e.toString();
    }
  }
}
