package dev.thaw.testing.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.SslMode;
import dev.thaw.fixture.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** A Lambda function that answers with the server's id of its connection. */
@SuppressWarnings("exports") // public for the runtime only
public final class QueryFunction implements RequestHandler<Map<String, String>, Long> {
  private static final PooledConnectionProvider DB = provider();

  private static PooledConnectionProvider provider() {
    PooledConnectionProvider.Builder builder =
        PooledConnectionProvider.builder()
            .host(System.getenv("DB_HOST"))
            .port(Integer.parseInt(System.getenv("DB_PORT")))
            .database(System.getenv("DB_NAME"))
            .credentials(System.getenv("DB_USER"), System.getenv("DB_PASSWORD"));
    String ca = System.getenv("DB_SSL_CA");
    return ca == null
        ? builder.sslMode(SslMode.valueOf(System.getenv("DB_SSL_MODE"))).build()
        : builder.sslCa(Path.of(ca)).build();
  }

  /** Called by the runtime; connects during initialisation. */
  public QueryFunction() throws SQLException {
    connectionId();
  }

  @Override
  public Long handleRequest(Map<String, String> event, Context context) {
    try {
      return connectionId();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long connectionId() throws SQLException {
    try (Connection connection = DB.get(Deadline.after(Duration.ofSeconds(20)))) {
      return Long.parseLong(Sql.string(connection, "SELECT CONNECTION_ID()"));
    }
  }
}
