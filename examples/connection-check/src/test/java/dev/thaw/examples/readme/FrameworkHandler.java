package dev.thaw.examples.readme;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.thaw.secrets.ConnectionProviders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Stands for a framework's handler: it only has a {@link DataSource}, and its query hangs. */
final class FrameworkHandler implements RequestStreamHandler {
  private static final DataSource DATA = ConnectionProviders.fromEnvironment().asDataSource();

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    answer.write(query().getBytes(StandardCharsets.UTF_8));
  }

  private static String query() {
    try (Connection connection = DATA.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT SLEEP(60)");
      return "\"answered\"";
    } catch (SQLTimeoutException e) {
      return "\"timed out\"";
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
