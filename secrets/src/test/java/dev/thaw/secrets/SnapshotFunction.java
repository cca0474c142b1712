package dev.thaw.secrets;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.SslMode;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.fixture.HeapDump;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.crac.Core;
import org.crac.Resource;
import org.jspecify.annotations.Nullable;

/** A Lambda function that dumps its heap while it is connected, and when a snapshot is taken. */
@SuppressWarnings("exports") // public for the runtime only
public final class SnapshotFunction implements RequestHandler<Object, String> {
  private static final Path FOLDER = Path.of(System.getenv("DUMPS"));
  // Before the provider: hooks run in the opposite order, so this one sees what Thaw's has left.
  private static final Resource LAST = dumpAtCheckpoint();
  private static final ConnectionProvider DB = provider();

  /** Called by the runtime; connects during initialisation. */
  public SnapshotFunction() throws Exception {
    DB.warmUp();
    query();
    HeapDump.write(FOLDER.resolve("connected.hprof"));
  }

  private static ConnectionProvider provider() {
    CredentialsSource source = source();
    if (source == null) {
      return ConnectionProviders.fromEnvironment();
    }
    PooledConnectionProvider.Builder builder =
        PooledConnectionProvider.builder()
            .host(System.getenv("DB_HOST"))
            .port(Integer.parseInt(System.getenv("DB_PORT")))
            .credentials(source);
    String authority = System.getenv("DB_SSL_CA");
    if (authority != null) {
      builder.sslCa(Path.of(authority));
    } else {
      builder.sslMode(SslMode.valueOf(System.getenv("DB_SSL_MODE")));
    }
    return builder.build();
  }

  private static @Nullable CredentialsSource source() {
    String file = System.getenv("SECRET_FILE");
    String token = System.getenv("EXTENSION_TOKEN");
    if (file != null) {
      return FileCredentialsSource.of(Path.of(file));
    }
    return token == null
        ? null
        : LambdaExtensionCredentialsSource.builder()
            .secretId(System.getenv("DB_SECRET_NAME"))
            .sessionToken(token)
            .build();
  }

  private static Resource dumpAtCheckpoint() {
    Resource resource =
        new Resource() {
          @Override
          public void beforeCheckpoint(org.crac.Context<? extends Resource> context)
              throws IOException, InterruptedException {
            HeapDump.write(FOLDER.resolve("snapshot.hprof"));
          }

          @Override
          public void afterRestore(org.crac.Context<? extends Resource> context) {
            // The next query connects anew.
          }
        };
    Core.getGlobalContext().register(resource);
    return resource;
  }

  @Override
  public String handleRequest(Object event, Context context) {
    try {
      return query();
    } catch (SQLException e) {
      throw new IllegalStateException(e + " after " + LAST, e);
    }
  }

  private static String query() throws SQLException {
    try (Connection connection = DB.get(Deadline.after(Duration.ofSeconds(20)));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT CURRENT_USER()")) {
      return rows.next() ? rows.getString(1) : "";
    }
  }
}
