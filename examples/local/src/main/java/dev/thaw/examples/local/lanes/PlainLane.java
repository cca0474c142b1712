package dev.thaw.examples.local.lanes;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.mysql.cj.jdbc.JdbcConnection;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The asset API as it is often written by hand: HikariCP with its defaults, and the secret read
 * once, when the environment starts.
 */
public final class PlainLane extends LaneHandler {
  private static final Set<Connection> USED =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
  private static final AtomicLong REUSED = new AtomicLong();
  private static final long SECRET_READ_AT;
  private static final CountingDataSource PHYSICAL;
  private static final HikariDataSource POOL;

  static {
    PHYSICAL = new CountingDataSource(PlainLane::tell);
    PHYSICAL.setServerName(System.getenv("DB_HOST"));
    PHYSICAL.setPort(Integer.parseInt(System.getenv("DB_PORT")));
    PHYSICAL.setDatabaseName(System.getenv("DB_NAME"));
    JsonObject secret = secret();
    SECRET_READ_AT = System.currentTimeMillis();
    PHYSICAL.setUser(secret.getString("username"));
    PHYSICAL.setPassword(secret.getString("password"));
    HikariConfig config = new HikariConfig();
    config.setDataSource(PHYSICAL);
    POOL = new HikariDataSource(config);
  }

  /** Creates the handler as Lambda does. */
  public PlainLane() {
    super(deadline -> connection());
  }

  private static JsonObject secret() {
    try (SecretsManagerClient client = SecretsManagerClient.create()) {
      String text =
          client
              .getSecretValue(request -> request.secretId(System.getenv("DB_SECRET_NAME")))
              .secretString();
      return JsonParser.object().from(text);
    } catch (JsonParserException e) {
      throw new IllegalStateException("the secret is not JSON");
    }
  }

  private static Connection connection() throws SQLException {
    Connection connection = POOL.getConnection();
    if (!USED.add(connection.unwrap(JdbcConnection.class))) {
      REUSED.incrementAndGet();
    }
    return connection;
  }

  /** Tells at once: the invocation may not live to its end. */
  private static void tell() {
    print(numbers());
  }

  private static LaneReport numbers() {
    return new LaneReport(
        PHYSICAL.opened(), REUSED.get(), PHYSICAL.refusedLogins(), SECRET_READ_AT);
  }

  @Override
  LaneReport report() {
    return numbers();
  }
}
